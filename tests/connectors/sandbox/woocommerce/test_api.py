"""WooCommerce's API over real HTTP: who may ask, and what is told (.values)."""

import json
from typing import Any

import httpx
import pytest
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from connectors.sandbox import Sandbox, accounts
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller

API = "/woocommerce/wp-json/wc/v3"


def ask(caller: Caller, path: str, *, secret: str = accounts.WOOCOMMERCE_SECRET, nonce: str = "") -> httpx.Response:
    """Send a signed request; each has a new nonce, unless one is given."""
    signer = Client(
        accounts.WOOCOMMERCE_KEY,
        client_secret=secret,
        signature_method=SIGNATURE_HMAC_SHA256,
        **({"nonce": nonce, "timestamp": "1321822800"} if nonce else {}),
    )
    url = str(caller.http.base_url).rstrip("/") + API + path
    _, headers, _ = signer.sign(url)
    return caller.http.get(url, headers=headers)


def test_a_signature_opens_and_a_login_does_not(caller: Caller) -> None:
    """Over plain http neither nothing nor key and secret themselves are let in, nor a signature by another secret."""
    login = httpx.BasicAuth(accounts.WOOCOMMERCE_KEY, accounts.WOOCOMMERCE_SECRET)

    answers = [
        caller.http.get(f"{API}/orders"),
        caller.http.get(f"{API}/orders", auth=login),
        ask(caller, "/orders", secret="another"),
        ask(caller, "/orders"),
    ]

    assert [401, 401, 401, 200] == [answer.status_code for answer in answers]
    assert "woocommerce_rest_cannot_view" == answers[1].json()["code"]
    assert "woocommerce_rest_authentication_error" == answers[2].json()["code"]


def test_no_request_comes_twice(caller: Caller) -> None:
    """A nonce that was used is refused."""
    assert [200, 401] == [ask(caller, "/orders", nonce="once").status_code for _ in range(2)]


def test_pages_tell_how_many_there_are(caller: Caller) -> None:
    """Counts and the way on are in headers; past the end is an empty list."""
    first = ask(caller, "/orders?per_page=100&orderby=id&order=asc")
    pages = int(first.headers["x-wp-totalpages"])
    last = ask(caller, f"/orders?per_page=100&orderby=id&order=asc&page={pages}")
    beyond = ask(caller, f"/orders?per_page=100&orderby=id&order=asc&page={pages + 1}")

    assert int(first.headers["x-wp-total"]) == 100 * (pages - 1) + len(last.json())
    assert 'rel="next"' in first.headers["link"]
    assert 'rel="prev"' in last.headers["link"]
    assert (200, []) == (beyond.status_code, beyond.json())


@pytest.mark.parametrize("query", ["per_page=101", "page=0", "orderby=modified"])
def test_what_an_older_shop_does_not_know_is_refused(caller: Caller, query: str) -> None:
    """More than a hundred rows, a page before the first and an order that only new shops know are no parameters."""
    answer = ask(caller, f"/orders?{query}")

    assert (400, "rest_invalid_param") == (answer.status_code, answer.json()["code"])


def _told(caller: Caller, path: str) -> Any:  # noqa: ANN401 - JSON
    return ask(caller, path).json()


def test_a_refund_is_told_thrice(caller: Caller, sandbox: Sandbox, evening: Clock) -> None:
    """In its order it is negative, by itself positive, and what came back is negative again; its order is modified."""
    line = sandbox.shop.look().orders[-1].lines[0]
    number = sandbox.shop.look().orders[-1].number
    evening.move(minutes=5)
    sandbox.shop.refund(number, {line.number: 1})

    order = _told(caller, "/orders?per_page=1&orderby=date&order=desc")[0]
    refund = _told(caller, f"/orders/{number}/refunds")[0]
    again = _told(caller, "/refunds?after=2011-11-20T21:00:00&dates_are_gmt=true")

    pounds = f"{line.price / 100:.2f}"
    assert [f"-{pounds}"] == [each["total"] for each in order["refunds"]]
    assert (pounds, number, -1) == (refund["amount"], refund["parent_id"], refund["line_items"][0]["quantity"])
    assert [refund] == again
    assert "2011-11-20T21:05:00" == order["date_modified_gmt"]


def test_times_are_naive_and_fields_are_chosen(caller: Caller) -> None:
    """A time is given in the shop's zone and in UTC, without either being said; only what is asked for comes."""
    told = _told(caller, "/orders?per_page=1&_fields=id,date_created,date_created_gmt")

    assert [["date_created", "date_created_gmt", "id"]] == [sorted(order) for order in told]
    assert told[0]["date_created"] == told[0]["date_created_gmt"]
    site = caller.http.get("/woocommerce/wp-json/").json()
    assert "Europe/London" == site["timezone_string"]


def test_nothing_personal_is_told(caller: Caller) -> None:
    """An order has no name and no address to leak."""
    assert not {"billing", "shipping"} & set(json.loads(ask(caller, "/orders?per_page=1").text)[0])


def test_other_paths_are_not_there(caller: Caller) -> None:
    """No route."""
    answer = ask(caller, "/customers")

    assert (404, "rest_no_route") == (answer.status_code, answer.json()["code"])
