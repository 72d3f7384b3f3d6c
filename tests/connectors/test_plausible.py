"""Plausible: three grains, zeros for what is left out, and whole weeks."""

from datetime import UTC, date, datetime

import pytest

from connectors.records import RecordKind
from tests.connectors.loopback import Loopback, Reply, Request

SETTINGS = {"site_id": "shop.example", "api_key": "CANARY-plausible-0b14d501a594442a"}
LABELS = {
    "time:day": [f"2026-11-{day:02}" for day in range(9, 24)],
    "time:week": ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"],
    "time:month": ["2026-11-01"],
}


def answer(request: Request) -> dict[str, object]:
    """Answer as a site where somebody came on the first and the last period that has a label."""
    [grain] = request.body["dimensions"]
    labels = LABELS[grain]
    results = [{"dimensions": [label], "metrics": [48, 61, 190]} for label in dict.fromkeys((labels[0], labels[-1]))]
    start, end = request.body["date_range"]
    span = [f"{start}T00:00:00+01:00", f"{end}T23:59:59+01:00"]
    return {"results": results, "meta": {"time_labels": labels}, "query": {"date_range": span}}


CASE = {
    "settings": SETTINGS,
    "good": answer,
    "rows": {"traffic": 20},
}


def test_three_grains_with_zeros_for_what_is_left_out(loopback: Loopback) -> None:
    """A period that is left out is 0; the running ones are not settled."""
    loopback.script = lambda request: Reply(answer(request))

    pulled = loopback.pull("plausible", SETTINGS)

    rows = pulled.frames[RecordKind.TRAFFIC]
    assert 20 == rows.height
    expected_weeks = [
        ("week", date(2026, 11, 2), 48, 61, 190, True),
        ("week", date(2026, 11, 9), 0, 0, 0, True),
        ("week", date(2026, 11, 16), 0, 0, 0, True),
        ("week", date(2026, 11, 23), 48, 61, 190, False),
    ]
    assert expected_weeks == rows.filter(grain="week").sort("period_start").rows()
    assert [("month", date(2026, 11, 1), 48, 61, 190, False)] == rows.filter(grain="month").rows()
    days = rows.filter(grain="day").sort("period_start")
    assert [48, *[0] * 13, 48] == days["visitors"].to_list()
    assert [*[True] * 14, False] == days["settled"].to_list()
    assert ((), "replace") == (pulled.notes, pulled.mode)


def test_whole_periods_are_asked_for(loopback: Loopback) -> None:
    """Weeks go from a Monday to a Sunday, a week back; months from their first day to their last."""
    loopback.script = lambda request: Reply(answer(request))

    loopback.pull(
        "plausible", SETTINGS, window=(datetime(2026, 11, 11, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    )

    asked = {seen.body["dimensions"][0]: seen.body["date_range"] for seen in loopback.seen}
    expected = {
        "time:day": ["2026-11-11", "2026-11-23"],
        "time:week": ["2026-11-02", "2026-11-29"],
        "time:month": ["2026-11-01", "2026-11-30"],
    }
    assert expected == asked
    first = loopback.seen[0]
    assert ("/api/v2/query", "Bearer " + SETTINGS["api_key"]) == (first.path, first.headers["authorization"])


@pytest.mark.parametrize(
    ("window", "weeks"),
    [
        (("2021-01-02T12:00", "2021-01-03T12:00"), ["2020-12-21", "2021-01-03"]),  # ISO week 53
        (("2026-03-29T00:30", "2026-03-29T22:30"), ["2026-03-16", "2026-04-05"]),  # from 23 h of Sunday into Monday
        (("2026-10-24T22:30", "2026-10-25T22:30"), ["2026-10-12", "2026-10-25"]),  # a Sunday of 25 h
    ],
)
def test_weeks_at_the_edges_of_years_and_summer_time(
    loopback: Loopback, window: tuple[str, str], weeks: list[str]
) -> None:
    """The days of a window are those of the site's zone, on short and long days too."""
    loopback.script = lambda _: Reply({"results": [], "meta": {}, "query": {}})
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in window)

    loopback.pull("plausible", SETTINGS, window=(start, end))

    assert weeks == loopback.seen[1].body["date_range"]


def test_a_period_that_has_not_begun_is_nothing(loopback: Loopback) -> None:
    """A day of the future is not filled with 0, though the window asks for it."""
    loopback.script = lambda _: Reply({"results": [], "meta": {}, "query": {}})
    window = (datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))

    pulled = loopback.pull("plausible", SETTINGS, window=window)

    days = pulled.frames[RecordKind.TRAFFIC].filter(grain="day")
    assert [(date(2026, 11, 22), 0), (date(2026, 11, 23), 0)] == days.select("period_start", "visitors").rows()


def test_a_site_in_another_zone_is_noted(loopback: Loopback) -> None:
    """The offset of the answer tells when the site's days are not ours."""
    span = ["2026-11-09T00:00:00-05:00", "2026-11-22T23:59:59-05:00"]
    loopback.script = lambda _: Reply({"results": [], "meta": {}, "query": {"date_range": span}})

    pulled = loopback.pull("plausible", SETTINGS)

    assert ("the site's days begin at 00:00-0500, not in Europe/Oslo: set timezone for this source",) == pulled.notes


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ([1.5, 1, 1], "visitors is a fraction instead of a count"),
        ([-1, 1, 1], "visitors is a negative number instead of a count"),
        ([True, 1, 1], "visitors is a boolean instead of a count"),
        ([1, "many", 1], "visits is text instead of a count"),
        ([1, 1], "period_start is missing instead of a day such as 2026-11-23"),
    ],
)
def test_counts_that_are_none_are_refused(loopback: Loopback, metrics: list[object], reason: str) -> None:
    """One bad row of three is set apart and not taken for 0, the others stand."""
    good = [{"dimensions": [f"2026-11-{day:02}"], "metrics": [1, None, 3]} for day in (9, 23)]
    bad = {"dimensions": ["2026-11-16"], "metrics": metrics}
    loopback.script = lambda request: Reply(
        {"results": [] if request.body["dimensions"] == ["time:month"] else [*good, bad], "meta": {}, "query": {}}
    )

    pulled = loopback.pull("plausible", SETTINGS)

    assert [reason] * 2 == [row.reason for row in pulled.refused]
    weeks = pulled.frames[RecordKind.TRAFFIC].filter(grain="week").sort("period_start")
    known = {row[0]: row[1:] for row in weeks.select("period_start", "visitors", "visits", "pageviews").rows()}
    assert [(1, None, 3), (1, None, 3)] == [known[date(2026, 11, day)] for day in (9, 23)]
    assert known.get(date(2026, 11, 16)) in (None, (None, None, None))
