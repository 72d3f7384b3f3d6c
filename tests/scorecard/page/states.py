"""Every state a key result can be in, one key result each, for the eye and for the tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from scorecard.page.render import PageData, PeriodInfo
from tests.scorecard.page.conftest import (
    AS_OF,
    EDIT_SCHEMA,
    END,
    METRIC_SOURCES_SCHEMA,
    NOTES_SCHEMA,
    OBJECTIVE_SCHEMA,
    PROBES_SCHEMA,
    START,
    TODAY,
    Sample,
)

Row = dict[str, Any]
LENGTH = (END - START).days + 1
SEEN = (TODAY - START).days + 1


STEPS: Row = {
    "title": "Ny kasse med sjekkliste",
    "kind": "milestone",
    "steps": [
        {"title": "Hundre varer er lagt ut", "probe": "shop.products_published", "at_least": 100},
        {"title": "Betaling virker", "probe": "shop.payments_enabled"},
        {"title": "Vilkår er skrevet", "done": "2026-10-20"},
        {"title": "Retur er beskrevet", "done": "2026-12-01"},
        {"title": "Frakt til utlandet", "probe": "shop.shipping_enabled"},
        {"title": "Åpne"},
    ],
}
WINDOW: Row = {
    "title": "50 besøkende i uken",
    "kind": "window",
    "metric": "web.visitors",
    "every": "week",
    "target": 50,
}
PROOFS: list[Row] = [
    {"metric": "shop.products_published", "source_id": "butikk", "day": date(2026, 10, day), "value": Decimal(value)}
    for day, value in ((1, 80), (9, 104), (12, 90), (14, 112), (20, 131))
] + [{"metric": "shop.payments_enabled", "source_id": "butikk", "day": START, "value": Decimal(0)}]
SOURCE: Row = {
    "metric": "newsletter.subscribers",
    "source_id": "brev",
    "newest_day": date(2026, 11, 19),
    "days": [START + timedelta(days=n) for n in range(SEEN - 4) if n not in (6, 7, 20)],
    "unsettled_from": date(2026, 11, 18),
    "unsettled_to": date(2026, 11, 19),
}
NOTES: list[Row] = [
    {
        "name": name,
        "first_day": date(2026, 11, first),
        "last_day": date(2026, 11, last),
        "metric": None,
        "key_result_id": "noted",
        "author": "Kari",
    }
    for name, first, last in (("Kampanje på Instagram", 3, 9), ("Brev til alle", 4, 4), ("Messe i Bergen", 27, 28))
]


def _usual(**keys: Any) -> Row:  # noqa: ANN401  # columns of the scoreboard
    return {
        "title": "Abonnenter på nyhetsbrevet",
        "kind": "level",
        "metric": "newsletter.subscribers",
        "baseline": 100,
        "value": 340,
        "target": 500,
        "probability": 0.62,
        "confidence": 6,
        "status": "on_track",
    } | keys


def _plain(sample: Sample) -> None:
    ahead = {"wave": 8, "end": 512.0, "distribution": 40}
    sample.add("on-track", _usual(title="I rute"), **ahead)
    row = _usual(title="I faresonen", status="at_risk", probability=0.27, confidence=3, value=300)
    sample.add("at-risk", row, wave=8, end=462.0, distribution=50)
    row = _usual(title="Ute av rute", status="off_track", probability=0.004, confidence=1, value=210)
    sample.add("off-track", row, wave=8, end=300.0, distribution=40)
    sample.add(
        "achieved",
        _usual(
            title="Nådd, langt over målet",
            status="achieved",
            probability=1.0,
            confidence=10,
            value=820,
            explanation="Vi står på 820 mot målet 500: 180 % av veien, med 58 % av tiden brukt. Målet er nådd.",
        ),
        wave=20,
    )
    sample.add(
        "missed",
        _usual(
            title="Ikke nådd",
            status="missed",
            probability=0.0,
            confidence=0,
            value=380,
            due=date(2026, 11, 15),
            explanation="Vi endte på 380 mot målet 500: 70 % av veien. Målet ble ikke nådd.",
        ),
        wave=8,
    )
    sample.add(
        "not-started",
        _usual(
            title="Ikke startet",
            status="not_started",
            value=None,
            probability=None,
            confidence=None,
            start=date(2026, 12, 1),
            expected=None,
            observed_at=None,
            explanation="Verdien er ukjent: perioden har ikke begynt. Dette starter 1. desember 2026.",
        ),
    )
    sample.add(
        "no-data",
        _usual(
            title="Mangler data, bare teamets anslag",
            status="no_data",
            value=None,
            probability=0.5,
            confidence=5,
            flags=["prior_only"],
            observed_at=None,
            explanation="Verdien er ukjent: det finnes ingen tall for abonnenter ennå.",
        ),
    )


def _flagged(sample: Sample) -> None:
    ahead = {"wave": 8, "end": 512.0, "distribution": 40}
    old, lost = AS_OF - timedelta(days=4), AS_OF - timedelta(days=9)
    sample.add("stale", _usual(title="Utdatert", flags=["stale", "failing_source"], observed_at=old), **ahead)
    sample.add("lost", _usual(title="For gammelt til å stå inne for", flags=["stale"], observed_at=lost), **ahead)
    sample.add("partial", _usual(title="Ufullstendig og foreløpig", flags=["partial", "provisional"]), **ahead)
    row = _usual(title="Målet er endret", flags=["target_changed"], target_original=400)
    sample.add("target-changed", row, **ahead)
    row = _usual(title="Teamet og tallene er uenige", flags=["disagreement"], confidence_stated=9.0, status="at_risk")
    sample.add("disagreement", row, **ahead)
    row = _usual(title="Få målinger ennå", flags=["prior_only"], probability=0.5, confidence=5)
    sample.add("few", row, observed=3)


def _shaped(sample: Sample) -> None:
    row = _usual(
        title="Returandel ned til 6 %",
        kind="ratio",
        metric="butikk.returandel",
        unit="share",
        baseline=Decimal("0.09"),
        value=Decimal("0.0774"),
        target=Decimal("0.06"),
        status="at_risk",
        probability=0.3,
    )
    sample.add("decreasing", row, wave=0.003, end=0.068, distribution=0.01)
    row = _usual(title="Resultat før skatt", unit="NOK", baseline=-40000, value=-12500, target=20000, metric="regnskap")
    sample.add("negative", row, wave=1500, end=14000.0, distribution=9000)
    sample.suppose("negative", 14000.0)
    row = _usual(title="Forbi målet, men kan falle", value=560, probability=0.93, confidence=9, flags=["met_now"])
    sample.add("beyond", row, wave=8, end=640.0, distribution=60)
    row = _usual(title="Bare ett målepunkt", flags=["prior_only"], probability=0.5, confidence=5)
    sample.add("one-point", row, observed=1, end=512.0, distribution=40)
    sample.add("gaps", _usual(title="Hull i målingene"), gaps=(*range(6, 12), 20, *range(30, 38)), **_fan())
    row = _usual(title="Ned til null feil", baseline=24, value=9, target=0, status="at_risk", probability=0.2)
    sample.add("target-zero", row, end=4.0, distribution=3)
    row = _usual(
        title="Ny kasse i drift",
        kind="milestone",
        metric=None,
        unit="share",
        baseline=0,
        value=Decimal("0.5"),
        target=1,
        status="at_risk",
        probability=None,
        confidence=None,
        flags=[],
    )
    sample.add("milestone", row)
    row = _usual(title="Ny kasse med sjekkliste", status="off_track", probability=None, confidence=None)
    row |= {"kind": "milestone", "metric": None, "unit": "share", "baseline": 0}
    row |= {"value": Decimal("0.333333"), "target": 1}
    sample.add("steps", row)
    row = _usual(title="Foran plan, men faller", value=420, status="at_risk", probability=0.3, confidence=3)
    sample.add("ahead-at-risk", row, wave=8, end=470.0, distribution=60)
    row = _usual(title="Bak plan, men i rute", value=310, probability=0.44, confidence=4)
    sample.add("behind-on-track", row, wave=8, end=492.0, distribution=60)
    row = _usual(title="50 besøkende i uken", kind="window", metric="web.visitors", baseline=0, value=52, target=50)
    row |= {"status": "at_risk", "probability": 0.31, "confidence": 3, "flags": ["met_now"]}
    sample.add("window-met", row, wave=3, end=48.0, distribution=6)
    row = _usual(title="Vid prognose", status="at_risk", probability=0.35, confidence=4)
    sample.add("wide", row, wave=8, end=450.0, distribution=900)
    sample.add("noted", _usual(title="Notater i grafen"), **_fan())
    sample.add("long", _usual(title="Et svært langt navn på et nøkkelresultat " * 4 + "å" * 60), **_fan())


def _fan() -> Row:
    return {"wave": 8, "end": 512.0, "distribution": 40}


def every_state() -> PageData:
    """Return a page with one key result for each state, each in an objective by what it shows."""
    sample = Sample()
    for objective, add in (("plain", _plain), ("flags", _flagged), ("shapes", _shaped)):
        known = len(sample.scores)
        add(sample)
        for score in sample.scores[known:]:
            score["objective_id"] = objective
    old = {"newest_data_at": datetime(2026, 11, 19, 5, tzinfo=UTC), "last_success_at": AS_OF - timedelta(days=4)}
    stream = {"source_id": "brev", "stream": "subscribers", "rows": 54, "refused": 0, "state": "stale"}
    edit = {
        "key_result_id": "target-changed",
        "at": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "reason": "Utvidet sortiment.",
        "old_target": 400,
        "new_target": 500,
    }
    return replace(
        sample.data(),
        freshness=sample.freshness(stream | old),
        definitions=pl.concat([sample.definition("steps", **STEPS), sample.definition("window-met", **WINDOW)]),
        definitions_changed=pl.DataFrame([edit], EDIT_SCHEMA),
        metric_sources=pl.DataFrame([SOURCE], METRIC_SOURCES_SCHEMA),
        probes=pl.DataFrame(PROOFS, PROBES_SCHEMA),
        notes=pl.DataFrame(NOTES, NOTES_SCHEMA),
    )


def ended() -> PageData:
    """Return the page of a period that is over: one reached, one good, one half way, one far off, one never known."""
    sample, day = Sample(), date(2026, 11, 15)
    for name, value in (("reached", 520), ("good", 428), ("half", 300), ("far", 130), ("unknown", None)):
        decided = {"status": "achieved" if name == "reached" else "missed", "probability": float(name == "reached")}
        if value is None:
            decided = {"status": "no_data", "probability": None, "observed_at": None, "expected": 1.0}
        row = _usual(title=name, value=value, due=day, confidence=None, objective_id=name, **decided)
        row["explanation"] = f"Vi endte på {value} mot målet 500."
        sample.add(name, row, wave=8)
    data = sample.data()
    graded = {"reached": 1.0, "good": 0.82, "half": 0.5, "far": 0.075, "unknown": None}
    rows = [
        row
        | {"period_id": "2026-h2", "score": graded[row["objective_id"]], "expected_hits": 0.0, "probability_all": 0.0}
        | {"status": sample.scores[place]["status"]}
        for place, row in enumerate(data.objectives.iter_rows(named=True))
    ]
    return replace(data, objectives=pl.DataFrame(rows, OBJECTIVE_SCHEMA), period=PeriodInfo("2026-h2", START, day))
