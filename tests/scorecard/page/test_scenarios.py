"""What would become of a key result under an assumption, on its card."""

from dataclasses import replace

import polars as pl

from scorecard.i18n.formats import NOTHING
from scorecard.page.cards import build_cards
from scorecard.page.overview import method
from scorecard.page.render import PageData, render_page
from tests.scorecard.page.conftest import CALIBRATION_SCHEMA, WHATIF_SCHEMA

NBSP = "\N{NO-BREAK SPACE}"
ROWS = [
    {"place": 1, "text": "Det som <trengs>", "lands_p10": 9.0, "lands_p50": 9.0, "lands_p90": 9.0, "probability": 1.0},
    {"place": 0, "text": "Som det går nå", "lands_p10": 5.0, "lands_p50": 7.5, "lands_p90": 9.0, "probability": 0.31},
    {"place": 2, "text": "Uvisst", "probability": None},
]


def supposed(data: PageData, rows: list[dict[str, object]]) -> PageData:
    """Return the page with assumptions about the worst of its key results."""
    name = data.scores[0].key_result_id
    full = [{"key_result_id": name, "likelihood": 0.31 if row["place"] == 1 else None} | row for row in rows]
    return replace(data, whatif=pl.DataFrame(full, WHATIF_SCHEMA))


def test_assumptions_stand_in_their_order(quarter: PageData) -> None:
    """Where it lands, the chance then, and how likely the assumption is; what is not known is a dash."""
    data = supposed(quarter, ROWS)
    rows = build_cards(data)[data.scores[0].key_result_id].whatif

    assert ["Som det går nå", "Det som &lt;trengs&gt;", "Uvisst"] == [
        str(row.text).removeprefix("<bdi>").removesuffix("</bdi>") for row in rows
    ]
    assert [f"31{NBSP}%", f"100{NBSP}%", NOTHING] == [row.chance for row in rows]
    assert [NOTHING, f"31{NBSP}%", NOTHING] == [row.comes_true for row in rows]
    assert (NOTHING, "750") == (rows[2].lands, rows[0].lands.split(NBSP)[0])
    assert "Hva om" in render_page(data)


def test_as_it_goes_now_is_no_assumption(quarter: PageData) -> None:
    """Where nothing can be assumed there is no table."""
    data = supposed(quarter, ROWS[1:2])

    assert () == build_cards(data)[data.scores[0].key_result_id].whatif
    assert "Hva om" not in render_page(data)
    assert "Hva om" not in render_page(quarter)


def test_a_recalibrated_forecast_says_so(quarter: PageData) -> None:
    """From thirty closed key results on the method tells how many have taught it."""
    row = {"period_id": "q3", "stated": 0.5, "measured": 0.75, "measured_raw": 0.75, "hit": True}
    many = pl.DataFrame([row | {"key_result_id": f"k{n}"} for n in range(30)], CALIBRATION_SCHEMA)

    assert "Sjansene er justert etter 30 avsluttede nøkkelresultater." == method(replace(quarter, calibration=many))[-1]
    assert "justert" not in method(quarter)[-1]
