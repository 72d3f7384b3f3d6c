"""Umami: one call a period, three shapes of answers, logins and keys, and weeks of 167 and 169 hours."""

import threading
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from connectors.http.errors import RequestError
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply, Request

WEBSITE = "0b14d501-a594-442a-9c5e-1d7e934b6800"
LOGIN = {"url": "https://stats.shop.example", "website_id": WEBSITE, "username": "okr", "password": "CANARY-pass-93b1"}
KEY = {"website_id": WEBSITE, "api_key": "CANARY-umami-5f0c2a1d"}
STATS = {
    "pageviews": 204,
    "visitors": 53,
    "visits": 70,
    "bounces": 34,
    "comparison": {"pageviews": 171, "visitors": 41, "visits": 58},
}
NESTED = {name: {"value": STATS[name], "prev": 1} for name in ("pageviews", "visitors", "visits")}
TEXTS = {name: {"value": str(STATS[name]), "change": -1} for name in ("pageviews", "visitors", "visits")}


def log_in(request: Request) -> Any:  # noqa: ANN401 - JSON is anything
    """Grant a token to whoever logs in."""
    return {"token": "CANARY-token-77aa", "user": {"id": "1"}} if request.path == "/api/auth/login" else None


def website(request: Request) -> Any:  # noqa: ANN401 - JSON is anything
    """Answer for the website itself."""
    return {"id": WEBSITE, "resetAt": None} if request.path.endswith(f"/websites/{WEBSITE}") else None


CASE = {
    "null": "not_found",
    "settings": {**LOGIN, "concurrency": 1, "rate": 1000},
    "login": log_in,
    "good": lambda request: website(request) or STATS,
    "rows": {"traffic": 20},
}


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def _asked(loopback: Loopback) -> list[Request]:
    """Return the requests for counts."""
    return [request for request in loopback.seen if request.path.endswith("/stats")]


def _span(request: Request) -> tuple[datetime, datetime]:
    return tuple(datetime.fromtimestamp(int(request.query[name]) / 1000, UTC) for name in ("startAt", "endAt"))  # type: ignore[return-value]


@pytest.mark.parametrize("shape", [STATS, NESTED, TEXTS], ids=["flat", "nested", "texts"])
def test_each_period_is_asked_for_whatever_the_shape(loopback: Loopback, shape: object) -> None:
    """15 days, 4 weeks and a month, each on its own; numbers, pairs and texts are the same counts."""
    loopback.script = lambda request: Reply(website(request) or shape)

    pulled = loopback.pull("umami", KEY)

    assert (20, 21) == (len(_asked(loopback)), len(loopback.seen))
    assert [date(2026, 11, day) for day in (2, 9, 16, 23)] == [row[0] for row in _rows(pulled, "week")]
    assert [(date(2026, 11, 1), 53, 70, 204, False)] == _rows(pulled, "month")
    assert [True] * 14 + [False] == [row[-1] for row in _rows(pulled, "day")]


def test_the_cloud_takes_a_key(loopback: Loopback) -> None:
    """In a header of its own, on a path of its own."""
    loopback.script = lambda request: Reply(website(request) or STATS)

    loopback.pull("umami", KEY)

    first = _asked(loopback)[0]
    assert (f"/v1/websites/{WEBSITE}/stats", KEY["api_key"]) == (first.path, first.headers["x-umami-api-key"])
    assert {"startAt": "1794178800000", "endAt": "1794265199999", "timezone": "Europe/Oslo"} == first.query


def test_a_server_of_ones_own_takes_a_login(loopback: Loopback) -> None:
    """Once for all calls; the token goes into the header."""
    loopback.script = lambda request: Reply(log_in(request) or website(request) or STATS)

    loopback.pull("umami", LOGIN)

    first, _, second, *rest = loopback.seen
    assert ("POST", "/api/auth/login", {"username": "okr", "password": LOGIN["password"]}) == (
        first.method,
        first.path,
        first.body,
    )
    assert (f"/api/websites/{WEBSITE}/stats", "Bearer CANARY-token-77aa") == (
        second.path,
        second.headers["authorization"],
    )
    assert 19 == len([request for request in rest if request.path.endswith("/stats")])


@pytest.mark.parametrize(
    ("window", "hours"),
    [
        (("2026-03-27T12:00", "2026-03-28T12:00"), 167),
        (("2026-10-23T12:00", "2026-10-24T12:00"), 169),
        (("2026-12-30T12:00", "2027-01-01T12:00"), 168),
    ],
)
def test_weeks_go_from_monday_to_sunday_on_the_shops_clock(
    loopback: Loopback, clock: Clock, window: tuple[str, str], hours: int
) -> None:
    """With an hour less in March and one more in October; ISO week 53 is as long as any."""
    loopback.script = lambda request: Reply(website(request) or STATS)
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in window)
    clock.now = end

    pulled = loopback.pull("umami", KEY, window=(start, end))

    [monday] = [row[0] for row in _rows(pulled, "week")][-1:]
    spans = [_span(request) for request in _asked(loopback)]
    [(first, last)] = [span for span in spans if abs((span[1] - span[0]).total_seconds() - hours * 3600) < 1][-1:]
    begins = first.astimezone(ZoneInfo("Europe/Oslo"))
    assert (monday, 0, 0, 999_000) == (begins.date(), begins.weekday(), begins.hour, last.microsecond)


def test_several_periods_are_in_flight(loopback: Loopback) -> None:
    """After the first week, whose answer proves the login, the other three wait for each other here."""
    barrier = threading.Barrier(3, timeout=5)
    weeks: list[Request] = []

    def script(request: Request) -> Reply:
        if given := website(request):
            return Reply(given)
        if _is_week(request):
            weeks.append(request)
            if len(weeks) > 1:
                barrier.wait()
        return Reply(STATS)

    loopback.script = script

    assert 4 == len(_rows(loopback.pull("umami", KEY), "week"))


def _is_week(request: Request) -> bool:
    start, end = _span(request)
    return 6 < (end - start).days + 1 < 8


@pytest.mark.parametrize("body", [{}, {"pageviews": 3}, {"visitors": None, "visits": {}, "pageviews": 3}])
def test_counts_that_are_left_out_are_unknown(loopback: Loopback, body: dict[str, object]) -> None:
    """An answer without any count is none; what is missing or null is unknown."""
    loopback.script = lambda request: Reply(website(request) or body)

    if not body:
        with pytest.raises(SourceError, match="without counts"):
            loopback.pull("umami", KEY)
        return
    assert [(date(2026, 11, 1), None, None, 3, False)] == _rows(loopback.pull("umami", KEY), "month")


@pytest.mark.parametrize(
    ("reply", "reason", "told"),
    [
        (
            Reply({"error": {"message": "CANARY", "code": "unauthorized", "status": 401}}, 401),
            "unauthorized",
            "does not let",
        ),
        (Reply({"error": {"code": "forbidden", "status": 403}}, 200), "forbidden", "does not let"),
        (Reply({"error": {"code": "not-found"}}, 404), "not_found", "does not know the website"),
        (Reply({"error": {"code": "bad-request", "properties": {"CANARY": 1}}}, 400), "bad_answer", "answered 400"),
    ],
)
def test_errors_are_read_by_their_codes(loopback: Loopback, reply: Reply, reason: str, told: str) -> None:
    """The text is never repeated."""
    loopback.script = lambda _: reply

    with pytest.raises(SourceError) as caught:
        loopback.pull("umami", KEY)

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_a_login_that_is_refused_is_told(loopback: Loopback) -> None:
    """By what to correct, without name or password."""
    loopback.script = lambda _: Reply({"error": {"code": "incorrect-username-password", "message": "CANARY"}}, 401)

    with pytest.raises(SourceError, match="does not take username and password") as caught:
        loopback.pull("umami", LOGIN)

    assert ("unauthorized", 1) == (caught.value.reason, len(loopback.seen))


@pytest.mark.parametrize("login", [{}, {"username": "okr"}, {"api_key": "x", "username": "okr", "password": "y"}])
def test_one_login_is_wanted(loopback: Loopback, login: dict[str, str]) -> None:
    """A key, or name and password; neither none nor both."""
    with pytest.raises(ValidationError, match="either api_key, or username and password"):
        loopback.settings("umami", {"website_id": WEBSITE, **login})


def test_a_look_asks_for_the_last_day(loopback: Loopback) -> None:
    """No page views in it is a warning."""
    looks = []
    for views in (3, 0):
        loopback.script = lambda request, views=views: Reply(website(request) or {"pageviews": views})  # type: ignore[misc]
        looks.append(loopback.probe("umami", KEY))

    account = f"website {WEBSITE}"
    warning = ("no page views in the last day", "check that the tracker is on the shop's pages")
    assert [
        SourceHealth(account=account, newest=NOW),
        SourceHealth(account=account, newest=NOW, warnings=(warning,)),
    ] == looks


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "not_found"),
        ({"id": "0b14d501-a594-442a-9c5e-1d7e934b6899"}, "bad_answer"),
        (NESTED, "bad_answer"),
    ],
)
def test_a_website_that_is_not_there_is_no_zero(loopback: Loopback, answer: object, reason: str) -> None:
    """Umami counts nobody for any id: the website itself is asked for first, by a look too, and no count is read."""
    loopback.script = lambda request: Reply(STATS if request.path.endswith("/stats") else answer)
    if answer is None:
        loopback.script = lambda request: Reply(STATS if request.path.endswith("/stats") else b"null")

    with pytest.raises(SourceError) as caught:
        loopback.pull("umami", KEY)
    with pytest.raises(RequestError):
        loopback.probe("umami", KEY)

    assert (reason, []) == (caught.value.reason, _asked(loopback))


def test_what_was_before_a_reset_is_unknown(loopback: Loopback) -> None:
    """Umami has forgotten it: what okr knows of it stays, and the running month is no whole one."""
    loopback.script = lambda request: Reply(
        {"id": WEBSITE, "resetAt": "2026-11-19T12:00:00.000Z"} if request.path.endswith(WEBSITE) else STATS
    )

    pulled = loopback.pull("umami", KEY)

    assert [20, 21, 22, 23] == [row[0].day for row in _rows(pulled, "day")]  # type: ignore[attr-defined]
    assert ([date(2026, 11, 23)], []) == ([row[0] for row in _rows(pulled, "week")], _rows(pulled, "month"))
    assert "day of 2026-11-19: the website was reset in Umami on 2026-11-19" in {row.reason for row in pulled.refused}
