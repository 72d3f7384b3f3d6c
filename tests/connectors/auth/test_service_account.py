"""Service accounts: what they sign to come by a token."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.auth.service_account import service_account
from connectors.http.errors import RequestError
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply

KEY = RSAKey.generate_key(2048, private=True)
ACCOUNT = {
    "client_email": "okr@project.example",
    "private_key": KEY.as_pem(private=True).decode(),
    "private_key_id": "k1",
    "token_uri": "/token",
}


def test_a_service_account_signs_what_it_asks_for(loopback: Loopback, clock: Clock) -> None:
    """The assertion verifies with the public key and holds issuer, scope, audience and an hour."""
    loopback.script = lambda _: Reply({"access_token": "CANARY-a", "expires_in": 3599})

    with loopback.client("bluesky", {"account": "a.b"}) as client:
        token = service_account(client, ACCOUNT, "https://scope.example/read")

    [request] = loopback.seen
    read = jwt.decode(request.body["assertion"], KEY)
    now = int(clock.now.timestamp())
    expected = {"iss": "okr@project.example", "scope": "https://scope.example/read", "aud": "/token"}
    assert {**expected, "iat": now, "exp": now + 3600} == read.claims
    assert {"alg": "RS256", "kid": "k1", "typ": "JWT"} == read.header
    assert "urn:ietf:params:oauth:grant-type:jwt-bearer" == request.body["grant_type"]
    assert clock.now + timedelta(seconds=3599) == token.expires_at


def test_a_key_that_is_none_is_told(loopback: Loopback) -> None:
    """Without a word of what it holds."""
    with (
        loopback.client("bluesky", {"account": "a.b"}) as client,
        pytest.raises(RequestError, match="is not an RSA key") as caught,
    ):
        service_account(client, {**ACCOUNT, "private_key": "CANARY"}, "scope")

    assert "CANARY" not in caught.value.what
