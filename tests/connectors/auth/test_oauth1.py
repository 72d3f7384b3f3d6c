"""OAuth 1.0a: what we sign, a server that knows the secrets can verify."""

import re
from urllib.parse import unquote

import httpx
import pytest
from oauthlib.common import Request
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import signature

from connectors.auth.oauth1 import HMAC_SHA1, HMAC_SHA256, OAuth1
from okr_config.world import World
from tests.conftest import Clock

URL = "http://shop.example/wp-json/wc/v3/orders?status=any&after=2026-11-01T00%3A00%3A00"


def _sign(world: World, method: str = HMAC_SHA1) -> httpx.Request:
    request = httpx.Request("GET", URL)
    return next(OAuth1(world, ("ck_1", "cs_2"), ("token", "secret"), method=method).auth_flow(request))


def test_a_server_can_verify_it(world: World) -> None:
    """By the library's own verification, with the secrets of both sides."""
    signed = _sign(world)

    seen = Request(URL, "GET", headers={"Authorization": signed.headers["authorization"]})
    told = dict(re.findall(r'(oauth_\w+)="([^"]*)"', signed.headers["authorization"]))
    seen.signature = unquote(told.pop("oauth_signature"))
    query = [("status", "any"), ("after", "2026-11-01T00:00:00")]
    seen.params = [*query, *((name, unquote(value)) for name, value in told.items())]
    assert ("ck_1", "token", HMAC_SHA1) == (
        told["oauth_consumer_key"],
        told["oauth_token"],
        told["oauth_signature_method"],
    )
    assert signature.verify_hmac_sha1(seen, "cs_2", "secret")
    assert not signature.verify_hmac_sha1(seen, "cs_3", "secret")


def test_time_and_nonce_are_the_worlds(world: World, clock: Clock) -> None:
    """Two tries never share a nonce, and the time is the clock's."""
    headers = [_sign(world).headers["authorization"] for _ in range(2)]

    nonces = [re.findall(r'oauth_nonce="(\w+)"', header)[0] for header in headers]
    assert ["01" * 16, "02" * 16] == nonces
    assert f'oauth_timestamp="{int(clock.now.timestamp())}"' in headers[0]


@pytest.mark.parametrize(("method", "length"), [(HMAC_SHA1, 28), (HMAC_SHA256, 44)])
def test_the_digest_is_the_one_asked_for(world: World, method: str, length: int) -> None:
    """Base64 of 20 or of 32 bytes."""
    header = _sign(world, method).headers["authorization"]

    assert f'oauth_signature_method="{method}"' in header
    assert length == len(unquote(re.findall(r'oauth_signature="([^"]+)"', header)[0]))


@pytest.mark.parametrize("method", [HMAC_SHA1, HMAC_SHA256])
@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "http://shop.example/?rest_route=%2Fwc%2Fv3%2Forders&status=any",
        "http://Shop.Example:80/a%20b/c~d?x=1&x=1&x=",
        "http://shop.example:8080/wp-json/wc/v3/orders?_fields=id,refunds&q=a+b%2Bc&empty=",
        "https://shop.example:443/orders?name=sm%C3%B8r%26br%C3%B8d&a=%7E-._",
        "https://shop.example/orders?a%21b=c%2Ad%27%28e%29&%5B0%5D=1",
    ],
)
def test_a_signature_is_the_one_that_oauthlib_makes(world: World, url: str, method: str) -> None:
    """Of addresses with ports, repeated and empty parameters, and characters that are written otherwise."""
    request = httpx.Request("GET", url)
    ours = next(OAuth1(world, ("ck_1&", "cs 2+"), ("tok/en", "sec%ret"), method=method).auth_flow(request))
    header = ours.headers["authorization"]
    told = {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}

    client = Client(
        client_key="ck_1&",
        client_secret="cs 2+",
        resource_owner_key="tok/en",
        resource_owner_secret="sec%ret",
        signature_method=method,
        nonce=told["oauth_nonce"],
        timestamp=told["oauth_timestamp"],
    )
    _, headers, _ = client.sign(str(request.url), "GET")
    assert headers["Authorization"].split(", ") == header.split(", ")
