"""LinkedIn: encoding, versions that end, and what its codes mean."""

from datetime import date

import pytest

import connectors
from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"organization_id": "123", "access_token": "CANARY-li-8e"}
GOOD = {"firstDegreeSize": 73}

CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def test_a_network_becomes_one_row(loopback: Loopback) -> None:
    """The URN is encoded in the path, and each request names version and protocol."""
    loopback.script = lambda _: Reply(GOOD)

    pulled = loopback.pull("linkedin", SETTINGS)

    assert [("123", "social.followers", NOW, 73, None, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert "/rest/networkSizes/urn%3Ali%3Aorganization%3A123?edgeType=COMPANY_FOLLOWED_BY_MEMBER" == seen.target
    wanted = {
        "authorization": "Bearer CANARY-li-8e",
        "linkedin-version": "202608",
        "x-restli-protocol-version": "2.0.0",
    }
    assert wanted == {name: seen.headers[name] for name in wanted}


@pytest.mark.parametrize(("version", "ends"), [("202608", date(2027, 8, 15)), (202601, date(2027, 1, 15))])
def test_a_version_ends_a_year_later(loopback: Loopback, version: object, ends: date) -> None:
    """The doctor is told when; a version may be written without quotes."""
    settings = loopback.settings("linkedin", {**SETTINGS, "api_version": version})

    assert ends == connectors.load("linkedin").version_ends(settings)


@pytest.mark.parametrize(
    ("status", "body", "reason", "told"),
    [
        (426, {"code": "NONEXISTENT_VERSION"}, "bad_answer", "set a newer api_version"),
        (426, {}, "bad_answer", "set a newer api_version"),
        (401, {"serviceErrorCode": 65600}, "unauthorized", "refused the access token: it is not valid"),
        (401, {"serviceErrorCode": 65601}, "unauthorized", "refused the access token: it was revoked"),
        (401, {"serviceErrorCode": 65602}, "unauthorized", "refused the access token: it has expired"),
        (401, {"serviceErrorCode": 1}, "unauthorized", "401 Unauthorized"),
        (429, {"code": "TOO_MANY_REQUESTS"}, "rate_limited", "has had enough calls for today"),
        (403, {"code": "ACCESS_DENIED", "serviceErrorCode": 100}, "forbidden", "may not read the page"),
        (404, {"code": "NOT_FOUND"}, "not_found", "404 Not Found"),
        (400, {"code": "ILLEGAL_ARGUMENT"}, "bad_answer", "400 Bad Request"),
    ],
)
def test_a_code_tells_what_is_refused(
    loopback: Loopback, *, status: int, body: dict[str, object], reason: str, told: str
) -> None:
    """By code, else by status; a day's limit is not asked again."""
    loopback.script = lambda _: Reply({"status": status, "message": "CANARY", **body}, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("linkedin", SETTINGS)

    assert (reason, 1) == (caught.value.reason, len(loopback.seen))
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)
