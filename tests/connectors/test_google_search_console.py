"""Google Search Console: Pacific days, what is final, and observations under the source's own name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.discovery import Discovery
from tests.connectors.loopback import Loopback, Reply, Request, Script
from tests.connectors.service_account import CREDENTIALS, TOKEN, grant

SETTINGS = {"site": "https://shop.example/", "credentials": CREDENTIALS}
DAYS = ["2026-11-09", "2026-11-20", "2026-11-21"]


def answer(days: list[str], **more: object) -> dict[str, Any]:
    """Answer in the sheet's shape: 14 clicks of 620 impressions each day."""
    rows = [{"keys": [day], "clicks": 14, "impressions": 620.0, "ctr": 0.02258, "position": 18.4} for day in days]
    return {**({"rows": rows} if rows else {}), "responseAggregationType": "byProperty", **more}


def good(_: Request) -> dict[str, Any]:
    """Answer with three days, the last of which is not final."""
    return answer(DAYS, metadata={"first_incomplete_date": "2026-11-21"})


CASE = {
    "settings": SETTINGS,
    "login": grant,
    "good": good,
    "rows": {"observations": 6},
    "empty": lambda _: answer([]),
}


def _pull(loopback: Loopback, script: Script, **options: Any) -> Delivery:  # noqa: ANN401 - as the loopback's
    def reply(request: Request) -> Reply:
        granted = grant(request)
        return script(request) if granted is None else Reply(granted)

    loopback.script = reply
    return loopback.pull("google_search_console", SETTINGS, **options)


def _rows(pulled: Delivery) -> list[tuple[object, ...]]:
    columns = ("metric", "account", "grain", "period_start", "value", "unit", "settled")
    return pulled.frames[RecordKind.OBSERVATIONS].select(columns).rows()


def test_clicks_and_impressions_are_observations(loopback: Loopback) -> None:
    """Under the source's own name; final days are settled, and days left out are unknown."""
    pulled = _pull(loopback, lambda request: Reply(good(request)))

    account = "https://shop.example/"
    expected = [
        (f"src.{name}", account, "day", date.fromisoformat(day), Decimal(count), "count", day < "2026-11-21")
        for day in DAYS
        for name, count in (("clicks", 14), ("impressions", 620))
    ]
    assert expected == _rows(pulled)
    assert ("replace", "America/Los_Angeles", (), ()) == (pulled.mode, pulled.zone, pulled.notes, pulled.refused)


def test_days_are_pacific_ones_whatever_the_shops_zone(loopback: Loopback) -> None:
    """At 06:00 in Oslo it is still the day before in California."""
    window = (datetime(2026, 11, 20, 5, tzinfo=UTC), datetime(2026, 11, 23, 5, tzinfo=UTC))

    _pull(loopback, lambda request: Reply(good(request)), window=window)

    _, query = loopback.seen
    expected = {
        "startDate": "2026-11-19",
        "endDate": "2026-11-22",
        "dimensions": ["date"],
        "type": "web",
        "dataState": "all",
        "rowLimit": 25_000,
    }
    assert expected == query.body
    assert "/webmasters/v3/sites/https%3A%2F%2Fshop.example%2F/searchAnalytics/query" == query.path
    assert f"Bearer {TOKEN}" == query.headers["authorization"]


def test_requests_and_sample_answers_are_googles(loopback: Loopback) -> None:
    """By the discovery document; of the two spellings of the metadata it has one."""
    discovery = Discovery("searchconsole.v1")

    _pull(loopback, lambda request: Reply(good(request)))

    discovery.check_request("searchanalytics.query", loopback.seen[1])
    for sample in (answer(DAYS), answer([]), answer([], metadata={"firstIncompleteDate": "2026-11-21"})):
        sample["responseAggregationType"] = "BY_PROPERTY"
        discovery.check_answer("searchanalytics.query", sample)


@pytest.mark.parametrize("name", ["first_incomplete_date", "firstIncompleteDate"])
def test_the_first_day_that_is_not_final_is_named_either_way(loopback: Loopback, name: str) -> None:
    """From it on nothing is settled."""
    pulled = _pull(loopback, lambda _: Reply(answer(DAYS, metadata={name: "2026-11-20"})))

    assert [True, True, False, False, False, False] == [row[-1] for row in _rows(pulled)]


@pytest.mark.parametrize("metadata", [{}, {"first_incomplete_date": "soon"}, None])
def test_without_a_word_of_it_three_days_make_a_day_final(loopback: Loopback, metadata: object) -> None:
    """2026-11-19 ended in California 73 hours before the pull, 2026-11-20 only 49."""
    pulled = _pull(loopback, lambda _: Reply(answer(["2026-11-19", "2026-11-20"], metadata=metadata)))

    assert [True, True, False, False] == [row[-1] for row in _rows(pulled)]


def test_counts_that_are_none_are_refused(loopback: Loopback) -> None:
    """A row without its day, and a count that is text, are set apart."""
    good_rows = answer(DAYS)["rows"]
    bad = [{"keys": [], "clicks": 1, "impressions": 2}, {"keys": ["2026-11-10"], "clicks": "many", "impressions": 3}]

    pulled = _pull(loopback, lambda _: Reply({"rows": [*good_rows, *bad]}))

    assert 7 == len(_rows(pulled))
    day = "period_start is missing instead of a day such as 2026-11-23"
    assert [day, day, "value is text instead of a number"] == [row.reason for row in pulled.refused]


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [(403, "quotaExceeded", "rate_limited"), (403, "forbidden", "forbidden"), (404, "notFound", "not_found")],
)
def test_googles_errors_are_read_by_their_reasons(loopback: Loopback, status: int, reason: str, expected: str) -> None:
    """A quota that is used up is not a missing right, though both are 403."""
    envelope = {"error": {"code": status, "message": "CANARY", "errors": [{"reason": reason, "message": "CANARY"}]}}

    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply(envelope, status))

    assert (expected, False) == (caught.value.reason, "CANARY" in str(caught.value))


@pytest.mark.parametrize("site", ["shop.example", "https://shop.example", "sc-domain:", "https://shop.example/?x"])
def test_a_site_is_spelt_as_google_spells_it(loopback: Loopback, site: str) -> None:
    """With its slash at the end, or as sc-domain:host; anything else would be another property."""
    with pytest.raises(ValidationError):
        loopback.settings("google_search_console", {**SETTINGS, "site": site})


def test_a_look_tells_the_newest_day(loopback: Loopback) -> None:
    """None in five days is a warning."""
    looks = []
    for days in (["2026-11-20"], []):
        loopback.script = lambda request, days=days: Reply(grant(request) or answer(days))  # type: ignore[misc]
        looks.append(loopback.probe("google_search_console", SETTINGS))

    lack = ("no numbers of the last 5 days", "check that site is spelt as Search Console spells it")
    site = "https://shop.example/"
    expected = [SourceHealth(site, newest=datetime(2026, 11, 21, 8, tzinfo=UTC)), SourceHealth(site, warnings=(lack,))]
    assert expected == looks
