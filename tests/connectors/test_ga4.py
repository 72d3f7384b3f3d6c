"""Google Analytics 4: ISO weeks, the property's days, what is settled, and what Google withholds."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt

from connectors.analytics import ga4
from connectors.records import RecordKind
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.discovery import Discovery
from tests.connectors.loopback import Loopback, Reply, Request, Script
from tests.connectors.service_account import ACCOUNT, CREDENTIALS, KEY, TOKEN, grant

SETTINGS = {"property_id": "345678901", "credentials": CREDENTIALS}
QUOTA = {
    "tokensPerDay": {"consumed": 2, "remaining": 199_850},
    "tokensPerHour": {"consumed": 2, "remaining": 39_920},
    "concurrentRequests": {"remaining": 10},
    "tokensPerProjectPerHour": {"consumed": 2, "remaining": 13_950},
}
PERIODS = {
    "date": ["20261109", "20261120", "20261122"],
    "isoYearIsoWeek": ["202645", "202647", "202648"],
    "yearMonth": ["202611"],
}


def report(request: Request, periods: list[str], **metadata: object) -> dict[str, Any]:
    """Answer a report in the sheet's shape: 41 users, 58 sessions and 171 views in each period."""
    counts = {"activeUsers": "41", "sessions": "58", "screenPageViews": "171"}
    metrics = [metric["name"] for metric in request.body["metrics"]]
    answer: dict[str, Any] = {
        "dimensionHeaders": request.body["dimensions"],
        "metricHeaders": [{"name": name, "type": "TYPE_INTEGER"} for name in metrics],
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Oslo", **metadata},
        "propertyQuota": QUOTA,
        "kind": "analyticsData#runReport",
    }
    if periods:
        answer["rowCount"] = len(periods)
        answer["rows"] = [
            {"dimensionValues": [{"value": period}], "metricValues": [{"value": counts[name]} for name in metrics]}
            for period in periods
        ]
    return answer


def good(request: Request) -> dict[str, Any]:
    """Answer with some periods of each grain."""
    return report(request, PERIODS[request.body["dimensions"][0]["name"]])


CASE = {
    "settings": SETTINGS,
    "login": grant,
    "good": good,
    "rows": {"traffic": 18},
    "repeated": lambda request: {**report(request, ["20261109"] * 10_000), "rowCount": 30_000},
}


def _pull(loopback: Loopback, script: Script, **options: Any) -> Delivery:  # noqa: ANN401 - as the loopback's
    def answer(request: Request) -> Reply:
        granted = grant(request)
        return script(request) if granted is None else Reply(granted)

    loopback.script = answer
    return loopback.pull("ga4", SETTINGS, **options)


def _reports(loopback: Loopback) -> dict[str, Request]:
    return {seen.body["dimensions"][0]["name"]: seen for seen in loopback.seen if seen.path.endswith(":runReport")}


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def test_three_grains_with_what_is_settled(loopback: Loopback) -> None:
    """A period left out is 0 once 72 hours have passed since its end, and nothing at all before."""
    pulled = _pull(loopback, lambda request: Reply(good(request)))

    days = _rows(pulled, "day")
    assert [(date(2026, 11, 9), 41, 58, 171, True), (date(2026, 11, 10), 0, 0, 0, True)] == days[:2]
    assert [(date(2026, 11, 20), 41, 58, 171, False), (date(2026, 11, 22), 41, 58, 171, False)] == days[-2:]
    assert date(2026, 11, 19) == days[-3][0]
    expected_weeks = [
        (date(2026, 11, 2), 41, 58, 171, True),
        (date(2026, 11, 9), 0, 0, 0, True),
        (date(2026, 11, 16), 41, 58, 171, False),
        (date(2026, 11, 23), 41, 58, 171, False),
    ]
    assert expected_weeks == _rows(pulled, "week")
    assert [(date(2026, 11, 1), 41, 58, 171, False)] == _rows(pulled, "month")
    assert ("replace", "Europe/Oslo", (), ()) == (pulled.mode, pulled.zone, pulled.notes, pulled.refused)


def test_whole_periods_are_asked_for_at_their_own_grain(loopback: Loopback) -> None:
    """Monday weeks by isoYearIsoWeek, a week back; months by yearMonth; a token in the header, and int64 as text."""
    window = (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))

    _pull(loopback, lambda request: Reply(good(request)), window=window)

    asked = _reports(loopback)
    expected = {
        "date": [{"startDate": "2026-11-20", "endDate": "2026-11-23"}],
        "isoYearIsoWeek": [{"startDate": "2026-11-09", "endDate": "2026-11-29"}],
        "yearMonth": [{"startDate": "2026-11-01", "endDate": "2026-11-30"}],
    }
    assert expected == {name: request.body["dateRanges"] for name, request in asked.items()}
    first = asked["date"]
    assert "/v1beta/properties/345678901:runReport" == first.path
    assert ("0", "10000", f"Bearer {TOKEN}") == (
        first.body["offset"],
        first.body["limit"],
        first.headers["authorization"],
    )


def test_requests_and_sample_answers_are_googles(loopback: Loopback) -> None:
    """By the discovery document of the Data API; what the answers of these tests hold is what Google may send."""
    discovery = Discovery("analyticsdata.v1beta")

    _pull(loopback, lambda request: Reply(good(request)))

    for request in _reports(loopback).values():
        discovery.check_request("properties.runReport", request)
        sampling = [{"samplesReadCount": "250", "samplingSpaceSize": "1000"}]
        withheld = {"subjectToThresholding": True, "dataLossFromOtherRow": True, "samplingMetadatas": sampling}
        for answer in (good(request), report(request, [], **withheld)):
            discovery.check_answer("properties.runReport", answer)
    assert 3 == len(_reports(loopback))


def test_the_token_is_got_with_a_signed_assertion(loopback: Loopback) -> None:
    """Once for all three reports, at the token_uri of the key, with the scope that only reads."""
    _pull(loopback, lambda request: Reply(good(request)))

    [exchange] = [request for request in loopback.seen if request.path == "/token"]
    claims = jwt.decode(exchange.body["assertion"], KEY).claims
    assert (ACCOUNT["client_email"], ACCOUNT["token_uri"], ga4.SCOPE) == (claims["iss"], claims["aud"], claims["scope"])


def test_credentials_may_be_a_file(loopback: Loopback, tmp_path: Path) -> None:
    """A path counts from the project folder; its token_uri may lie on the source's own host."""
    account = {**ACCOUNT, "token_uri": f"{loopback.url}/elsewhere/token"}
    (tmp_path / "key.json").write_text(json.dumps(account))
    loopback.script = lambda request: Reply(grant(request) or good(request))

    pulled = loopback.pull("ga4", {**SETTINGS, "credentials": "key.json"})

    assert (18, "/elsewhere/token") == (pulled.rows_read, loopback.seen[0].path)


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        ("no-such.json", "the file that credentials names cannot be read"),
        ("{CANARY", "is not the JSON key of an account"),
        ('{"client_email": "a@b"}', "credentials has no private_key, token_uri"),
        (json.dumps({**ACCOUNT, "private_key": "CANARY"}), "private_key in the credentials is not an RSA key"),
        (json.dumps({**ACCOUNT, "token_uri": "https://elsewhere.example/token"}), "another host, which is refused"),
    ],
)
def test_credentials_that_are_none_are_told(loopback: Loopback, credentials: str, told: str) -> None:
    """Nothing is sent, and nothing of them repeated."""
    with pytest.raises(SourceError) as caught:
        loopback.pull("ga4", {**SETTINGS, "credentials": credentials})

    assert told in caught.value.what
    assert ("CANARY" in str(caught.value), loopback.seen) == (False, [])


def test_iso_week_53_is_one_week(loopback: Loopback) -> None:
    """The week over the turn of the year is 2026-W53 and begins on 2026-12-28, in both years."""
    window = (datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))

    def turn(request: Request) -> Reply:
        weekly = request.body["dimensions"][0]["name"] == "isoYearIsoWeek"
        return Reply(report(request, ["202652", "202653"] if weekly else []))

    pulled = _pull(loopback, turn, window=window)

    assert [date(2026, 12, 21), date(2026, 12, 28)] == [row[0] for row in _rows(pulled, "week")]
    span = _reports(loopback)["isoYearIsoWeek"].body["dateRanges"][0]
    assert {"startDate": "2026-12-21", "endDate": "2027-01-03"} == span


@pytest.mark.parametrize("flag", ["subjectToThresholding", "dataLossFromOtherRow"])
def test_what_is_withheld_is_unknown(loopback: Loopback, flag: str) -> None:
    """With a threshold, or rows gathered under (other), a period left out is null; what is told stands."""

    def script(request: Request) -> Reply:
        weekly = request.body["dimensions"][0]["name"] == "isoYearIsoWeek"
        return Reply(report(request, ["202645", "(other)"] if weekly else [], **{flag: True}))

    pulled = _pull(loopback, script)

    expected = [(date(2026, 11, 2), 41, 58, 171, True), (date(2026, 11, 9), None, None, None, True)]
    assert expected == _rows(pulled, "week")
    [note] = pulled.notes
    assert "a period left out is unknown, not 0" in note


def test_sampling_and_low_quota_are_noted(loopback: Loopback) -> None:
    """The share that was read, and the tokens left when they run out; Google leaves a 0 out."""
    sampling = [{"samplesReadCount": "250", "samplingSpaceSize": "1000"}]

    def script(request: Request) -> Reply:
        answer = report(request, [], samplingMetadatas=sampling)
        return Reply({**answer, "propertyQuota": {"tokensPerDay": {"consumed": 200_000}, "tokensPerHour": {}}})

    pulled = _pull(loopback, script)

    expected = (
        "Google estimated these counts from 25% of the events (sampling)",
        "Google's quota runs low: 0 tokens left today",
        "Google's quota runs low: 0 tokens left this hour",
    )
    assert expected == pulled.notes


def test_columns_are_read_by_their_headers(loopback: Loopback) -> None:
    """Metrics in another order are the same rows; a count that is none is refused."""

    def script(request: Request) -> Reply:
        request.body["metrics"].reverse()
        answer = good(request)
        if request.body["dimensions"][0]["name"] == "date":
            answer["rows"][1]["metricValues"][0]["value"] = "many"
        return Reply(answer)

    pulled = _pull(loopback, script)

    assert [(date(2026, 11, 1), 41, 58, 171, False)] == _rows(pulled, "month")
    assert ["pageviews is text instead of a count"] == [row.reason for row in pulled.refused]
    assert date(2026, 11, 20) not in [row[0] for row in _rows(pulled, "day")]


def test_pages_follow_by_offset(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full page is followed by the next, which begins with its last row; zeros are filled in once all have come."""
    monkeypatch.setattr(ga4, "_MOST_ROWS", 2)

    def script(request: Request) -> Reply:
        start = int(request.body["offset"])
        periods = PERIODS[request.body["dimensions"][0]["name"]]
        page = report(request, periods[start : start + int(request.body["limit"])])
        return Reply({**page, "rowCount": len(periods)})

    pulled = _pull(loopback, script)

    assert 18 == pulled.rows_read
    offsets = [seen.body["offset"] for seen in loopback.seen if seen.path.endswith(":runReport")]
    assert ["0", "1", "0", "1", "0"] == offsets


@pytest.mark.parametrize(
    ("status", "error", "reason", "told"),
    [
        (400, {"status": "INVALID_ARGUMENT"}, "bad_answer", "answered 400 Bad Request"),
        (403, {"status": "PERMISSION_DENIED"}, "forbidden", "does not let these credentials read this"),
        (
            403,
            {"status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]},
            "forbidden",
            "the API is not enabled in the Google Cloud project",
        ),
        (429, {"status": "RESOURCE_EXHAUSTED"}, "rate_limited", "has no quota left for now (4 tries)"),
        (200, {"status": "PERMISSION_DENIED"}, "forbidden", "does not let these credentials read this"),
        (418, {"status": "CANARY <b>", "details": "CANARY"}, "bad_answer", "answered 418"),
    ],
)
def test_googles_errors_are_read_by_their_codes(
    loopback: Loopback, status: int, error: dict[str, Any], reason: str, told: str
) -> None:
    """The envelope names what is wrong; its text is never repeated."""
    envelope = {"error": {"code": status, "message": "CANARY text", **error}}

    with pytest.raises(SourceError) as caught:
        _pull(loopback, lambda _: Reply(envelope, status))

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_a_look_tells_account_quota_and_newest_day(loopback: Loopback) -> None:
    """One report of four days tells the property's zone, the tokens left, and up to when there are numbers."""
    loopback.script = lambda request: Reply(grant(request) or report(request, ["20261121"], subjectToThresholding=True))
    health = loopback.probe("ga4", SETTINGS)

    assert "property 345678901 in Europe/Oslo" == health.account
    expected = "199,850 tokens left today, 39,920 tokens left this hour, 13,950 tokens left to the project this hour"
    assert expected == health.quota
    assert datetime(2026, 11, 21, 23, tzinfo=UTC) == health.newest
    [(what, fix)] = health.warnings
    assert (True, True) == ("thresholding" in what, "Reporting identity" in fix)
