"""OAuth 1.0a signatures (RFC 5849) of requests that read; nonce and time come from the world we are given."""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, quote

import httpx

from okr_config.world import World

HMAC_SHA1, HMAC_SHA256 = "HMAC-SHA1", "HMAC-SHA256"
_DIGESTS = {HMAC_SHA1: "sha1", HMAC_SHA256: "sha256"}


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
        (key, secret), (token_key, token_secret) = consumer, token or ("", "")
        self._fixed = {
            "oauth_version": "1.0",
            "oauth_signature_method": method,
            "oauth_consumer_key": key,
            **({"oauth_token": token_key} if token else {}),
        }
        self._secret = f"{_escaped(secret)}&{_escaped(token_secret)}".encode()
        self._digest = _DIGESTS[method]

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # nothing is sent back
        """Put the signature into the `Authorization` header."""
        fields = {
            "oauth_nonce": self._world.token(16).hex(),
            "oauth_timestamp": str(int(self._world.clock().timestamp())),
            **self._fixed,
        }
        digest = hmac.digest(self._secret, _base_string(request, fields), self._digest)
        fields["oauth_signature"] = b64encode(digest).decode()
        told = ", ".join(f'{name}="{_escaped(value)}"' for name, value in fields.items())
        request.headers["authorization"] = f"OAuth {told}"
        yield request


def _base_string(request: httpx.Request, fields: dict[str, str]) -> bytes:
    """Return what is signed: method, address and all parameters, sorted as they are written (RFC 5849, 3.4.1)."""
    url = request.url
    # httpx leaves a scheme's own port out, as the address is to be written
    address = f"{url.scheme}://{url.netloc.decode()}{url.raw_path.partition(b'?')[0].decode()}"
    asked = parse_qsl(url.query.decode(), keep_blank_values=True)
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in (*asked, *fields.items()))
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((request.method.upper(), _escaped(address), _escaped_again(parameters))).encode()


@lru_cache(maxsize=256)
def _escaped(text: str) -> str:
    # from page to page most names and values are the same
    return quote(text, safe="~")


def _escaped_again(pairs: str) -> str:
    # of what is escaped already no other signs are left
    return pairs.replace("%", "%25").replace("=", "%3D").replace("&", "%26")
