"""PostHog: three queries, Monday weeks, pages by key, and answers that take their time."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.analytics import posthog
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply, Request, Script

SETTINGS = {"project_id": 4711, "api_key": "CANARY-phx-5f0c2a1d7e934b68"}
COLUMNS = ["period_start", "visitors", "visits", "pageviews"]
PERIODS = {
    "toDate": ["2026-11-09", "2026-11-23"],
    "toStartOfWeek": ["2026-11-02", "2026-11-23"],
    "toStartOfMonth": ["2026-11-01"],
}


def _bucket(request: Request) -> str:
    query = request.body["query"]["query"]
    return str(query.partition("SELECT ")[2].partition("(")[0])


def answer(periods: list[str], **more: object) -> dict[str, Any]:
    """Answer in the sheet's shape: 48 people, 61 sessions and 190 views in each period."""
    return {
        "columns": COLUMNS,
        "results": [[period, 48, 61, 190] for period in periods],
        "types": [["period_start", "Date"], ["visitors", "UInt64"]],
        "hasMore": False,
        "limit": 1000,
        "offset": 0,
        "timezone": "Europe/Oslo",
        "is_cached": False,
        "error": None,
        **more,
    }


def good(request: Request) -> dict[str, Any]:
    """Answer with the first and the last period of each grain."""
    return answer(PERIODS[_bucket(request)])


CASE = {
    "settings": {**SETTINGS, "rate": 1000},
    "good": good,
    "rows": {"traffic": 21},
    "repeated": lambda request: answer(PERIODS[_bucket(request)][:1], hasMore=True),
}


def _pull(loopback: Loopback, script: Script, **options: Any) -> Delivery:  # noqa: ANN401 - as the loopback's
    loopback.script = script
    return loopback.pull("posthog", SETTINGS, **options)


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def test_three_grains_with_zeros_for_what_is_left_out(loopback: Loopback) -> None:
    """Weeks begin on Mondays and two more are read again; a period left out had nobody."""
    pulled = _pull(loopback, lambda request: Reply(good(request)))

    expected_weeks = [
        (date(2026, 10, 26), 0, 0, 0, True),
        (date(2026, 11, 2), 48, 61, 190, True),
        (date(2026, 11, 9), 0, 0, 0, True),
        (date(2026, 11, 16), 0, 0, 0, True),
        (date(2026, 11, 23), 48, 61, 190, False),
    ]
    assert expected_weeks == _rows(pulled, "week")
    assert [(date(2026, 11, 1), 48, 61, 190, False)] == _rows(pulled, "month")
    assert ("Europe/Oslo", (), ()) == (pulled.zone, pulled.notes, pulled.refused)


def test_the_query_holds_nothing_but_dates(loopback: Loopback) -> None:
    """Monday weeks of page views, computed anew, with a limit of their own."""
    _pull(loopback, lambda request: Reply(good(request)))

    _, week, _ = loopback.seen
    expected = (
        "SELECT toStartOfWeek(timestamp, 1) AS period_start, count(DISTINCT person_id) AS visitors,"
        " count(DISTINCT properties.$session_id) AS visits, count() AS pageviews FROM events"
        " WHERE event = '$pageview' AND timestamp >= toDateTime('2026-10-26 00:00:00')"
        " AND timestamp < toDateTime('2026-11-30 00:00:00')"
        " GROUP BY period_start ORDER BY period_start LIMIT 1000"
    )
    assert {"kind": "HogQLQuery", "query": expected} == week.body["query"]
    assert "force_blocking" == week.body["refresh"]
    assert ("/api/projects/4711/query/", f"Bearer {SETTINGS['api_key']}") == (week.path, week.headers["authorization"])


def test_the_week_over_the_turn_of_the_year_is_one(loopback: Loopback) -> None:
    """It is asked for whole, from 2026-12-28 to 2027-01-03."""
    window = (datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))

    _pull(loopback, lambda _: Reply(answer([])), window=window)

    week = loopback.seen[1].body["query"]["query"]
    assert "timestamp >= toDateTime('2026-12-14 00:00:00') AND timestamp < toDateTime('2027-01-04 00:00:00')" in week


def test_pages_follow_by_key(loopback: Loopback) -> None:
    """Where there is more, the next query begins after the last period; days may come as times."""
    pages = {"2026-11-09": ["2026-11-09T00:00:00+01:00", "2026-11-10"], "2026-11-11": ["2026-11-12"]}

    def script(request: Request) -> Reply:
        if _bucket(request) != "toDate":
            return Reply(answer([]))
        first = request.body["query"]["query"].partition("toDateTime('")[2][:10]
        return Reply(answer(pages[first], hasMore=first == "2026-11-09"))

    pulled = _pull(loopback, script)

    assert [48, 48, 0, 48, 0] == [row[1] for row in _rows(pulled, "day")][:5]


def test_a_query_that_takes_its_time_is_waited_for(loopback: Loopback, clock: Clock) -> None:
    """202 names the query; it is looked at again, with longer waits, until it is done."""
    running = {"query_status": {"id": "0b14-aa", "complete": False}}
    states = iter([running, running, {"query_status": {"complete": True, "results": answer(["2026-11-09"])}}])

    def script(request: Request) -> Reply:
        if request.method == "POST" and _bucket(request) != "toDate":
            return Reply(answer([]))
        return Reply(next(states), 202 if request.method == "POST" else 200)

    pulled = _pull(loopback, script)

    assert (date(2026, 11, 9), 48, 61, 190, True) == _rows(pulled, "day")[0]
    polls = [seen.path for seen in loopback.seen if seen.method == "GET"]
    assert ["/api/projects/4711/query/0b14-aa/"] * 2 == polls
    assert [1, 2] == clock.slept[:2]


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        ({"id": "x", "complete": False}, "timed_out", "did not finish the query within 90 s"),
        ({"id": "x", "complete": True, "error": True, "error_message": "CANARY"}, "bad_answer", "could not work"),
        ({"id": "../../users", "complete": False}, "bad_answer", "without results"),
    ],
)
def test_a_query_that_comes_to_nothing_is_an_error(
    loopback: Loopback, status: dict[str, object], reason: str, told: str
) -> None:
    """Never done, failed, or under a name that leads elsewhere."""
    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply({"query_status": status}, 202))

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_an_error_beside_results_is_one(loopback: Loopback) -> None:
    """Its text is not repeated."""
    with pytest.raises(SourceError, match="could not work the query out") as caught:
        _pull(loopback, lambda _: Reply(answer([], error="CANARY")))

    assert "CANARY" not in str(caught.value)


def test_sessions_that_are_not_tracked_are_unknown(loopback: Loopback) -> None:
    """Page views of no session at all: null, not 0; columns are read by their names."""
    columns = ["period_start", "pageviews", "visits", "visitors"]

    def script(request: Request) -> Reply:
        rows = [["2026-11-01", 190, 0, 48]] if _bucket(request) == "toStartOfMonth" else []
        return Reply({"columns": columns, "results": rows})

    assert [(date(2026, 11, 1), 48, None, 190, False)] == _rows(_pull(loopback, script), "month")


def test_rows_of_another_shape_are_refused(loopback: Loopback) -> None:
    """A count that is none is set apart; a whole list of such is an error."""
    good_rows = answer(["2026-11-09", "2026-11-16"])["results"]

    def script(request: Request) -> Reply:
        odd = [["2026-11-23", "many", 1, 1]] if _bucket(request) == "toStartOfWeek" else []
        rows = [*good_rows, *odd] if odd else []
        return Reply(answer([], results=rows))

    pulled = _pull(loopback, script)

    assert ["visitors is text instead of a count"] == [row.reason for row in pulled.refused]
    assert date(2026, 11, 23) not in [row[0] for row in _rows(pulled, "week")]
    assert "bad_rows" == posthog_error(loopback)


def posthog_error(loopback: Loopback) -> str:
    """Return the reason why rows that are no lists fail."""
    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply(answer([], results=["x"])))
    return caught.value.reason


def test_a_look_tells_the_projects_zone(loopback: Loopback) -> None:
    """No page views since yesterday is a warning."""
    looks = []
    for periods in (["2026-11-23"], []):
        loopback.script = lambda _, periods=periods: Reply(answer(periods))  # type: ignore[misc]
        looks.append(loopback.probe("posthog", SETTINGS))

    lack = ("no page views since yesterday", "check that the snippet is on the shop's pages and sends $pageview")
    account = "project 4711 in Europe/Oslo"
    assert [SourceHealth(account, newest=NOW), SourceHealth(account, newest=NOW, warnings=(lack,))] == looks
    assert posthog.SOURCE.scopes == ("query:read",)
