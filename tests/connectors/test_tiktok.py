"""TikTok: refresh tokens that rotate, and errors at status 200."""

from typing import Any

import pytest

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

SETTINGS = {"client_key": "key", "client_secret": "CANARY-secret", "refresh_token": "CANARY-rft-0"}
FINE = {"code": "ok", "message": "", "log_id": "202611230900001"}
USER = {"open_id": "o-1f2e", "follower_count": 94, "video_count": 17}
GOOD = {"data": {"user": USER}, "error": FINE}


def granted(number: int) -> dict[str, Any]:
    """Return a token answer with the refresh token that follows."""
    return {
        "access_token": f"CANARY-act-{number}",
        "expires_in": 7200,
        "open_id": "o-1f2e",
        "refresh_token": f"CANARY-rft-{number}",
        "refresh_expires_in": 15_552_000,
        "scope": "user.info.basic,user.info.stats",
        "token_type": "Bearer",
    }


def login(request: Request) -> object:
    """Answer the token endpoint."""
    return granted(1) if request.path == "/v2/oauth/token/" else None


CASE = {"settings": SETTINGS, "login": login, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def _refused(code: str, status: int) -> Reply:
    return Reply({"data": {}, "error": {"code": code, "message": "CANARY", "log_id": "1"}}, status)


def test_a_user_becomes_one_row(loopback: Loopback) -> None:
    """The account is named by the source's id; only id and counts are asked for."""
    loopback.script = lambda request: Reply(login(request) or GOOD)

    pulled = loopback.pull("tiktok", SETTINGS)

    assert [("src", "social.followers", NOW, 94, 17, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    token, user = loopback.seen
    assert {
        "client_key": "key",
        "client_secret": "CANARY-secret",
        "grant_type": "refresh_token",
        "refresh_token": "CANARY-rft-0",
    } == token.body
    assert ("/v2/user/info/", {"fields": "open_id,follower_count,video_count"}) == (user.path, user.query)
    assert "Bearer CANARY-act-1" == user.headers["authorization"]


def test_each_run_uses_the_newest_refresh_token(loopback: Loopback) -> None:
    """The one in .env serves once; those that follow are kept."""
    answers = iter([granted(1), GOOD, granted(2), GOOD, granted(3), GOOD])
    loopback.script = lambda _: Reply(next(answers))

    for _ in range(3):
        loopback.pull("tiktok", SETTINGS)

    sent = [request.body["refresh_token"] for request in loopback.seen if request.method == "POST"]
    assert ["CANARY-rft-0", "CANARY-rft-1", "CANARY-rft-2"] == sent


def test_a_refused_access_token_is_got_anew_once(loopback: Loopback) -> None:
    """By the refresh token that came with it."""
    answers = iter([Reply(granted(1)), _refused("access_token_invalid", 401), Reply(granted(2)), Reply(GOOD)])
    loopback.script = lambda _: next(answers)

    pulled = loopback.pull("tiktok", SETTINGS)

    assert [94] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert ["CANARY-rft-0", "CANARY-rft-1"] == [r.body["refresh_token"] for r in loopback.seen if r.method == "POST"]


def test_a_refresh_token_that_has_ended_is_told(loopback: Loopback) -> None:
    """The token endpoint's errors are flat, also at 200."""
    loopback.script = lambda _: Reply({"error": "invalid_grant", "error_description": "CANARY", "log_id": "1"})

    with pytest.raises(SourceError) as caught:
        loopback.pull("tiktok", SETTINGS)

    assert ("unauthorized", "gives no token: invalid_grant") == (caught.value.reason, caught.value.what)
    assert 1 == len(loopback.seen)


@pytest.mark.parametrize(
    ("code", "status", "reason", "requests"),
    [
        ("scope_not_authorized", 401, "forbidden", 1),
        ("scope_permission_missed", 400, "forbidden", 1),
        ("invalid_params", 400, "bad_answer", 1),
        ("rate_limit_exceeded", 429, "rate_limited", 4),
        ("rate_limit_exceeded", 200, "rate_limited", 4),
        ("internal_error", 500, "server_error", 4),
        ("something_new", 200, "bad_answer", 1),
        ("something_new", 404, "not_found", 1),
    ],
)
def test_the_code_tells_at_any_status(
    loopback: Loopback, *, code: str, status: int, reason: str, requests: int
) -> None:
    """Success is the code ok; the text is not repeated."""
    loopback.script = lambda request: Reply(granted) if (granted := login(request)) else _refused(code, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("tiktok", SETTINGS)

    assert (reason, requests) == (caught.value.reason, len(loopback.seen) - 1)
    assert "CANARY" not in str(caught.value)


def test_the_login_asks_as_tiktok_wants(loopback: Loopback) -> None:
    """The probe names the account; the declaration names client_key, commas and the digest in hex."""
    loopback.script = lambda request: Reply(login(request) or GOOD)
    declared = connectors.load("tiktok").login

    assert SourceHealth(account="o-1f2e") == loopback.probe("tiktok", SETTINGS)
    assert declared
    assert ("client_key", ",", True) == (declared.client_parameter, declared.scope_separator, declared.hex_challenge)
