"""The server: what it writes down, how it stops, and how it goes wrong on demand (.accounts, .exchange, .faults)."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from connectors.sandbox import Sandbox, accounts, faults, serve
from connectors.sandbox.exchange import Request
from connectors.sandbox.faults import Fault
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller

LOOKUP = "/mastodon/api/v1/accounts/lookup?acct=exportcounter"


def test_requests_are_listed_without_their_secrets(caller: Caller, sandbox: Sandbox) -> None:
    """Method and path are kept; neither the query nor a header is."""
    caller.http.get(LOOKUP)
    caller.graphql("{ shop { name } }")

    assert ["GET /mastodon/api/v1/accounts/lookup", "POST /shopify/admin/api/2026-10/graphql.json"] == sandbox.requests


def test_each_vendor_has_its_base_url(sandbox: Sandbox) -> None:
    """The prefix is the vendor's name, on loopback."""
    assert f"http://127.0.0.1:{sandbox.server.server_port}/plausible" == sandbox.base_url("plausible")


def test_an_unknown_prefix_is_404(caller: Caller) -> None:
    """No vendor, no answer."""
    assert [404, 404] == [caller.http.get(path).status_code for path in ("/etsy/v3/shops", "/")]


def test_stopping_closes_what_is_open(evening: Clock) -> None:
    """A connection kept alive does not keep the sandbox, which may be stopped twice."""
    with httpx.Client() as http:
        with serve(evening) as sandbox:
            assert 200 == http.get(sandbox.url + LOOKUP).status_code
        sandbox.stop()
        with pytest.raises(httpx.ConnectError):
            http.get(sandbox.url + LOOKUP)


def test_a_day_is_a_clock_too(evening: Clock) -> None:
    """A fixed time serves as well as a function."""
    with serve(evening.now) as sandbox:
        assert evening.now == sandbox.shop.look().at


def test_latency_delays_every_answer(evening: Clock) -> None:
    """An answer takes at least as long as told."""
    with serve(evening, latency=0.05) as sandbox:
        began = time.monotonic()
        httpx.get(sandbox.url + LOOKUP)

        assert 0.05 <= time.monotonic() - began


def test_requests_are_served_side_by_side(evening: Clock) -> None:
    """Four requests are under way at once: none is answered before all have come."""
    together = Barrier(4)

    def meet(_request: Request) -> None:
        together.wait(timeout=10)

    with serve(evening, faults={"mastodon": meet}) as sandbox, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(httpx.get, [sandbox.url + LOOKUP] * 4))

    assert [200] * 4 == [answer.status_code for answer in answers]


def test_faults_are_used_up_one_a_request(caller: Caller, sandbox: Sandbox) -> None:
    """A list names what happens to the next requests of one vendor; None lets one pass."""
    sandbox.faults["mastodon"] = [
        faults.status(503),
        None,
        faults.status(429, retry_after="7", content={"error": "slow"}),
    ]

    answers = [caller.http.get(LOOKUP) for _ in range(4)]

    assert [503, 200, 429, 200] == [answer.status_code for answer in answers]
    assert ("7", {"error": "slow"}) == (answers[2].headers["Retry-After"], answers[2].json())
    assert 200 == caller.stats(date_range="7d").status_code


def test_a_function_of_the_request_may_fault(evening: Clock) -> None:
    """It sees what was asked, and may fault for ever."""

    def only_accounts(request: Request) -> Fault | None:
        return faults.status(500) if "accounts" in request.path else None

    with serve(evening, faults={"mastodon": only_accounts}) as sandbox, httpx.Client(base_url=sandbox.url) as http:
        assert [500, 500, 404] == [http.get(path).status_code for path in (LOOKUP, LOOKUP, "/mastodon/x")]


def test_a_page_instead_of_json(caller: Caller, sandbox: Sandbox) -> None:
    """HTML comes with its own content type, whatever the status."""
    sandbox.faults["mastodon"] = [faults.html(), faults.html(502)]

    first, second = caller.http.get(LOOKUP), caller.http.get(LOOKUP)

    assert ("text/html; charset=utf-8", [200, 502]) == (
        first.headers["Content-Type"],
        [first.status_code, second.status_code],
    )


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.reset(), httpx.ReadError),
        (faults.truncate(), httpx.RemoteProtocolError),
        (faults.hang(0.0), httpx.RemoteProtocolError),
    ],
)
def test_broken_connections(caller: Caller, sandbox: Sandbox, fault: Fault, error: type[Exception]) -> None:
    """A client sees the break, and the next request is whole again."""
    sandbox.faults["mastodon"] = [fault]

    with pytest.raises(error):
        caller.http.get(LOOKUP)

    assert 200 == caller.http.get(LOOKUP).status_code


def test_a_silence_outlasts_the_client(caller: Caller, sandbox: Sandbox) -> None:
    """A hanging request ends with the client's patience, and does not hold up the sandbox's end."""
    sandbox.faults["mastodon"] = [faults.hang(60)]

    with pytest.raises(httpx.ReadTimeout):
        caller.http.get(LOOKUP, timeout=0.5)


def test_a_cut_body_without_a_length_looks_whole(caller: Caller, sandbox: Sandbox) -> None:
    """Only the body itself tells that it ends too early."""
    whole = caller.http.get(LOOKUP).content
    sandbox.faults["mastodon"] = [faults.truncate(with_length=False)]

    assert whole[: len(whole) // 2] == caller.http.get(LOOKUP).content


def test_a_drip_is_whole_in_the_end(caller: Caller, sandbox: Sandbox) -> None:
    """Byte by byte, the answer is the same."""
    whole = caller.http.get(LOOKUP).content
    sandbox.faults["mastodon"] = [faults.drip(0.0)]

    assert whole == caller.http.get(LOOKUP).content


def test_a_page_can_come_twice(caller: Caller, sandbox: Sandbox) -> None:
    """A repeated answer is the previous one, whatever was asked."""
    query = "query($after: String) { orders(first: 2, after: $after) { pageInfo { endCursor } nodes { id } } }"
    first = caller.graphql(query)
    sandbox.faults["shopify"] = [faults.repeat()]

    second = caller.graphql(query, after=first["data"]["orders"]["pageInfo"]["endCursor"])

    assert first == second


def test_the_client_may_hang_up(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """A client that goes away leaves no trace on stderr."""
    sandbox.faults["mastodon"] = [faults.drip(0.01)]
    with httpx.Client() as http, http.stream("GET", sandbox.url + LOOKUP) as answer:
        next(answer.iter_raw(1))
    sandbox.stop()

    assert "" == capfd.readouterr().err


def test_keys_open_nothing_real() -> None:
    """Every secret says that it is the sandbox's."""
    for secret in (accounts.SHOP_ACCESS_TOKEN, accounts.SHOP_CLIENT_SECRET, accounts.PLAUSIBLE_API_KEY):
        assert "sandbox" in secret
