"""Every state a key result can be in, one key result each, for the eye and for the tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from scorecard.page.render import PageData
from tests.scorecard.page.conftest import AS_OF, END, START, TODAY, Sample

Row = dict[str, Any]
LENGTH = (END - START).days + 1
SEEN = (TODAY - START).days + 1


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
            explanation="Vi står på 380 mot målet 500: 70 % av veien, med all tid brukt. Målet ble ikke nådd.",
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
            title="Mangler data, bare lagets anslag",
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
    row = _usual(title="Laget og tallene er uenige", flags=["disagreement"], confidence_stated=9.0)
    sample.add("disagreement", row, **ahead)


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
    row = _usual(title="Forbi målet, men kan falle", value=560, probability=0.93, confidence=9)
    sample.add("beyond", row, wave=8, end=640.0, distribution=60)
    sample.add("one-point", _usual(title="Bare ett målepunkt"), observed=1, end=512.0, distribution=40)
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
        probability=None,
        confidence=None,
        flags=[],
    )
    sample.add("milestone", row)
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
    return replace(sample.data(), freshness=sample.freshness(stream | old))
