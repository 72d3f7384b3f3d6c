"""Instagram: both logins, both shapes of the answer, and the token of another account."""

import pytest

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

ACCOUNT = "17841400000000001"
SETTINGS = {"account_id": ACCOUNT, "access_token": "IGAA-CANARY-7d1"}
PROFILE = {"user_id": ACCOUNT, "followers_count": 214, "media_count": 61, "id": "9400000000000001"}

CASE = {"settings": SETTINGS, "good": lambda _: PROFILE, "rows": {"accounts": 1}}


@pytest.mark.parametrize("answer", [PROFILE, {"data": [PROFILE]}])
def test_a_profile_becomes_one_row(loopback: Loopback, answer: object) -> None:
    """Flat or wrapped in a list; only ids and counts are asked for."""
    loopback.script = lambda _: Reply(answer)

    pulled = loopback.pull("instagram", SETTINGS)

    assert [(ACCOUNT, "social.followers", NOW, 214, 61, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert "/v27.0/me" == seen.path
    assert {"fields": "user_id,followers_count,media_count", "access_token": "IGAA-CANARY-7d1"} == seen.query


def test_a_token_of_the_facebook_login_asks_facebook(loopback: Loopback) -> None:
    """By the account's id, on the other host, without renewing."""
    settings = {"account_id": ACCOUNT, "access_token": "EAA-CANARY-9"}
    loopback.script = lambda _: Reply({"followers_count": 7, "media_count": 2, "id": ACCOUNT})
    source = connectors.load("instagram")

    pulled = loopback.pull("instagram", settings)

    assert [7] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert [f"/v27.0/{ACCOUNT}"] == [seen.path for seen in loopback.seen]
    hosts = [source.url(source.settings(id="i", connector="instagram", **each)) for each in (SETTINGS, settings)]
    assert ["https://graph.instagram.com", "https://graph.facebook.com"] == hosts
    assert not (loopback.home / ".okr").exists()


def test_a_count_that_is_left_out_is_unknown(loopback: Loopback) -> None:
    """Fields that an account does not have are missing, not null."""
    loopback.script = lambda _: Reply({"user_id": ACCOUNT, "id": "1"})

    pulled = loopback.pull("instagram", SETTINGS)

    assert [(None, None)] == pulled.frames[RecordKind.ACCOUNTS].select("followers", "posts").rows()


def test_a_token_of_another_account_is_refused(loopback: Loopback) -> None:
    """Its number would be somebody else's."""
    loopback.script = lambda _: Reply({**PROFILE, "user_id": "17841499999999999"})

    with pytest.raises(SourceError) as caught:
        loopback.pull("instagram", SETTINGS)

    assert "not_found" == caught.value.reason
    assert f"the access token belongs to another account than {ACCOUNT}" == caught.value.what


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """From one call and its headers."""
    loopback.script = lambda _: Reply(PROFILE, headers={"X-App-Usage": '{"call_count": 28, "total_time": 25}'})

    assert SourceHealth(account=ACCOUNT, quota="28 % of the calls allowed are used") == loopback.probe(
        "instagram", SETTINGS
    )


def test_an_id_may_be_written_without_quotes() -> None:
    """YAML reads digits as a number."""
    source = connectors.load("instagram")

    settings = source.settings(id="i", connector="instagram", account_id=17841400000000001, access_token="IGAA")

    assert ACCOUNT == settings.account_id
