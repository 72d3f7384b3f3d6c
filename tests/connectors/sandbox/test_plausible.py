"""Plausible's Stats API over real HTTP (.visits)."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from connectors.sandbox import Sandbox, accounts
from connectors.sandbox.orders import Line
from tests.connectors.sandbox.caller import Caller

AUTUMN = ["2011-09-05", "2011-11-20"]


def _visits(rows: pl.DataFrame) -> pl.DataFrame:
    """Return visits counted from the data: an order, or what one cancellation took back from one order."""
    goods = ~pl.col("StockCode").is_in(["POST", "DOT", "C2"])
    return (
        rows.filter(pl.col("InvoiceDate") < pl.datetime(2011, 11, 20, 21))
        .group_by("InvoiceNo", "RefundOf")
        .agg(
            pl.col("InvoiceDate").first().dt.date().alias("day"),
            pl.coalesce(pl.col("CustomerID").first().cast(pl.String), pl.col("InvoiceNo").first()).alias("visitor"),
            pl.max_horizontal(pl.col("Line").filter(goods).n_unique(), 1).alias("pages"),
        )
    )


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_every_grain_is_counted_as_such(caller: Caller, rows: pl.DataFrame, unit: str) -> None:
    """Visitors are distinct per bucket; empty buckets are absent, and the labels name them all the same."""
    step = {"day": "1d", "week": "1w", "month": "1mo"}[unit]
    first = {"day": date(2011, 9, 5), "week": date(2011, 9, 5), "month": date(2011, 9, 1)}[unit]
    expected = (
        _visits(rows)
        .filter(pl.col("day") >= first)
        .group_by(pl.col("day").dt.truncate(step))
        .agg(pl.col("visitor").n_unique(), pl.len(), pl.col("pages").sum())
        .sort("day")
    )

    answer = caller.stats(
        date_range=[str(first), "2011-11-20"], dimensions=[f"time:{unit}"], include={"time_labels": True}
    ).json()

    assert [{"dimensions": [str(day)], "metrics": counts} for day, *counts in expected.iter_rows()] == answer["results"]
    labels = pl.date_range(first, date(2011, 11, 20), step, eager=True)
    assert [str(day) for day in labels] == answer["meta"]["time_labels"]


def test_a_range_from_the_middle_of_a_week_names_the_first_week_by_its_first_day(caller: Caller) -> None:
    """The label is the range's start, not a Monday, and counts from there."""
    whole = caller.stats(date_range=["2011-11-07", "2011-11-20"], dimensions=["time:week"]).json()["results"]
    cut = caller.stats(
        date_range=["2011-11-10", "2011-11-20"], dimensions=["time:week"], include={"time_labels": True}
    ).json()

    assert ["2011-11-10", "2011-11-14"] == cut["meta"]["time_labels"]
    assert whole[1] == cut["results"][1]
    assert whole[0]["metrics"][1] > cut["results"][0]["metrics"][1]


def test_the_query_is_told_back_with_the_zone(caller: Caller) -> None:
    """The range comes back as times of the site's zone, summer time at its start."""
    answer = caller.stats(metrics=["visits"], date_range=["2011-10-29", "2011-11-01"], dimensions=["time:day"]).json()

    assert {
        "site_id": "exportcounter.example",
        "metrics": ["visits"],
        "date_range": ["2011-10-29T00:00:00+01:00", "2011-11-01T23:59:59+00:00"],
        "filters": [],
        "dimensions": ["time:day"],
        "order_by": [["time:day", "asc"]],
        "include": {},
        "pagination": {"limit": 10000, "offset": 0},
    } == answer["query"]


def test_without_a_dimension_there_is_one_row(caller: Caller, rows: pl.DataFrame) -> None:
    """The whole range is one bucket, also when nobody came."""
    found = _visits(rows).filter(pl.col("day").is_between(date(2011, 9, 5), date(2011, 11, 20)))

    full = caller.stats(metrics=["visitors", "visits"], date_range=AUTUMN).json()["results"]
    empty = caller.stats(date_range=["2009-01-01", "2009-01-31"]).json()["results"]

    assert [{"dimensions": [], "metrics": [found["visitor"].n_unique(), found.height]}] == full
    assert [{"dimensions": [], "metrics": [0, 0, 0]}] == empty


def test_hours_are_local_times(caller: Caller, sandbox: Sandbox) -> None:
    """An hour's label is the site's own time, without a zone."""
    sandbox.shop.add_order(1, [Line(1, "22423", "MUG", 1, 250)])

    answer = caller.stats(date_range="day", dimensions=["time:hour"], include={"time_labels": True}).json()

    assert {"dimensions": ["2011-11-20 21:00:00"], "metrics": [1, 1, 1]} == answer["results"][-1]
    assert (24, "2011-11-20 00:00:00") == (len(answer["meta"]["time_labels"]), answer["meta"]["time_labels"][0])


def test_pages_of_rows(caller: Caller) -> None:
    """Limit and offset cut the rows; total_rows tells how many there are."""
    query: dict[str, Any] = {"date_range": AUTUMN, "dimensions": ["time:week"]}
    whole = caller.stats(**query).json()["results"]

    part = caller.stats(
        **query, pagination={"limit": 2, "offset": 3}, include={"total_rows": True, "imports": True}
    ).json()

    assert whole[3:5] == part["results"]
    assert {"total_rows": 11, "imports_included": False, "imports_skip_reason": "no_imported_data"} == part["meta"]


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("day", "2011-11-20", "2011-11-20"),
        ("7d", "2011-11-13", "2011-11-19"),
        ("month", "2011-11-01", "2011-11-20"),
        ("year", "2011-01-01", "2011-11-20"),
        (["2011-11-01T00:00:00+00:00", "2011-11-02T23:59:59+00:00"], "2011-11-01", "2011-11-02"),
    ],
)
def test_ranges_have_names(caller: Caller, preset: object, first: str, last: str) -> None:
    """Presets of days leave today out."""
    told = caller.stats(date_range=preset).json()["query"]["date_range"]

    assert [first, last] == [time[:10] for time in told]


@pytest.mark.parametrize(
    ("key", "site", "status", "text"),
    [
        ("wrong", accounts.PLAUSIBLE_SITE_ID, 401, "Invalid API key or site ID."),
        (accounts.PLAUSIBLE_API_KEY, "other.example", 401, "Invalid API key or site ID."),
        (None, accounts.PLAUSIBLE_SITE_ID, 401, "Missing API key."),
        (accounts.PLAUSIBLE_API_KEY, accounts.PLAUSIBLE_LOCKED_SITE_ID, 402, "This Plausible site is locked"),
    ],
)
def test_who_may_not_ask(caller: Caller, key: str | None, site: str, status: int, text: str) -> None:
    """A wrong key and an unknown site look alike; a site that was not paid for is locked."""
    answer = caller.stats(key=key, site_id=site, date_range="7d")

    assert (status, ["error"]) == (answer.status_code, list(answer.json()))
    assert answer.json()["error"].startswith(text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, "#: Required property date_range was not present."),
        ({"date_range": ["2011-11-02", "2011-11-01"]}, "#/date_range: Invalid date range"),
        ({"date_range": ["x", "2011-11-01"]}, '#/date_range: Invalid date "x"'),
        ({"date_range": "soon"}, '#/date_range: Invalid date range "soon"'),
        ({"date_range": "7d", "metrics": ["visits", "luck"]}, '#/metrics/1: Invalid metric "luck"'),
        ({"date_range": "7d", "dimensions": ["time:year"]}, '#/dimensions/0: Invalid dimension "time:year"'),
        ({"date_range": "7d", "colour": 1}, "#/colour: Schema does not allow additional properties."),
        ({"date_range": "7d", "filters": [["is", "event:page", ["/"]]]}, "The sandbox knows one time dimension"),
    ],
)
def test_a_bad_query_is_400(caller: Caller, query: dict[str, Any], text: str) -> None:
    """The error says what does not fit."""
    answer = caller.stats(**query)

    assert 400 == answer.status_code
    assert answer.json()["error"].startswith(text)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"{"])
def test_a_query_without_a_site_is_400(caller: Caller, content: bytes) -> None:
    """A body of another shape has no site either."""
    headers = {"Authorization": f"Bearer {accounts.PLAUSIBLE_API_KEY}"}

    answer = caller.http.post("/plausible/api/v2/query", content=content, headers=headers)

    assert (400, True) == (answer.status_code, answer.json()["error"].startswith("Missing site ID."))
