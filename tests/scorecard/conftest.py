"""A small shop's world in frames: definitions, observations and the evidence made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from okr_config.metrics import BUILT_IN, Metric
from okr_config.models import Definition, KeyResult
from scorecard.schemas import CHECK_INS, FRESHNESS, KEY_RESULTS, OBSERVATIONS, RATES, SQL_VALUES, Evidence, Scores
from scorecard.scoring import score

OSLO = ZoneInfo("Europe/Oslo")
START, DUE = date(2020, 4, 27), date(2020, 6, 5)
LATER = datetime(2020, 7, 1, tzinfo=UTC)


def end_of(day: date) -> datetime:
    """Return 24:00 of a day in Oslo."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), OSLO)


HALFWAY = end_of(date(2020, 5, 16))


@dataclass(frozen=True)
class Case:
    """One small world; every method returns another one with something added."""

    rows: tuple[dict[str, Any], ...] = ()
    rates: tuple[tuple[str, date, str], ...] = ()
    freshness: tuple[dict[str, Any], ...] = ()
    check_ins: tuple[dict[str, Any], ...] = ()
    answers: tuple[tuple[str, str | None, str | None], ...] = ()
    frozen: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(KEY_RESULTS)))
    metrics: dict[str, Metric] = field(default_factory=lambda: dict(BUILT_IN))

    def seen(self, series: str, day: date, value: object, **words: Any) -> "Case":  # noqa: ANN401 - columns of a row
        """Add a day's (week's, month's) observation, landed long after unless said otherwise."""
        row = {
            "series": series,
            "source_id": "butikk",
            "grain": "day",
            "period_start": day,
            "value": None if value is None else Decimal(str(value)),
            "unit": "count",
            "settled": True,
            "loaded_at": LATER,
            "load_id": 1,
        }
        return replace(self, rows=(*self.rows, row | words))

    def looked(self, series: str, at: datetime, value: object, **words: Any) -> "Case":  # noqa: ANN401 - columns of a row
        """Add what a stock was at an instant."""
        day = at.astimezone(OSLO).date()
        return self.seen(series, day, value, **({"grain": "instant", "observed_at": at, "loaded_at": at} | words))

    def daily(self, series: str, first: date, values: Sequence[object], **words: Any) -> "Case":  # noqa: ANN401 - columns of a row
        """Add a value a day."""
        case = self
        for number, value in enumerate(values):
            case = case.seen(series, first + timedelta(days=number), value, **words)
        return case

    def rate(self, currency: str, day: date, rate: str) -> "Case":
        """Add an exchange rate."""
        return replace(self, rates=(*self.rates, (currency, day, rate)))

    def source(self, source_id: str, state: str, last: datetime | None = None, stream: str = "orders") -> "Case":
        """Add the state of a source's stream."""
        row = {"source_id": source_id, "stream": stream, "state": state, "last_success_at": last, "rows": 1}
        return replace(self, freshness=(*self.freshness, row))

    def said(self, at: datetime, value: object = None, confidence: float | None = None) -> "Case":
        """Add a check-in."""
        number = None if value is None else Decimal(str(value))
        row = {"key_result_id": "kr", "at": at, "author": "kari", "value": number, "confidence": confidence, "note": ""}
        return replace(self, check_ins=(*self.check_ins, row))

    @property
    def evidence(self) -> Evidence:
        """Everything as frames."""
        return Evidence(
            observations=_frame(self.rows, OBSERVATIONS),
            rates=pl.DataFrame(
                list(self.rates), schema={"currency": pl.String, "day": pl.Date, "rate": pl.String}, orient="row"
            ).cast({"rate": RATES["rate"]}),
            freshness=_frame(self.freshness, FRESHNESS),
            check_ins=_frame(self.check_ins, CHECK_INS),
            sql_values=_frame([dict(zip(SQL_VALUES, answer, strict=True)) for answer in self.answers], SQL_VALUES),
            frozen=self.frozen,
        )

    def scores(self, *definitions: Definition, as_of: datetime = HALFWAY, **words: Any) -> Scores:  # noqa: ANN401 - as score()
        """Score definitions."""
        return score(definitions, self.evidence, as_of=as_of, known_at=LATER, metrics=self.metrics, **words)

    def row(self, definition: Definition, as_of: datetime = HALFWAY) -> dict[str, Any]:
        """Score one key result and return its row."""
        return self.scores(definition, as_of=as_of).key_results.row(0, named=True)


def _frame(rows: Sequence[dict[str, Any]], schema: Any) -> pl.DataFrame:  # noqa: ANN401 - a schema
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=dict(schema))


def define(**words: Any) -> Definition:  # noqa: ANN401 - keys of a key result, or of its file
    """Return a definition; keys of the file are split from those of the key result."""
    file = {name: words.pop(name) for name in tuple(words) if name in Definition.model_fields and name != "key_result"}
    return Definition.model_validate(
        {
            "period_id": "p",
            "objective_id": "o",
            "objective_title": "Nettbutikk",
            "timezone": "Europe/Oslo",
            "start": START,
            "due": DUE,
            "language": "en",
        }
        | file
        | {"key_result": KeyResult.model_validate({"id": "kr", "title": "Selge", "kind": "total"} | words)}
    )


@pytest.fixture
def nothing() -> Case:
    """A world in which nothing has been observed."""
    return Case()


@pytest.fixture
def kr() -> Callable[..., Definition]:
    """Return the maker of definitions, 2020-04-27 .. 2020-06-05 in Oslo."""
    return define


@pytest.fixture
def midnight_after() -> Callable[[date], datetime]:
    """Return the function from a day to its 24:00 in Oslo."""
    return end_of
