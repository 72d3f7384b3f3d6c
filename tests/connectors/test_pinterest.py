"""Pinterest: counts that may be null, under a refresh token."""

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

SETTINGS = {"client_id": "app", "client_secret": "CANARY-secret", "refresh_token": "CANARY-pinr-0"}
GOOD = {"account_type": "BUSINESS", "id": "912345678901234567", "username": "waldladen", "follower_count": 37}
GOOD |= {"following_count": 8, "pin_count": 52, "board_count": 4, "monthly_views": 1840}


def login(request: Request) -> object:
    """Answer the token endpoint."""
    token = {"access_token": "CANARY-pina", "expires_in": 2_592_000, "refresh_token": "CANARY-pinr-1"}
    return token if request.path == "/v5/oauth/token" else None


CASE = {"settings": SETTINGS, "login": login, "good": lambda _: GOOD, "rows": {"accounts": 1}}


@pytest.mark.parametrize("settings", [SETTINGS, {"access_token": "CANARY-pina"}])
def test_an_account_becomes_one_row(loopback: Loopback, settings: dict[str, str]) -> None:
    """With either way in; the account is named by the source's id."""
    loopback.script = lambda request: Reply(login(request) or GOOD)

    pulled = loopback.pull("pinterest", settings)

    assert [("src", "social.followers", NOW, 37, 52, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    assert "/v5/user_account" == loopback.seen[-1].path
    assert "Bearer CANARY-pina" == loopback.seen[-1].headers["authorization"]


def test_a_null_count_is_unknown(loopback: Loopback) -> None:
    """Null is not 0."""
    loopback.script = lambda _: Reply({**GOOD, "follower_count": None, "pin_count": None})

    pulled = loopback.pull("pinterest", {"access_token": "CANARY-pina"})

    assert [(None, None)] == pulled.frames[RecordKind.ACCOUNTS].select("followers", "posts").rows()


def test_pinterests_own_code_is_not_the_status(loopback: Loopback) -> None:
    """The status decides."""
    loopback.script = lambda _: Reply({"code": 2, "message": "CANARY"}, 401)

    with pytest.raises(SourceError) as caught:
        loopback.pull("pinterest", {"access_token": "CANARY-pina"})

    assert "unauthorized" == caught.value.reason
    assert "CANARY" not in str(caught.value)


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """From one call and its headers."""
    loopback.script = lambda _: Reply(GOOD, headers={"X-RateLimit-Remaining": "998"})

    health = loopback.probe("pinterest", {"access_token": "CANARY-pina"})

    assert SourceHealth(account="waldladen", quota="998 requests left") == health
