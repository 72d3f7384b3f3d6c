"""The client: what it sends, shares, remembers and never follows (.acceptance, .hosts, .memory)."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import connectors
from connectors.auth.oauth1 import OAuth1
from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.pulling import open_client
from okr_config.errors import SourceError
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request

SHOP = {"shop": "waldladen.myshopify.com", "access_token": "CANARY-token"}


def test_headers_that_every_request_has(loopback: Loopback) -> None:
    """JSON is asked for, gzip is allowed, the credential is in a header, and nothing comes from the environment."""
    loopback.script = lambda _: Reply({})

    with loopback.client("plausible", {"site_id": "a", "api_key": "CANARY-key"}) as client:
        client.get("/x", params={"q": "ø"}, headers={"x-more": "1"})

    [seen] = loopback.seen
    wanted = {
        "accept": "application/json",
        "accept-encoding": "gzip",
        "authorization": "Bearer CANARY-key",
        "x-more": "1",
    }
    assert wanted == {name: seen.headers[name] for name in wanted}
    assert {"q": "ø"} == seen.query


def test_base_url_may_have_a_prefix(loopback: Loopback) -> None:
    """The path comes after the prefix; a query in the path and params go together."""
    loopback.script = lambda _: Reply({})

    with loopback.client("bluesky", {"account": "a.b", "base_url": f"{loopback.url}/bluesky/"}) as client:
        client.get("/x?a=1", params={"b": "2"})

    assert ("/bluesky/x", {"a": "1", "b": "2"}) == (loopback.seen[0].path, loopback.seen[0].query)


def test_each_stream_counts_for_itself(loopback: Loopback) -> None:
    """Requests, bytes and retries are those of one stream; bytes are those on the wire."""
    answers = iter([Reply({"error": 1}, 503)])
    loopback.script = lambda _: next(answers, None) or Reply({"ok": 1})

    with loopback.client("bluesky", {"account": "a.b"}) as client:
        one, other = client.counting_anew(), client.counting_anew()
        one.get("/x")
        other.get("/x")

    assert (2, len(b'{"error": 1}{"ok": 1}'), 1) == (one.requests, one.bytes, one.retries)
    assert (1, len(b'{"ok": 1}'), 0) == (other.requests, other.bytes, other.retries)


def test_a_post_that_writes_is_sent_once(loopback: Loopback) -> None:
    """Only what reads is asked again."""
    loopback.script = lambda _: Reply({}, 503)

    with loopback.client("bluesky", {"account": "a.b"}) as client, pytest.raises(SourceError):
        client.post_json("/x", {}, safe=False)

    assert 1 == len(loopback.seen)


def test_a_post_that_never_left_is_sent_again(loopback: Loopback, clock: Clock) -> None:
    """Where nobody listens nothing can have been written."""
    loopback.stop()

    with loopback.client("bluesky", {"account": "a.b"}) as client, pytest.raises(SourceError) as caught:
        client.post_json("/x", {}, safe=False)

    assert ("unreachable", [0.5, 1.0, 2.0]) == (caught.value.reason, clock.slept)


def test_a_verdict_waits_as_long_as_the_header_asks(loopback: Loopback, clock: Clock) -> None:
    """The connector's judge knows what is wrong; how long to wait may still stand in Retry-After."""
    answers = iter([Reply({"code": "slow"}, 200, {"Retry-After": "7"})])
    loopback.script = lambda _: next(answers, None) or Reply({})
    source = replace(
        connectors.load("bluesky"),
        judge=lambda answer: RequestError("rate_limited", "is busy", again=True) if answer.json() else None,
    )

    with open_client(source, loopback.settings("bluesky", {"account": "a.b"}), world=loopback.world) as client:
        client.get("/x")

    assert [7.0] == clock.slept


def test_no_redirect_is_followed(loopback: Loopback) -> None:
    """A credential in a header would go along to wherever it leads."""
    location = {"Location": "https://evil.example/x"}
    loopback.script = lambda request: Reply({}, 302, location if request.path == "/away" else {"Location": "/y"})

    with loopback.client("shopify", SHOP) as client:
        with pytest.raises(SourceError, match="answered 302: redirect to another host refused"):
            client.get("/away")
        with pytest.raises(SourceError, match="answered 302: redirect refused"):
            client.get("/x")

    assert ["/away", "/x"] == [seen.path for seen in loopback.seen]


def test_no_more_requests_in_flight_than_allowed(loopback: Loopback) -> None:
    """Streams that run at once share the source's slots."""
    flying, most, lock = 0, 0, threading.Lock()
    meet = threading.Barrier(2)

    def script(_: Request) -> Reply:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        meet.wait(5)
        with lock:
            flying -= 1
        return Reply({})

    loopback.script = script
    with loopback.client("bluesky", {"account": "a.b", "concurrency": 2}) as client, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: client.get("/x"), range(6)))

    assert 2 == most


def test_once_is_once_for_all_threads(loopback: Loopback) -> None:
    """What one stream has made the others find, until it is stale or forgotten."""
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    with loopback.client("bluesky", {"account": "a.b"}) as client:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: client.counting_anew().once("k", make), range(8)))
        stale = client.once("k", make, fresh=lambda value: value > 0)
        client.forget("k")
        anew = client.once("k", make)

    assert ([0] * 8, 1, 2) == (found, stale, anew)


def test_a_certificate_that_cannot_be_trusted_is_told(world: World) -> None:
    """The cause is named, nothing is tried again, and there is no way around it."""
    tries = []

    def handle(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
        cause.verify_message = "certificate has expired"
        raise httpx.ConnectError("no") from cause

    source = connectors.load("bluesky")
    settings = source.settings(id="src", connector="bluesky", account="a.b")
    transport = httpx.MockTransport(handle)
    with (
        open_client(source, settings, world=world, transport=transport) as client,
        pytest.raises(SourceError) as caught,
    ):
        client.get("/x")

    assert ("tls", 1) == (caught.value.reason, len(tries))
    assert "public.api.bsky.app has a certificate that cannot be trusted: certificate has expired" == caught.value.what


def test_a_name_that_leads_inside_is_not_connected_to(world: World) -> None:
    """The check is made on the address that is connected to."""
    source = connectors.load("bluesky")
    settings = source.settings(id="src", connector="bluesky", account="a.b", base_url="https://169.254.169.254")

    with open_client(source, settings, world=world) as client, pytest.raises(SourceError) as caught:
        client.get("/latest/meta-data")

    assert "unreachable" == caught.value.reason
    assert "169.254.169.254 is refused: its name leads into a private network" in caught.value.what


def test_a_check_may_have_it_asked_again(loopback: Loopback) -> None:
    """An answer that is none for reasons only the connector knows counts as a failed try."""
    answers: Any = iter([{"busy": True}, {"busy": False}])
    loopback.script = lambda _: Reply(next(answers))

    def check(answer: Any) -> None:  # noqa: ANN401 - an answer
        if answer.json()["busy"]:
            raise RequestError("rate_limited", "is busy", again=True, after=timedelta(seconds=3).total_seconds())

    with loopback.client("bluesky", {"account": "a.b"}) as client:
        assert {"busy": False} == client.get("/x", check=check).json()
        assert 1 == client.retries


def _declared(loopback: Loopback, **changes: Any) -> Client:  # noqa: ANN401 - fields of a declaration
    """Open a client of Bluesky's declaration with some of it changed."""
    source = replace(connectors.load("bluesky"), **changes)
    return open_client(source, loopback.settings("bluesky", {"account": "a.b"}), world=loopback.world)


def test_a_form_is_sent_as_one(loopback: Loopback) -> None:
    """Fields are encoded, and the credential of the source goes along."""
    loopback.script = lambda _: Reply({})

    with _declared(loopback, auth=lambda _: {"authorization": "Bearer CANARY"}) as client:
        client.post_form("/token", {"grant_type": "x", "who": "ø & å"})

    [seen] = loopback.seen
    assert ("POST", {"grant_type": "x", "who": "ø & å"}) == (seen.method, seen.body)
    assert "Bearer CANARY" == seen.headers["authorization"]


def test_another_host_of_the_source_gets_no_credential(loopback: Loopback) -> None:
    """A declared host is asked by full address, without the source's headers; `base_url` stands for it too."""
    loopback.script = lambda _: Reply({})

    with _declared(loopback, auth=lambda _: {"authorization": "CANARY"}, hosts=("files.example",)) as client:
        client.get("https://files.example/export?a=1", params={"b": "2"}, headers={"x-own": "1"})

    [seen] = loopback.seen
    assert ("/export", {"a": "1", "b": "2"}, "1") == (seen.path, seen.query, seen.headers["x-own"])
    assert "authorization" not in seen.headers


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "http://files.example/x",
        "https://a:b@files.example/x",
        "x",
        "https://[/",
    ],
)
def test_a_host_that_is_not_declared_is_refused(loopback: Loopback, address: str) -> None:
    """Neither another host, nor plain http, nor a login in the address; nothing is sent."""
    with (
        _declared(loopback, hosts=("files.example",)) as client,
        pytest.raises(SourceError, match="another host, which is refused"),
    ):
        client.get(address)

    assert [] == loopback.seen


def test_the_vendors_own_error_is_read_first(loopback: Loopback) -> None:
    """The judge sees answers of any status that are JSON; what it leaves alone is judged by the status."""
    answers = iter([Reply({"code": 190}, 400), Reply({"code": 0}, 400), Reply(b"<html>", 502), Reply({"code": 190})])
    loopback.script = lambda _: next(answers)

    def judge(answer: Answer) -> RequestError | None:
        return RequestError("unauthorized", "says no") if answer.json() == {"code": 190} else None

    reasons = []
    with _declared(loopback, judge=judge) as client:
        for _ in range(2):
            with pytest.raises(SourceError) as caught:
                client.get("/x")
            reasons.append(caught.value.reason)
        with pytest.raises(SourceError, match="says no"):
            client.get("/x")

    assert ["unauthorized", "bad_answer"] == reasons
    assert 4 == len(loopback.seen)


def test_text_need_not_be_json(loopback: Loopback) -> None:
    """Lines of text come as they are."""
    loopback.script = lambda _: Reply(b"a,b\n1,2\n", headers={"Content-Type": "text/csv"})

    with _declared(loopback) as client:
        assert b"a,b\n1,2\n" == client.get("/x", text=True).body


def test_every_try_is_signed_anew_and_only_for_the_source(loopback: Loopback) -> None:
    """A signature holds a nonce, so that a second try needs one of its own; other hosts get none."""
    answers = iter([Reply({}, 503)])
    loopback.script = lambda _: next(answers, None) or Reply({})

    with _declared(loopback, sign=lambda _, world: OAuth1(world, ("ck", "CANARY")), hosts=("files.example",)) as client:
        client.get("/x")
        client.get("https://files.example/y")

    first, second, other = (request.headers.get("authorization", "") for request in loopback.seen)
    assert first.startswith("OAuth ")
    assert second.startswith("OAuth ")
    assert first != second
    assert "" == other


def test_the_sources_clock_is_noted(loopback: Loopback) -> None:
    """How far it is ahead of ours is told by its newest answer; a date that is none tells nothing."""
    dates = iter(["Mon, 23 Nov 2026 09:10:00 GMT", "soon"])
    loopback.script = lambda _: Reply({}, headers={"Date": next(dates)})

    with _declared(loopback) as client:
        assert client.skew is None
        client.get("/x")
        client.get("/y")
        assert timedelta(minutes=10) == client.skew
