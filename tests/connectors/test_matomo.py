"""Matomo: periods by their own names, empty lists, errors under status 200, and page views of another report."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request, Script

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
    if request.body["method"] == "Live.getLastVisitsDetails":
        return []
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


def _unarchived(newest: str | None) -> Script:
    """Answer with counts up to 2026-11-18 and empty lists after it; the log's newest visit is of a day."""

    def script(request: Request) -> Reply:
        if request.body["method"] == "Live.getLastVisitsDetails":
            return Reply([{"serverDate": newest}] if newest else [])
        counts = answer(request)
        *_, last = counts
        return Reply({name: counts[last] if name[:10] <= "2026-11-18" else [] for name in counts})

    return script


def test_what_waits_for_its_archive_is_unknown(loopback: Loopback) -> None:
    """Archiving by cron only, and the cron has not run: the log has a visit of 2026-11-21, so no day up to it is 0."""
    pulled = _pull(loopback, _unarchived("2026-11-21"))

    days = {row[0].day: row[2] for row in _rows(pulled, "day")}
    assert ([67] * 10, [0, 0]) == ([days[day] for day in range(9, 19)], [days[22], days[23]])
    assert {19, 20, 21}.isdisjoint(days)
    refused = [(row.row_key, row.reason) for row in pulled.refused if '"day"' in row.row_key]
    expected = [
        (
            f'{{"grain": "day", "period_start": "2026-11-{day}"}}',
            f"day of 2026-11-{day}: Matomo has not archived it yet",
        )
        for day in (19, 20, 21)
    ]
    assert expected == refused


def test_an_empty_list_before_counts_is_nobody(loopback: Loopback) -> None:
    """Archiving goes forward, and without a visit in the log the newest days are 0 too."""
    pulled = _pull(loopback, _unarchived(None))

    days = {row[0].day: row[2] for row in _rows(pulled, "day")}
    assert ([67] * 10 + [0] * 5, ()) == ([days[day] for day in range(9, 24)], pulled.refused)


def test_the_log_is_asked_for_a_day_only(loopback: Loopback) -> None:
    """One row and one column of it, so that nothing personal comes."""
    _pull(loopback, _unarchived("2026-11-21"))

    asked = next(seen.body for seen in loopback.seen if seen.body["method"] == "Live.getLastVisitsDetails")
    assert ("range", "2026-11-19,2026-11-23", "1", "serverDate", "1") == tuple(
        asked[name] for name in ("period", "date", "filter_limit", "showColumns", "doNotFetchActions")
    )


def test_a_log_that_is_not_shown_leaves_them_unknown(loopback: Loopback) -> None:
    """Without the plugin or the right to it nothing tells an unarchived day from an empty one."""
    inner = _unarchived(None)

    def script(request: Request) -> Reply:
        is_log = request.body["method"] == "Live.getLastVisitsDetails"
        return Reply({"result": "error", "message": "not enabled"}) if is_log else inner(request)

    pulled = _pull(loopback, script)

    assert date(2026, 11, 18) == _rows(pulled, "day")[-1][0]
    reason = "day of 2026-11-19: Matomo counts nothing and does not show whether that is archived"
    assert reason == pulled.refused[0].reason


def test_a_right_that_is_missing_is_no_bad_token(loopback: Loopback) -> None:
    """Status 401 with a text that names the website is about site_id and the right to view it."""
    message = "You can't access this resource as it requires 'view' access for the website id = 99."
    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply({"result": "error", "message": message}, 401))

    assert ("forbidden", True) == (caught.value.reason, "refuses the report of this website" in caught.value.what)
    assert "check site_id" in caught.value.next_step


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
    """The website's own zone is asked for; one that differs is a warning, also one by hand or that nobody knows."""
    looks = []
    for zone in ("America/New_York", "Europe/Paris", "UTC+5.5", "UTC+1", "CANARY/Zone"):
        loopback.script = lambda _, zone=zone: Reply({"idsite": "1", "timezone": zone})  # type: ignore[misc]
        looks.append(loopback.probe("matomo", SETTINGS).warnings)

    fix = "set timezone for this source in okr_config/sources.yaml"
    by_hand = f"{fix}, or a named zone for the website in Matomo: UTC+5.5 knows no summer time"
    assert [
        (("the website's days are those of America/New_York, not of Europe/Oslo", fix),),
        (),
        (("the website's days are those of UTC+5.5, not of Europe/Oslo", by_hand),),
        (),
        (("the website's days are those of a zone that is not known, not of Europe/Oslo", fix),),
    ] == looks
