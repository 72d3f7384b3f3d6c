"""What `okr explain` shows, line by line (scorecard/explain/arithmetic.py)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from scorecard.explain.arithmetic import arithmetic, objective_arithmetic
from scorecard.rollup import roll_up
from scorecard.score_row import ScoreRow

OSLO = ZoneInfo("Europe/Oslo")
ROW = ScoreRow(
    period_id="q4",
    objective_id="shop",
    key_result_id="mugs",
    title="Sell 100 mugs",
    kind="total",
    metric="shop.units_sold",
    unit="count",
    value=Decimal(42),
    baseline=Decimal(0),
    target=Decimal(100),
    target_original=Decimal(84),
    progress=0.42,
    progress_raw=0.42,
    score=0.42,
    expected=0.5,
    pace=0.84,
    probability=0.3,
    confidence=3,
    confidence_stated=6.0,
    status="at_risk",
    flags=["target_changed", "disagreement"],
    forecast_p10=61.0,
    forecast_p50=80.126,
    forecast_p90=104.0,
    start=date(2026, 10, 1),
    due=date(2026, 12, 31),
    as_of=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
    observed_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    explanation="We stand at 42.",
    outlook="",
    run_id="r7",
    known_at=datetime(2026, 11, 21, 6, tzinfo=UTC),
    reason="",
    probability_raw=0.33,
    definition_hash="d" * 64,
    input_hash="i" * 64,
)


def test_every_line() -> None:
    """Each line of an explanation, with the numbers of the row."""
    assert [
        "Sell 100 mugs (mugs)",
        "We stand at 42.",
        "",
        "value        42 count   total of shop.units_sold, newest observation 2026-11-20 12:00 UTC",
        "progress     (42 - 0) / (100 - 0) = 0.420",
        "expected     0.50   planned share of the way by now; day 52 of 92, 2026-10-01 .. 2026-12-31",
        "pace         0.42 / 0.50 = 0.84",
        (
            "probability  0.30, 0.33 before closed key results had their say   at the end 8 of 10 outcomes lie within"
            " 61 and 104, half below 80.13"
        ),
        "status       at_risk, 0.30 / 0.60 = 0.50 of the chance planned (stated: 6 of 10)",
        "score        0.42   against the target as first written, 84: 0.50",
        "flags        target_changed, disagreement",
        "as of        2026-11-20 23:30 UTC, known at 2026-11-21 06:00 UTC",
        f"definition   {'d' * 12}   inputs {'i' * 12}   run r7",
    ] == list(arithmetic(ROW, OSLO))


@pytest.mark.parametrize(
    ("zone", "as_of", "day"),
    [
        ("UTC", datetime(2026, 11, 21, tzinfo=UTC), "day 51 of 92"),
        ("Europe/Oslo", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "day 52 of 92"),
        ("America/New_York", datetime(2026, 11, 21, 5, tzinfo=UTC), "day 51 of 92"),
    ],
)
def test_the_day_is_the_teams(zone: str, as_of: datetime, day: str) -> None:
    """Days passed are counted in the zone of the objective file, and midnight ends the day before."""
    lines = list(arithmetic(replace(ROW, as_of=as_of), ZoneInfo(zone)))

    assert [day] == [line.split("; ")[1].split(",")[0] for line in lines if line.startswith("expected")]


def test_what_is_not_known_is_said() -> None:
    """Without a value, a plan or a chance the lines say so; without a metric the kind stands alone."""
    bare = replace(
        ROW, value=None, progress=None, progress_raw=None, expected=None, pace=None, probability=None,
        confidence_stated=None, metric=None, kind="milestone", observed_at=None, flags=[], score=None,
        target_original=ROW.target, status="no_data",
    )  # fmt: skip

    assert [
        "value        not known count   milestone",
        "progress     not known",
        "expected     not known   planned share of the way by now; day 52 of 92, 2026-10-01 .. 2026-12-31",
        "probability  not known: no model for this kind yet; the team states none, so 5 of 10",
        "status       no_data, by pace",
        "score        not known",
        "flags        none",
    ] == list(arithmetic(bare, OSLO))[3:10]


def test_an_objective() -> None:
    """The chances add up to what is expected, and the correlations are those that were reckoned with."""
    rows = [replace(ROW, probability=0.5), replace(ROW, key_result_id="b", metric="web.visits", probability=None)]
    row = roll_up("A shop", [(one, Decimal(1)) for one in rows], period_id="q4", objective_id="shop")

    assert [
        "A shop (shop)",
        "",
        "score        0.42   weighted mean, over 1.00 of the weight",
        "status       at_risk, the worst of its 2 key results",
        "expected     0.50 = 0.50 of 1 reached",
        "at least     1 of 1: 0.50",
        "             not multiplied: key results share their luck (correlation 0.15, 0.5 on the same metric)",
        "no chance    b",
        "as of        2026-11-20 23:30 UTC, run None",
    ] == list(objective_arithmetic(row, rows))


def _line(label: str, **words: object) -> str:
    (line,) = (line for line in arithmetic(replace(ROW, **words), OSLO) if line.startswith(label))  # type: ignore[arg-type]  # fields of a row
    return line


def test_a_level_goes_down_to_its_target() -> None:
    """The way is reckoned from the baseline, whichever direction it leads in."""
    level = {
        "kind": "level", "metric": "sheet.weight", "unit": "kg", "value": Decimal("78.50"), "baseline": Decimal(80),
        "target": Decimal(74), "target_original": Decimal(74), "progress": 0.25, "progress_raw": 0.25, "score": 0.25,
    }  # fmt: skip

    assert "value        78.5 kg   level of sheet.weight, newest observation 2026-11-20 12:00 UTC" == _line(
        "value", **level
    )
    assert "progress     (78.5 - 80) / (74 - 80) = 0.250" == _line("progress", **level)
    assert "score        0.25" == _line("score", **level)


@pytest.mark.parametrize(
    ("value", "raw", "progress", "line"),
    [
        (120, 1.2, 1.0, "progress     (120 - 0) / (100 - 0) = 1.200, kept within 0 and 1: 1.00"),
        (-5, -0.05, 0.0, "progress     (-5 - 0) / (100 - 0) = -0.050, kept within 0 and 1: 0.00"),
        (100, 1.0, 1.0, "progress     (100 - 0) / (100 - 0) = 1.000"),
    ],
)
def test_a_way_beyond_its_ends(value: int, raw: float, progress: float, line: str) -> None:
    """What is counted stays within 0 and 1, and both are told."""
    assert line == _line("progress", value=Decimal(value), progress_raw=raw, progress=progress)


@pytest.mark.parametrize(
    "band",
    [
        {"baseline": None, "target": Decimal(12)},
        {"baseline": Decimal(12), "target": Decimal(12)},
        {"value": Decimal(15), "baseline": Decimal(0), "target": Decimal(12)},
    ],
)
def test_a_window_is_the_share_inside_its_bounds(band: dict[str, Decimal | None]) -> None:
    """Where the way from a baseline is not what was judged, no division is shown that does not come out."""
    line = _line("progress", kind="window", progress=0.75, progress_raw=0.75, **band)

    assert "progress     0.75   share of what was judged inside the bounds" == line


@pytest.mark.parametrize(
    ("stated", "status", "line"),
    [
        (
            None,
            "on_track",
            "status       on_track, 0.30 / 0.50 = 0.60 of the chance planned (stated: none, so 5 of 10)",
        ),
        (0.0, "on_track", "status       on_track"),
        (2.5, "on_track", "status       on_track, 0.30 / 0.25 = 1.20 of the chance planned (stated: 2.5 of 10)"),
    ],
)
def test_a_chance_is_held_against_the_one_stated(stated: float | None, status: str, line: str) -> None:
    """Five of ten where nothing is stated; nothing is divided by none."""
    assert line == _line("status", confidence_stated=stated, status=status)


def test_a_chance_without_outcomes() -> None:
    """A chance of the team's own has no range, and one that nothing has taught no other before it."""
    line = _line("probability", forecast_p10=None, forecast_p50=None, forecast_p90=None, probability_raw=0.3)

    assert "probability  0.30" == line


def test_an_objective_of_several() -> None:
    """At least one, two, three: a line each; what counts for more weighs more."""
    rows = [
        replace(ROW, key_result_id=name, probability=0.5, score=score)
        for name, score in zip("abc", (1, 0, 0), strict=True)
    ]
    row = roll_up(
        "A shop",
        [(one, Decimal(2 if one.key_result_id == "a" else 1)) for one in rows],
        period_id="q4",
        objective_id="shop",
    )

    lines = list(objective_arithmetic(row, rows))

    assert "score        0.50   weighted mean, over 1.00 of the weight" == lines[2]
    assert "expected     0.50 + 0.50 + 0.50 = 1.50 of 3 reached" == lines[4]
    assert ["at least     1 of 3: ", "             2 of 3: ", "             3 of 3: "] == [
        line[: len("at least     1 of 3: ")] for line in lines[5:8]
    ]
    one, two, three = (float(line[-4:]) for line in lines[5:8])
    assert 0.875 > one > two > three > 0.125  # they share their luck
    assert not [line for line in lines if line.startswith("no chance")]


def test_parts_add_up_as_they_are_written() -> None:
    """Two digits each where these add up, else the digits that it takes; a mean has its third where it has one."""
    halves = [
        replace(ROW, key_result_id=name, probability=chance, score=score)
        for name, chance, score in (("a", 0.3125, 0.5), ("b", 0.3125, 0.75))
    ]
    row = roll_up("A shop", [(one, Decimal(1)) for one in halves], period_id="q4", objective_id="shop")

    lines = list(objective_arithmetic(row, halves))

    assert "score        0.625   weighted mean, over 1.00 of the weight" == lines[2]
    assert "expected     0.3125 + 0.3125 = 0.6250 of 2 reached" == lines[4]


def test_what_falls_short_is_not_written_as_all() -> None:
    """3.498 of 3.5 % is not the whole way, nor its score 1, nor a chance of .997 certain."""
    value, target = Decimal("0.03498"), Decimal("0.035")
    way = float(value / target)
    assert "progress     (0.03498 - 0) / (0.035 - 0) = 0.999" == _line(
        "progress", value=value, baseline=Decimal(0), target=target, progress_raw=way, progress=way
    )
    assert "score        0.999" == _line("score", score=way)[:18]
    assert "probability  0.997" == _line("probability", probability=0.997)[:18]
