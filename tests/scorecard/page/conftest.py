"""A quarter of a small shop in which every state and every flag occurs, as the published tables would tell it."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from okr_config.models import Definition
from scorecard.page.render import PageData, PeriodInfo, render_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Row = dict[str, Any]

START, END, TODAY = date(2026, 10, 1), date(2026, 12, 31), date(2026, 11, 23)
AS_OF = datetime(2026, 11, 23, 5, 10, tzinfo=UTC)
EARLIER = datetime(2026, 11, 19, 5, tzinfo=UTC)
VALUE = pl.Decimal(24, 6)
TIME = pl.Datetime("us", "UTC")
QUANTILES = {"p05": -1.645, "p25": -0.674, "p50": 0.0, "p75": 0.674, "p95": 1.645}


def columns(kind: Any, names: str) -> Row:  # noqa: ANN401  # a polars type, which may be a class or an instance
    """Make part of a schema."""
    return dict.fromkeys(names.split(), kind)


SCORE_SCHEMA = {
    **columns(pl.String, "period_id objective_id key_result_id title kind metric unit status explanation run_id owner"),
    **columns(VALUE, "value baseline target target_original"),
    **columns(pl.Float64, "progress progress_raw score expected pace probability confidence_stated"),
    **columns(pl.Float64, "forecast_p10 forecast_p50 forecast_p90"),
    **columns(pl.Int32, "confidence"),
    **columns(pl.List(pl.String), "flags tags"),
    **columns(pl.Date, "start due"),
    **columns(TIME, "as_of observed_at"),
}
OBJECTIVE_SCHEMA = {
    **columns(pl.String, "period_id objective_id title status run_id"),
    **columns(pl.Float64, "score score_raw coverage probability_all expected_hits"),
    **columns(pl.Int64, "key_results"),
    **columns(TIME, "as_of"),
}
DAILY_SCHEMA = {
    **columns(pl.String, "key_result_id"),
    **columns(pl.Date, "day"),
    **columns(VALUE, "value"),
    **columns(pl.Float64, "progress expected"),
}
FORECAST_SCHEMA = {
    **columns(pl.String, "key_result_id"),
    **columns(pl.Date, "day"),
    **columns(pl.Float64, " ".join(QUANTILES)),
}
FRESHNESS_SCHEMA = {
    **columns(pl.String, "source_id stream last_error state"),
    **columns(TIME, "newest_data_at last_success_at"),
    **columns(pl.Int64, "rows refused"),
}
REPAIRED_SCHEMA = {**columns(pl.String, "source_id"), **columns(TIME, "at")}
DEFINITION_SCHEMA = columns(pl.String, "key_result_id definition")
CHECK_IN_SCHEMA = {**columns(pl.String, "key_result_id author note"), **columns(TIME, "at")}
EDIT_SCHEMA = {
    **columns(pl.String, "key_result_id reason"),
    **columns(TIME, "at"),
    **columns(VALUE, "old_target new_target"),
}
CALIBRATION_SCHEMA = {
    **columns(pl.String, "key_result_id period_id"),
    **columns(pl.Float64, "stated measured measured_raw"),
    **columns(pl.Boolean, "hit"),
}
NOTES_SCHEMA = {
    **columns(pl.String, "name metric key_result_id author"),
    **columns(pl.Date, "first_day last_day"),
}
METRIC_SOURCES_SCHEMA = {
    **columns(pl.String, "metric source_id"),
    **columns(pl.Date, "newest_day unsettled_from unsettled_to"),
    **columns(pl.List(pl.Date), "days"),
}
PROBES_SCHEMA = {**columns(pl.String, "metric source_id"), **columns(pl.Date, "day"), **columns(VALUE, "value")}
WHATIF_SCHEMA = {
    **columns(pl.String, "key_result_id assumption text"),
    **columns(pl.Int32, "place"),
    **columns(pl.Float64, "amount target lands_p10 lands_p50 lands_p90 probability likelihood"),
}

TITLES = {
    "shop": "Vokse lønnsomt i jula",
    "reach": "Bli funnet av flere",
    "craft": "Drive en butikk å være stolt av",
}


class Sample:
    """Collects key results and hands them over as the page's data."""

    def __init__(self) -> None:
        self.scores: list[Row] = []
        self.daily: list[Row] = []
        self.forecast: list[Row] = []
        self.whatif: list[Row] = []

    @staticmethod
    def definition(name: str, **keys: Any) -> pl.DataFrame:  # noqa: ANN401  # whatever a key result's YAML may hold
        """Make a key result's definition as its team would have written it."""
        definition = Definition.model_validate(
            {
                "period_id": "2026-q4",
                "objective_id": "shop",
                "objective_title": "Vokse lønnsomt i jula",
                "timezone": "Europe/Oslo",
                "language": "nb",
                "start": START,
                "due": END,
                "key_result": {"id": name, "title": name, "kind": "total"} | keys,
            }
        )
        return pl.DataFrame([{"key_result_id": name, "definition": definition.model_dump_json()}], DEFINITION_SCHEMA)

    def add(  # noqa: PLR0913  # keywords that most callers leave alone
        self,
        name: str,
        row: Row,
        *,
        observed: int | None = None,
        wave: float = 0,
        gaps: Iterable[int] = (),
        end: float | None = None,
        distribution: float = 0,
    ) -> None:
        """
        Add a key result that runs evenly from its baseline to its value.

        row: columns of the scoreboard. observed: how many of the last days have a value. wave: height of a wave on
        the way. gaps: numbers of days without a value. end, spread: median and width of the forecast at the due day.
        """
        start, due = row.get("start", START), row.get("due", END)
        length = (due - start).days + 1
        seen = min((TODAY - start).days + 1, length)
        value, baseline, target = row.get("value"), row.get("baseline"), row.get("target")
        expected = row.get("expected", max(seen / length, 0.0))
        if value is not None:
            known = range(seen - (seen if observed is None else observed), seen)
            ratio = row.get("unit") == "share"
            for n in known:
                way = float(value) - float(baseline or 0)
                at = float(baseline or 0) + way * (n + 1) / seen + wave * math.sin(n / 3) * min(n / 5, 1)
                exact = value if n == seen - 1 else round(Decimal(at), 4 if ratio else 0)
                planned = None if expected is None else (n + 1) / length
                self.daily.append(
                    {
                        "key_result_id": name,
                        "day": start + timedelta(days=n),
                        "value": None if n in gaps else exact,
                        "expected": planned,
                    }
                )
        if end is not None:
            self._foresee(name, float(value or 0), end, distribution, due)
        way_covered = None
        if value is not None and baseline is not None and target is not None:
            way_covered = (float(value) - float(baseline)) / (float(target) - float(baseline))
        usual = {
            "period_id": "2026-q4",
            "objective_id": "shop",
            "key_result_id": name,
            "kind": "total",
            "unit": "count",
            "target_original": target,
            "progress_raw": way_covered,
            "progress": None if way_covered is None else min(max(way_covered, 0.0), 1.0),
            "expected": expected,
            "confidence_stated": 5.0,
            "flags": [],
            "forecast_p10": None if end is None else end - 1.2816 * distribution,
            "forecast_p50": end,
            "forecast_p90": None if end is None else end + 1.2816 * distribution,
            "start": start,
            "due": due,
            "as_of": AS_OF,
            "observed_at": AS_OF,
            "explanation": "",
            "run_id": "run-41",
        }
        self.scores.append({key: (usual | row).get(key) for key in SCORE_SCHEMA})

    @staticmethod
    def freshness(*rows: Row) -> pl.DataFrame:
        """Make the state of so many streams."""
        return pl.DataFrame(rows, FRESHNESS_SCHEMA)

    def suppose(self, name: str, value: float) -> None:
        """Add what would become of a key result under five assumptions."""
        texts = (
            "Som det går nå",
            "Det som trengs: 12 400 mer om dagen fra nå av",
            "De neste 14 dagene som de siste 14",
            "Et mål på 481",
            "Halvparten så mye om dagen fra nå av",
        )
        for place, text in enumerate(texts):
            numbers = {"lands_p10": value * 0.9, "lands_p50": value, "lands_p90": value * 1.1, "probability": 0.62}
            self.whatif.append({"key_result_id": name, "text": text, "place": place, "likelihood": 0.31} | numbers)

    @staticmethod
    def check_in(name: str, author: str, note: str) -> pl.DataFrame:
        """Make what a person said about a key result."""
        return pl.DataFrame([{"key_result_id": name, "author": author, "note": note, "at": AS_OF}], CHECK_IN_SCHEMA)

    def _foresee(self, name: str, value: float, end: float, distribution: float, due: date) -> None:
        left = (due - TODAY).days
        for n in range(left + 1):
            middle, width = value + (end - value) * n / left, distribution * math.sqrt(n / left)
            quantiles = {key: middle + width * z for key, z in QUANTILES.items()}
            self.forecast.append({"key_result_id": name, "day": TODAY + timedelta(days=n), **quantiles})

    def data(self) -> PageData:
        """Hand over, with one objective per id that occurs."""
        ids = [score["objective_id"] for score in self.scores]
        objectives = [
            {
                "period_id": "2026-q4",
                "objective_id": name,
                "title": TITLES.get(name, name),
                "score": 0.55,
                "score_raw": 0.55,
                "coverage": 0.8,
                "status": "off_track",
                "probability_all": 0.04,
                "expected_hits": 1.7,
                "key_results": ids.count(name),
                "as_of": AS_OF,
                "run_id": "run-41",
            }
            for name in dict.fromkeys(ids)
        ]
        return PageData(
            scoreboard=pl.DataFrame(self.scores, SCORE_SCHEMA),
            objectives=pl.DataFrame(objectives, OBJECTIVE_SCHEMA),
            daily=pl.DataFrame(self.daily, DAILY_SCHEMA),
            forecast=pl.DataFrame(self.forecast, FORECAST_SCHEMA),
            week_ago=pl.DataFrame(schema=SCORE_SCHEMA),
            freshness=pl.DataFrame(schema=FRESHNESS_SCHEMA),
            repaired=pl.DataFrame(schema=REPAIRED_SCHEMA),
            definitions=pl.DataFrame(schema=DEFINITION_SCHEMA),
            definitions_changed=pl.DataFrame(schema=EDIT_SCHEMA),
            check_ins=pl.DataFrame(schema=CHECK_IN_SCHEMA),
            whatif=pl.DataFrame(self.whatif, WHATIF_SCHEMA),
            calibration=pl.DataFrame(schema=CALIBRATION_SCHEMA),
            period=PeriodInfo("2026-q4", START, END),
            language="nb",
            timezone="Europe/Oslo",
            version="0.1.0",
            run_id="run-41",
        )


@pytest.fixture
def sample() -> Sample:
    """Return an empty sample to add key results to."""
    return Sample()


@pytest.fixture
def quarter() -> PageData:
    """Return the page's data with every status and every flag."""
    sample = Sample()
    sample.add(
        "omsetning",
        {
            "title": "Omsetning i nettbutikken",
            "metric": "shop.net_revenue",
            "unit": "NOK",
            "baseline": 0,
            "value": Decimal("838580.5"),
            "target": 1500000,
            "target_original": 1400000,
            "probability": 0.16,
            "confidence": 2,
            "confidence_stated": 8.0,
            "status": "off_track",
            "flags": ["no_rate", "target_changed", "disagreement"],
        },
        wave=9000,
        end=1394447.0,
        distribution=95000,
    )
    sample.add(
        "retur",
        {
            "title": "Returandel ned til 6 %",
            "kind": "ratio",
            "metric": "butikk.returandel",
            "unit": "share",
            "baseline": Decimal("0.09"),
            "value": Decimal("0.0774"),
            "target": Decimal("0.06"),
            "probability": 0.3,
            "confidence": 3,
            "status": "at_risk",
            "flags": ["partial"],
        },
        wave=0.003,
        gaps=range(20, 25),
        end=0.068,
        distribution=0.01,
    )
    sample.add(
        "salg",
        {
            "title": "Selge 900 kopper",
            "metric": "shop.units_sold",
            "baseline": 0,
            "value": 957,
            "target": 900,
            "probability": 1.0,
            "confidence": 10,
            "status": "achieved",
            "explanation": "Vi står på 957 mot målet 900: 100 % av veien, med 58 % av tiden brukt. Målet er nådd.",
        },
        wave=20,
    )
    sample.add(
        "besok",
        {
            "title": "3 700 besøkende i uken",
            "objective_id": "reach",
            "kind": "window",
            "metric": "web.visitors",
            "baseline": 2100,
            "value": 3238,
            "target": 3700,
            "probability": 0.61,
            "confidence": 6,
            "status": "on_track",
            "flags": ["provisional"],
        },
        wave=60,
        end=3821.0,
        distribution=220,
    )
    sample.add(
        "folgere",
        {
            "title": "Følgere på tvers av sosiale plattformer",
            "objective_id": "reach",
            "kind": "level",
            "metric": "social.followers",
            "baseline": 3200,
            "value": 4306,
            "target": 4950,
            "probability": 0.76,
            "confidence": 8,
            "status": "on_track",
            "flags": ["stale", "failing_source"],
            "observed_at": EARLIER,
        },
        wave=20,
        end=5063.0,
        distribution=150,
    )
    sample.add(
        "nyhetsbrev",
        {
            "title": "Abonnenter på nyhetsbrevet",
            "objective_id": "reach",
            "kind": "level",
            "metric": "newsletter.subscribers",
            "target": 500,
            "probability": 0.5,
            "confidence": 5,
            "status": "no_data",
            "flags": ["prior_only"],
            "observed_at": None,
            "explanation": "Verdien er ukjent: det finnes ingen tall for abonnenter ennå.",
        },
    )
    sample.add(
        "kasse",
        {
            "title": "Ny kasse i drift",
            "objective_id": "craft",
            "kind": "milestone",
            "unit": "share",
            "baseline": 0,
            "value": Decimal("0.5"),
            "target": 1,
            "due": date(2026, 11, 15),
            "status": "missed",
            "probability": 0.0,
            "explanation": "1 av 2 steg ble gjort: 50 % av veien. Målet ble ikke nådd.",
        },
    )
    sample.add(
        "januar",
        {
            "title": "Planlegge januarsalget",
            "objective_id": "craft",
            "kind": "manual",
            "baseline": 0,
            "target": 4,
            "status": "not_started",
            "start": date(2026, 12, 1),
            "expected": None,
            "observed_at": None,
            "explanation": "Verdien er ukjent: perioden har ikke begynt. Dette starter 1. desember 2026.",
        },
    )
    chances, statuses = {"omsetning": 0.35, "besok": 0.62}, {"retur": "on_track"}
    week_ago = [
        score
        | {
            "probability": chances.get(score["key_result_id"], score["probability"]),
            "status": statuses.get(score["key_result_id"], score["status"]),
        }
        for score in sample.scores
    ]
    now = {"newest_data_at": AS_OF, "last_success_at": AS_OF, "state": "fresh"}
    old = {"newest_data_at": EARLIER, "last_success_at": EARLIER, "state": "failing"}
    freshness = [
        {"source_id": "butikk", "stream": "orders", "rows": 12840, "refused": 2, **now},
        {"source_id": "besok", "stream": "traffic", "rows": 54, **now},
        {"source_id": "instagram", "stream": "account", "rows": 50, "last_error": "401 token expired", **old},
        {"source_id": "nyhetsbrev", "stream": "subscribers", "rows": None, "state": "never"},
    ]
    edit = {
        "key_result_id": "omsetning",
        "at": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "reason": "Utvidet sortiment.",
        "old_target": 1400000,
        "new_target": 1500000,
    }
    said = [
        {
            "key_result_id": f"k{n % 20}",
            "period_id": "q3",
            "stated": 0.5,
            "measured": 0.75,
            "measured_raw": 0.75,
            "hit": n < 31,
        }
        for n in range(41)
    ]
    return replace(
        sample.data(),
        week_ago=pl.DataFrame(week_ago, SCORE_SCHEMA),
        freshness=pl.DataFrame(freshness, FRESHNESS_SCHEMA),
        definitions_changed=pl.DataFrame([edit], EDIT_SCHEMA),
        calibration=pl.DataFrame(said, CALIBRATION_SCHEMA),
    )


def made_of(count: int) -> PageData:
    """Make a page of so many key results, in objectives of five, with owners and tags."""
    sample = Sample()
    for n in range(count):
        row = {
            "title": f"Key result number {n + 1}",
            "objective_id": f"goal-{n // 5}",
            "metric": "shop.orders",
            "baseline": 0,
            "value": 400 + n,
            "target": 1000,
            "probability": n % 20 / 20,
            "confidence": n % 10,
            "status": ("off_track", "at_risk", "on_track")[n * 3 // count],
            "owner": ("Kari", "Ola", None)[n % 3],
            "tags": ["web", "shop"] if n % 4 == 0 else [],
        }
        sample.add(f"kr-{n}", row, wave=n % 7 * 3, end=900.0 + n % 200, distribution=40)
        sample.suppose(f"kr-{n}", 900.0 + n % 200)
    return replace(sample.data(), language="en")


@pytest.fixture
def many() -> Callable[[int], PageData]:
    """Return a function that makes a page of so many key results, in objectives of five."""
    return made_of


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Start one browser for a module's tests."""
    from tests.scorecard.page.browsing import start_browser

    with start_browser() as browser:
        yield browser


@pytest.fixture
def show(browser: "Browser", tmp_path: Path) -> Iterator[Callable[..., "Page"]]:
    """Return a function that opens a page; whatever it said or asked for is checked when the test is over."""
    from tests.scorecard.page.browsing import SCHEMES

    said: list[str] = []
    asked: list[str] = []
    file = tmp_path / "okr.html"
    contexts = []

    def open_page(shown: PageData | str, *, width: int = 1280, height: int = 900, scheme: str = "light") -> "Page":
        file.write_text(shown if isinstance(shown, str) else render_page(shown), "utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **SCHEMES[scheme])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page

    for context in contexts:
        context.close()
    assert [] == said
    assert set(asked) <= {file.as_uri()}
