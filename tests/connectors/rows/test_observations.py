"""Observations that a team brings itself: which metrics they may be of, and what a row of them must hold."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from connectors.rows.observations import grain_of, may_bring, observe, unit_of

ROW = {"metric": "shop.units_sold", "period_start": "2026-11-23", "value": "3"}
NAMES = ("metric", "period_start", "value", "grain", "unit", "currency")


def frame(*changes: dict[str, str]) -> pl.DataFrame:
    """Return good rows of units sold, and rows with other words among them so that they are few enough to refuse."""
    rows = [{**ROW, "period_start": f"2026-11-{day:02}"} for day in range(1, 1 + len(changes))]
    rows += [{**ROW, **change} for change in changes]
    texts = pl.DataFrame(
        [{name: row.get(name) for name in NAMES} for row in rows], schema=dict.fromkeys(NAMES, pl.String)
    )
    return texts.with_row_index("row", 1).with_columns(settled=pl.lit(value=True))


@pytest.mark.parametrize(
    ("metric", "brought"),
    [
        ("shop.units_sold", True),
        ("social.followers", True),
        ("sheet.calls", True),
        ("other.calls", False),
        ("calls", False),
        ("sheet.", False),
        ("web.conversion_rate", False),  # a ratio follows from two others
    ],
)
def test_a_source_brings_measured_metrics_and_its_own(metric: str, *, brought: bool) -> None:
    """A name that begins with the source's is the team's own."""
    assert brought is may_bring("sheet", metric)


def test_what_is_not_written_follows_from_the_metric() -> None:
    """Stocks are known at instants, all else by day; a metric of a team's own is a count."""
    assert ("day", "instant", "day") == tuple(map(grain_of, ("shop.units_sold", "social.followers", "sheet.calls")))
    assert ("count", "money", None) == tuple(map(unit_of, ("shop.units_sold", "shop.net_revenue", "sheet.calls")))

    rows = observe("sheet", frame({"metric": "sheet.calls"}, {"metric": "sheet.hours", "unit": "h", "grain": "week"}))

    assert [
        ("sheet.calls", "day", date(2026, 11, 23), Decimal(3), "count"),
        ("sheet.hours", "week", date(2026, 11, 23), Decimal(3), "h"),
        ("shop.units_sold", "day", date(2026, 11, 1), Decimal(3), "count"),
        ("shop.units_sold", "day", date(2026, 11, 2), Decimal(3), "count"),
    ] == sorted(rows.frame.select("metric", "grain", "period_start", "value", "unit").rows())
    assert () == rows.refused


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"metric": "other.calls"}, "metric is text instead of a built-in metric or one called sheet.<name>"),
        ({"grain": "hour"}, "grain is text instead of day, week, month or instant"),
        (
            {"grain": "week", "period_start": "2026-11-24"},
            "period_start is another day instead of the first day of a week, a Monday",
        ),
        (
            {"grain": "month", "period_start": "2026-11-02"},
            "period_start is another day instead of the first day of a month",
        ),
        ({"metric": "shop.net_revenue"}, "currency is missing instead of one such as NOK"),
        ({"currency": "kr"}, "currency is text instead of one such as NOK"),
        ({"value": "1000000000000000"}, "value is a number out of range instead of one below 1,000,000,000,000,000"),
        ({"metric": "social.followers", "value": "-1"}, "value is a negative number instead of a count"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_told(change: dict[str, str], reason: str) -> None:
    """The others stay; the row that was refused is known by its number."""
    rows = observe("sheet", frame(change))

    assert [reason] == [refusal.reason for refusal in rows.refused]
    assert [2] == rows.misfits["row"].to_list()
    assert [date(2026, 11, 1)] == rows.frame["period_start"].to_list()


def test_a_first_fault_is_the_one_that_is_told() -> None:
    """One row is one refusal, whatever else is wrong with it."""
    rows = observe("sheet", frame({"metric": "other.calls", "grain": "hour", "currency": "kr"}))

    assert ["metric is text instead of a built-in metric or one called sheet.<name>"] == [
        refusal.reason for refusal in rows.refused
    ]


def test_sums_may_be_negative() -> None:
    """More may come back than was sold."""
    rows = observe("sheet", frame({"value": "-2.5"}))

    assert Decimal("-2.5") in rows.frame["value"].to_list()
