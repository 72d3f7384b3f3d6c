"""Matomo: periods by their own names, empty lists, errors under status 200, and page views of another report."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request, Script

SETTINGS = {"url": "https://stats.shop.example/matomo", "site_id": 1, "token": "CANARY-matomo-5f0c2a1d7e934b68"}


def _names(request: Request) -> list[str]:
    """Name the periods of a range as Matomo does."""
    first, last = map(date.fromisoformat, request.body["date"].split(","))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    match request.body["period"]:
        case "week":
            return [f"{day},{day + timedelta(days=6)}" for day in days if day.weekday() == 0]
        case "month":
            return sorted({f"{day:%Y-%m}" for day in days})
        case _:
            return [str(day) for day in days]


def answer(request: Request) -> Any:  # noqa: ANN401 - JSON is anything
    """Answer with visits in the last period of a range only; the empty ones are empty lists."""
    counts = {
        "VisitsSummary.get": {"nb_uniq_visitors": 52, "nb_visits": "67", "nb_actions": 214, "bounce_rate": 0.463},
        "Actions.get": {"nb_pageviews": 190, "nb_uniq_pageviews": 120},
    }
    *empty, last = _names(request)
    return {**{name: [] for name in empty}, last: counts[request.body["method"]]}


CASE = {"settings": SETTINGS, "good": answer, "rows": {"traffic": 20}}


def _pull(loopback: Loopback, script: Script, **options: Any) -> Delivery:  # noqa: ANN401 - as the loopback's
    loopback.script = script
    return loopback.pull("matomo", SETTINGS, **options)


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def test_three_grains_by_their_own_names(loopback: Loopback) -> None:
    """Days, weeks from a Monday and months are asked for as such; an empty list is a period without visits."""
    pulled = _pull(loopback, lambda request: Reply(answer(request)))

    expected_weeks = [
        (date(2026, 11, 2), 0, 0, 0, True),
        (date(2026, 11, 9), 0, 0, 0, True),
        (date(2026, 11, 16), 0, 0, 0, True),
        (date(2026, 11, 23), 52, 67, 190, False),
    ]
    assert expected_weeks == _rows(pulled, "week")
    assert [(date(2026, 11, 1), 52, 67, 190, False)] == _rows(pulled, "month")
    assert (date(2026, 11, 23), 52, 67, 190, False) == _rows(pulled, "day")[-1]
    assert ((), (), "replace") == (pulled.notes, pulled.refused, pulled.mode)


def test_the_token_travels_in_the_body(loopback: Loopback) -> None:
    """A POST form to index.php, with raw numbers and every row; nothing secret in the address."""
    _pull(loopback, lambda request: Reply(answer(request)))

    first = loopback.seen[0]
    expected = {
        "module": "API",
        "method": "VisitsSummary.get",
        "idSite": "1",
        "format": "json",
        "period": "day",
        "date": "2026-11-09,2026-11-23",
        "filter_limit": "-1",
        "format_metrics": "0",
        "token_auth": SETTINGS["token"],
    }
    assert ("POST", "/index.php", {}, expected) == (first.method, first.path, first.query, first.body)
    ranges = [(seen.body["period"], seen.body["date"]) for seen in loopback.seen[::2]]
    assert [
        ("day", "2026-11-09,2026-11-23"),
        ("week", "2026-11-02,2026-11-29"),
        ("month", "2026-11-01,2026-11-30"),
    ] == ranges


def test_nothing_at_all_is_nobody(loopback: Loopback) -> None:
    """A site without any visit answers an empty list: all periods are 0."""
    pulled = _pull(loopback, lambda _: Reply([]))

    assert [(date(2026, 11, 1), 0, 0, 0, False)] == _rows(pulled, "month")
    assert {0} == set(pulled.frames[RecordKind.TRAFFIC]["visitors"])


def test_the_week_over_the_turn_of_the_year_is_one(loopback: Loopback) -> None:
    """It is asked for whole and named by its Monday, 2026-12-28."""
    window = (datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))

    pulled = _pull(loopback, lambda request: Reply(answer(request)), window=window)

    [*_, week] = [seen.body["date"] for seen in loopback.seen if seen.body["period"] == "week"]
    assert ("2026-12-21,2027-01-03", date(2026, 12, 28)) == (week, _rows(pulled, "week")[-1][0])


def test_counts_that_are_left_out_are_unknown(loopback: Loopback) -> None:
    """Unique visitors may be switched off, and page views missing: null, with a note; of no visits there were none."""

    def script(request: Request) -> Reply:
        *_, before, last = _names(request) if request.body["period"] == "week" else ["", "", *_names(request)]
        if request.body["method"] == "Actions.get":
            return Reply({last: {"nb_downloads": 3}})
        return Reply({name: {"nb_visits": visits} for name, visits in ((before, 0), (last, 7)) if name})

    pulled = _pull(loopback, script)

    expected = [(date(2026, 11, 16), 0, 0, None, True), (date(2026, 11, 23), None, 7, None, False)]
    assert expected == _rows(pulled, "week")[-2:]
    assert "Matomo works out no unique visitors by week for this site: they are unknown" in pulled.notes


@pytest.mark.parametrize("body", [{"result": "error", "message": "CANARY view access"}, {"2026-11": 3}, "x"])
def test_an_error_under_status_200_is_one(loopback: Loopback, body: object) -> None:
    """Its text is not repeated, and no row comes of it."""
    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply(body))

    expected = "forbidden" if isinstance(body, dict) and "result" in body else "bad_answer"
    assert (expected, False) == (caught.value.reason, "CANARY" in str(caught.value))


def test_a_bad_token_with_an_html_body_is_told_by_its_status(loopback: Loopback) -> None:
    """401 comes as JSON or as a page, depending on the server."""
    for reply in (
        Reply(b"<html>CANARY</html>", 401, {"Content-Type": "text/html"}),
        Reply({"result": "error", "message": "CANARY"}, 401),
    ):
        with pytest.raises(SourceError, match="answered 401") as caught:
            _pull(loopback, lambda _, reply=reply: reply)  # type: ignore[misc]
        assert ("unauthorized", 1) == (caught.value.reason, len(loopback.seen))
        loopback.seen.clear()


def test_a_look_tells_of_another_zone(loopback: Loopback) -> None:
    """The website's own zone is asked for; one that differs is a warning, one that nobody knows is none."""
    looks = []
    for zone in ("America/New_York", "Europe/Paris", "CANARY/Zone"):
        loopback.script = lambda _, zone=zone: Reply({"idsite": "1", "timezone": zone})  # type: ignore[misc]
        looks.append(loopback.probe("matomo", SETTINGS))

    fix = "set timezone for this source in okr_config/sources.yaml"
    told = "the website's days are those of America/New_York, not of Europe/Oslo"
    assert [
        SourceHealth(account="website 1", newest=NOW, warnings=((told, fix),)),
        SourceHealth(account="website 1", newest=NOW),
        SourceHealth(account="website 1", newest=NOW),
    ] == looks
