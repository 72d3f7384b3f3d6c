"""Google's token endpoint and Data API over real HTTP."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.sandbox import Sandbox, accounts
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
QUERY = {
    "dateRanges": [{"startDate": "2011-11-07", "endDate": "2011-11-20"}],
    "dimensions": [{"name": "isoYearIsoWeek"}],
    "metrics": [{"name": "activeUsers"}, {"name": "sessions"}, {"name": "screenPageViews"}],
    "returnPropertyQuota": True,
}


def _claims(clock: Clock, **changes: object) -> dict[str, Any]:
    now = int(clock.now.timestamp())
    scope = "https://www.googleapis.com/auth/analytics.readonly"
    right = {"iss": accounts.GA4_CLIENT_EMAIL, "aud": accounts.GA4_TOKEN_URI, "scope": scope, "iat": now}
    return {**right, "exp": now + 3600, **changes}


def _exchange(caller: Caller, claims: Mapping[str, Any], key: RSAKey | None = None) -> httpx.Response:
    assertion = jwt.encode({"alg": "RS256"}, dict(claims), key or accounts.ga4_key())
    return caller.http.post("/ga4/token", data={"grant_type": GRANT, "assertion": assertion})


def _report(caller: Caller, token: str, query: object, name: str = accounts.GA4_PROPERTY_ID) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return caller.http.post(f"/ga4/v1beta/properties/{name}:runReport", json=query, headers=headers)


def _token(caller: Caller, clock: Clock) -> str:
    return str(_exchange(caller, _claims(clock)).json()["access_token"])


def test_weeks_are_counted_as_plausible_counts_them(caller: Caller, evening: Clock) -> None:
    """The same visits, with ISO weeks for names and texts for counts."""
    stats = caller.stats(date_range=["2011-11-07", "2011-11-20"], dimensions=["time:week"]).json()["results"]

    report = _report(caller, _token(caller, evening), QUERY).json()

    assert [[{"value": "201145"}], [{"value": "201146"}]] == [row["dimensionValues"] for row in report["rows"]]
    counts = [[int(metric["value"]) for metric in row["metricValues"]] for row in report["rows"]]
    assert [result["metrics"] for result in stats] == counts
    assert {"consumed": 2, "remaining": 39_998} == report["propertyQuota"]["tokensPerHour"]


def test_small_periods_are_withheld(caller: Caller, evening: Clock, sandbox: Sandbox) -> None:
    """Below the threshold a row is missing and the metadata says so; without any row there is no list of them."""
    token = _token(caller, evening)
    whole = _report(caller, token, {**QUERY, "dimensions": [{"name": "date"}]}).json()
    least = min(int(row["metricValues"][0]["value"]) for row in whole["rows"])
    reports = []
    for threshold in (least, least + 1, 1000):
        sandbox.ga4.threshold = threshold
        reports.append(_report(caller, token, {**QUERY, "dimensions": [{"name": "date"}]}).json())

    assert [None, True, True] == [report["metadata"].get("subjectToThresholding") for report in reports]
    assert len(whole["rows"]) > len(reports[1]["rows"])
    assert [True, True, False] == ["rows" in report and "rowCount" in report for report in reports]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"iss": "else@example.com"}, "invalid_grant"),
        ({"aud": "https://else.example/token"}, "invalid_grant"),
        ({"iat": 0}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
        ({"exp": None}, "invalid_grant"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
    ],
)
def test_an_assertion_that_is_not_right_gets_no_token(
    caller: Caller, evening: Clock, changes: dict[str, object], error: str
) -> None:
    """Issuer, audience, times and scope are checked."""
    claims = {name: value for name, value in _claims(evening, **changes).items() if value is not None}

    answer = _exchange(caller, claims)

    assert (400, error) == (answer.status_code, answer.json()["error"])


def test_another_key_gets_no_token(caller: Caller, evening: Clock) -> None:
    """The signature must be the account's; a text that is no assertion is none either."""
    stranger = _exchange(caller, _claims(evening), RSAKey.generate_key(2048, private=True))
    nonsense = caller.http.post("/ga4/token", data={"grant_type": GRANT, "assertion": "a.b"})
    other = caller.http.post("/ga4/token", data={"grant_type": "password"})

    told = [(answer.status_code, answer.json()["error"]) for answer in (stranger, nonsense, other)]
    assert [(400, "invalid_grant"), (400, "invalid_grant"), (400, "unsupported_grant_type")] == told


def test_a_token_ends(caller: Caller, evening: Clock) -> None:
    """After an hour it is refused, and one that was never given too."""
    token = _token(caller, evening)
    before = _report(caller, token, QUERY).status_code
    evening.now += timedelta(hours=1)

    answers = [_report(caller, token, QUERY), _report(caller, "ya29.else", QUERY)]

    assert (200, [401, 401]) == (before, [answer.status_code for answer in answers])
    assert "UNAUTHENTICATED" == answers[0].json()["error"]["status"]


@pytest.mark.parametrize(
    ("query", "name", "code", "status"),
    [
        (QUERY, "1", 403, "PERMISSION_DENIED"),
        ({**QUERY, "metric": []}, accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
        ({**QUERY, "metrics": [{"name": "luck"}]}, accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
        ({**QUERY, "metrics": []}, accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
        ({**QUERY, "dimensions": [{"name": "week"}]}, accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
        ({**QUERY, "dateRanges": []}, accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
        ([], accounts.GA4_PROPERTY_ID, 400, "INVALID_ARGUMENT"),
    ],
)
def test_a_request_that_is_not_right_is_refused(  # noqa: PLR0913 - each column of the table
    caller: Caller, evening: Clock, *, query: object, name: str, code: int, status: str
) -> None:
    """Another property, unknown fields and names, no range."""
    answer = _report(caller, _token(caller, evening), query, name)

    assert (code, status) == (answer.status_code, answer.json()["error"]["status"])


def test_other_paths_are_not_found(caller: Caller, evening: Clock) -> None:
    """Only runReport is spoken."""
    headers = {"Authorization": f"Bearer {_token(caller, evening)}"}

    answer = caller.http.post("/ga4/v1beta/properties/1:batchRunReports", json={}, headers=headers)

    assert (404, "NOT_FOUND") == (answer.status_code, answer.json()["error"]["status"])
