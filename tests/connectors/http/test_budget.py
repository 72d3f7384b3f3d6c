"""Time: of a request, of a source, and of a run that is to stop (.exchange, .transport)."""

import threading
from typing import Any

import pytest

from okr_config.errors import SourceError
from okr_config.world import World
from tests.conftest import Clock, waiting_world
from tests.connectors.loopback import Loopback, Reply, Request

ACCOUNT: dict[str, Any] = {"account": "a.b"}


def test_a_budget_ends_a_paging_that_does_not(loopback: Loopback, clock: Clock) -> None:
    """Every page is good and comes in time; what ends it is the time of all together, and that is what is said."""

    def script(request: Request) -> Reply:
        clock.move(seconds=50)
        return Reply({"data": [{"day": "2026-11-20", "sold": 1}], "page": request.query["page"]})

    loopback.script = script
    settings = {
        "url": f"{loopback.url}/sales",
        "records": "data",
        "fields": {"day": "day", "value": "sold"},
        "metric": "src.sold",
        "unit": "units",
        "pagination": {"type": "page"},
        "budget": 180,
    }

    with pytest.raises(SourceError) as caught:
        loopback.pull("http_json", settings)

    host = loopback.url.removeprefix("http://")
    what, _, page = caught.value.what.partition(", on page ")
    assert f"{host} was not read to its end within 3 minutes, the budget of this source" == what
    assert ("timed_out", True) == (caught.value.reason, page in "45")
    assert "give source src a larger budget (seconds), or a later since" == caught.value.next_step
    assert 4 == len(loopback.seen)


def test_a_wait_beyond_the_budget_is_not_begun(loopback: Loopback, clock: Clock) -> None:
    """Four minutes asked for by the server do not fit into two."""
    loopback.script = lambda _: Reply({}, 429, {"Retry-After": "240"})

    with (
        loopback.client("bluesky", {**ACCOUNT, "budget": 120}) as client,
        pytest.raises(SourceError, match="not read to its end within 2 minutes"),
    ):
        client.get("/x")

    assert ([], 1) == (clock.slept, len(loopback.seen))


def test_streams_share_a_budget(loopback: Loopback, clock: Clock) -> None:
    """It is the source's, not a stream's."""
    loopback.script = lambda _: Reply({})

    with loopback.client("bluesky", ACCOUNT) as client:
        client.counting_anew().get("/x")
        clock.move(seconds=601)
        with pytest.raises(SourceError, match="not read to its end within 10 minutes"):
            client.counting_anew().get("/x")


def test_a_drip_is_told_as_what_it_is(loopback: Loopback, clock: Clock) -> None:
    """A byte now and then is an answer; what ends it is the time of the whole request."""

    def script(_: Request) -> Reply:
        clock.move(seconds=61)
        return Reply({"a": "x" * 300}, fault="drip")

    loopback.script = script

    with (
        loopback.client("bluesky", {**ACCOUNT, "timeout": 5, "budget": 3600}) as client,
        pytest.raises(SourceError, match=r"took more than 60 s in total \(4 tries\)"),
    ):
        client.get("/x")


def test_a_timeout_above_a_minute_holds(loopback: Loopback, clock: Clock) -> None:
    """A slow server of one's own may take its time."""

    def script(_: Request) -> Reply:
        clock.move(seconds=150)
        return Reply({"ok": 1})

    loopback.script = script

    with loopback.client("bluesky", {**ACCOUNT, "timeout": 300}) as client:
        assert {"ok": 1} == client.get("/x").json()


def test_a_read_ends_when_the_run_is_to_stop(loopback: Loopback, world: World) -> None:
    """The server says nothing; the signal is seen within a second, and it is no fault of the server."""

    def script(_: Request) -> Reply:
        world.stop.set()
        return Reply({}, fault="hang")

    loopback.script = script
    before = waiting_world().monotonic()

    with loopback.client("bluesky", ACCOUNT) as client, pytest.raises(SourceError) as caught:
        client.get("/x")

    assert ("stopped", "okr run") == (caught.value.reason, caught.value.next_step)
    assert waiting_world().monotonic() - before < 3
    assert 1 == len(loopback.seen)


def test_a_wait_ends_when_the_run_is_to_stop() -> None:
    """The real world's sleep is woken."""
    world = waiting_world()
    before = world.monotonic()
    threading.Timer(0.05, world.stop.set).start()

    world.sleep(60)

    assert world.monotonic() - before < 5


def test_a_credential_that_no_header_takes_is_named(loopback: Loopback) -> None:
    """A no-break space from a web page: which one and where, and nothing is sent."""
    with (
        loopback.client("plausible", {"site_id": "a", "api_key": "abc\u00a0def"}) as client,
        pytest.raises(SourceError) as caught,
    ):
        client.get("/x")

    what = "a credential of source src has a character that no header takes: no-break space, character 11"
    assert (what, "unauthorized", []) == (caught.value.what, caught.value.reason, loopback.seen)
    assert "copy the credentials of source src into .env once more" == caught.value.next_step


@pytest.mark.parametrize("status", [408, 429, 430, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524, 529])
def test_what_may_pass_is_asked_again(loopback: Loopback, status: int) -> None:
    """Cloudflare's and the shops' own numbers too."""
    answers = iter([Reply({}, status)])
    loopback.script = lambda _: next(answers, None) or Reply({"ok": 1})

    with loopback.client("bluesky", ACCOUNT) as client:
        assert {"ok": 1} == client.get("/x").json()


@pytest.mark.parametrize(("status", "words"), [(524, "524 Host behind Cloudflare Took Too Long"), (599, "599 (1")])
def test_numbers_without_a_name_get_one(loopback: Loopback, status: int, words: str) -> None:
    """Where somebody gave them a meaning."""
    loopback.script = lambda _: Reply({}, status)

    with loopback.client("bluesky", ACCOUNT) as client, pytest.raises(SourceError) as caught:
        client.get("/x")

    assert words.partition(" (")[0] in caught.value.what
