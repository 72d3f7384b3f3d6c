"""SQL on a DuckDB file: observations of rows, exact amounts, and a query that can do nothing but read."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback

QUERY = (
    "select 'src.tickets' as metric, day, value from ticket where day >= getvariable('window_from')::date order by day"
)


def prepare(home: Path) -> None:
    """Write a database with three days, one of them before the window."""
    path = home / "till.duckdb"
    if path.exists():
        return
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table ticket (day date, value decimal(10, 2), sold_at timestamp)")
        connection.execute(
            "insert into ticket values ('2026-11-01', 1, '2026-11-01'), ('2026-11-10', 12.35, '2026-11-10'),"
            " ('2026-11-11', 0.1, '2026-11-11')"
        )


SETTINGS = {"connection": "till.duckdb", "query": QUERY}
CASE = {"settings": SETTINGS, "prepare": prepare, "rows": {"observations": 2}}


def _pull(loopback: Loopback, query: str) -> list[tuple[object, ...]]:
    prepare(loopback.home)
    pulled = loopback.pull("sql", {**SETTINGS, "query": query})
    columns = ("metric", "account", "grain", "period_start", "value", "unit", "currency", "settled")
    return pulled.frames[RecordKind.OBSERVATIONS].select(columns).rows()


def test_rows_become_observations(loopback: Loopback) -> None:
    """Of the window, with their digits; the source's own metric is a count by the day."""
    expected = [
        ("src.tickets", None, "day", date(2026, 11, 10), Decimal("12.35"), "count", None, True),
        ("src.tickets", None, "day", date(2026, 11, 11), Decimal("0.1"), "count", None, True),
    ]

    assert expected == _pull(loopback, QUERY)
    assert [] == loopback.seen


def test_built_in_metrics_count_too(loopback: Loopback) -> None:
    """Money with its currency, by account, from times at midnight."""
    query = (
        "select 'shop.net_revenue' as metric, sold_at as day, value, 'Oslo' as account, 'NOK' as currency from ticket"
    )

    rows = _pull(loopback, f"{query} where value > 1")

    assert [("shop.net_revenue", "Oslo", "day", date(2026, 11, 10), Decimal("12.35"), "money", "NOK", True)] == rows


def test_the_window_begins_with_a_day(loopback: Loopback) -> None:
    """A run in the middle of a day asks for that day from its midnight in the source's zone, so that none is halved."""
    prepare(loopback.home)
    query = (
        "select 'src.a' as metric, getvariable('window_from')::timestamp::varchar as account, day, value from ticket"
    )

    pulled = loopback.pull("sql", {**SETTINGS, "query": query}, window=(NOW - timedelta(hours=1), NOW))

    assert {"2026-11-22 23:00:00"} == set(pulled.frames[RecordKind.OBSERVATIONS]["account"])


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        (QUERY, False),
        ("select 'src.a' as metric, day, value from ticket where day >= getvariable('WINDOW_FROM')::date", False),
        ("select 'src.a' as metric, day, value from ticket", True),
        ("select 'src.a' as metric, day, value from ticket where day < getvariable('window_to')::date", True),
    ],
)
def test_a_query_that_names_no_window_tells_all_there_is(loopback: Loopback, query: str, *, whole: bool) -> None:
    """Only where the query names the window's beginning do older rows count though they did not come."""
    prepare(loopback.home)

    assert whole == loopback.pull("sql", {**SETTINGS, "query": query}).whole


@pytest.mark.parametrize(
    ("query", "reason", "told"),
    [
        ("select day, value from ticket", "bad_rows", "returns no column metric"),
        ("drop table ticket", "bad_answer", "it is not one SELECT"),
        ("select 1; select 2", "bad_answer", "it is not one SELECT"),
        ("select * from read_text('/etc/passwd')", "bad_answer", "it is not one SELECT"),
        ("attach '/tmp/x.duckdb' as x", "bad_answer", "it is not one SELECT"),
        ("select 'CANARY'::date as day", "bad_answer", "it is not one SELECT"),
        ("select 'src.a' as metric, 'soon' as day, 1 as value", "bad_rows", "period_start is text"),
        ("select 'else.a' as metric, date '2026-11-10' as day, 1 as value", "bad_rows", "metric is text"),
    ],
)
def test_a_query_that_is_not_right_is_told(loopback: Loopback, query: str, reason: str, told: str) -> None:
    """It cannot write, read other files, or be several; no value of the data is repeated."""
    prepare(loopback.home)

    with pytest.raises(SourceError) as caught:
        loopback.pull("sql", {**SETTINGS, "query": query})

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_a_missing_file_is_told(loopback: Loopback) -> None:
    """By its name as configured; none is made."""
    with pytest.raises(SourceError, match="there is no file elsewhere") as caught:
        loopback.pull("sql", {**SETTINGS, "connection": "elsewhere.duckdb"})

    assert ("not_found", False) == (caught.value.reason, (loopback.home / "elsewhere.duckdb").exists())
