"""OAuth 1.0a signatures (RFC 5849), made by oauthlib; nonce and time come from the world we are given."""

from collections.abc import Iterator
from typing import Any

import httpx
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1 as HMAC_SHA1
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256 as HMAC_SHA256
from oauthlib.oauth1 import Client

from okr_config.world import World

__all__ = ["HMAC_SHA1", "HMAC_SHA256", "OAuth1"]


class OAuth1(httpx.Auth):
    """
    Signs every request that reads; each try has its own nonce.

    Args:
        world: clock and chance.
        consumer: key and secret.
        token: token and its secret, where the vendor has them.
        method: HMAC_SHA1 or HMAC_SHA256.
    """

    def __init__(
        self,
        world: World,
        consumer: tuple[str, str],
        token: tuple[str, str] | None = None,
        *,
        method: str = HMAC_SHA1,
    ) -> None:
        self._world = world
        self._consumer = consumer
        self._token = token or (None, None)
        self._method = method

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # nothing is sent back
        """Put the signature into the `Authorization` header."""
        (key, secret), (token, token_secret) = self._consumer, self._token
        signer = Client(
            client_key=key,
            client_secret=secret,
            resource_owner_key=token,
            resource_owner_secret=token_secret,
            signature_method=self._method,
            nonce=self._world.token(16).hex(),
            timestamp=str(int(self._world.clock().timestamp())),
        )
        method: Any = request.method  # the stubs list the methods there are
        _, headers, _ = signer.sign(str(request.url), method)
        request.headers["authorization"] = headers["Authorization"]
        yield request
