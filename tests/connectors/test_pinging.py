"""A dead-man address over real HTTP (connectors.pinging)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.pinging import PATIENCE, Signal, ping
from okr_config.models import PingSettings
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request

SECRET = "5f2b7c1e-9d3a-4e61-8c57-0a1b2c3d4e5f"


@pytest.fixture
def watcher(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a service that waits to be asked."""
    running = Loopback(world, tmp_path)
    running.script = lambda _: Reply(b"OK")
    yield running
    running.stop()


def _address(watcher: Loopback, path: str = f"/{SECRET}", **settings: object) -> PingSettings:
    return PingSettings.model_validate({"url": SecretStr(watcher.url + path), **settings})


@pytest.mark.parametrize(
    ("signal", "path", "target"),
    [
        ("start", f"/{SECRET}", f"/{SECRET}/start"),
        ("success", f"/{SECRET}", f"/{SECRET}"),
        ("failure", f"/{SECRET}/", f"/{SECRET}/fail"),
        ("success", f"/push/{SECRET}?status=up&msg=OK", f"/push/{SECRET}?status=up&msg=OK"),
        ("start", f"/ping/{SECRET}/my-shop?create=1", f"/ping/{SECRET}/my-shop/start?create=1"),
        ("success", "", "/"),
    ],
)
def test_each_signal_has_its_address(watcher: Loopback, world: World, signal: Signal, path: str, target: str) -> None:
    """A start and a failure are told behind the path, a success at the address itself; its query stays."""
    assert None is ping(_address(watcher, path), signal, world)
    assert [target] == [request.target for request in watcher.seen]


def test_what_is_not_wanted_is_not_told(watcher: Loopback, world: World) -> None:
    """An address that knows success alone hears of nothing else."""
    address = _address(watcher, on=["success"])

    for signal in ("start", "failure", "success"):
        assert None is ping(address, signal, world)  # type: ignore[arg-type]

    assert [f"/{SECRET}"] == [request.path for request in watcher.seen]


def test_it_is_tried_again(watcher: Loopback, world: World) -> None:
    """A service that stumbles once has heard it the second time."""
    answers = iter([Reply(b"", 503), Reply(b"OK")])
    watcher.script = lambda _: next(answers)

    assert None is ping(_address(watcher), "success", world)
    assert 2 == len(watcher.seen)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (lambda _: Reply(b"", 500), "answered 500 Internal Server Error (4 tries)"),
        (lambda _: Reply(b"", 404), "answered 404 Not Found"),
        (lambda _: Reply(b"", 429, {"Retry-After": "200"}), "was not read to its end within 20 s"),
        (lambda _: Reply(b"", 302, {"Location": "http://elsewhere.example/"}), "redirect to another host refused"),
    ],
)
def test_what_is_not_heard_is_a_sentence_without_the_secret(
    watcher: Loopback, world: World, clock: Clock, script: object, reason: str
) -> None:
    """It says why, holds nothing of the address but its host, and does not hold up a run."""
    watcher.script = script  # type: ignore[assignment]
    began = clock.now

    told = ping(_address(watcher), "failure", world)

    assert told
    assert reason in told
    assert SECRET not in told
    assert (clock.now - began).total_seconds() <= PATIENCE


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"http://example.com/{SECRET}", "the address of ping is refused: only https is spoken to it"),
        (f"https://user:{SECRET}@example.com/", "the address of ping is refused: a URL must not hold a login"),
        (SECRET, "the address of ping is refused: a URL needs a host name"),
        ("http://127.0.0.1:1/" + SECRET, "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_asked_is_a_sentence(world: World, url: str, told: str) -> None:
    """Whatever it is, no exception leaves, and none of its text."""
    words = ping(PingSettings(url=SecretStr(url)), "start", world)

    assert words
    assert told in words
    assert SECRET not in words


def test_a_service_may_say_anything(watcher: Loopback, world: World) -> None:
    """What it answers is not read, be it empty, HTML or the secret itself."""
    bodies = iter([b"", b"<html>", SECRET.encode()])

    def script(_: Request) -> Reply:
        return Reply(next(bodies))

    watcher.script = script

    assert [None] * 3 == [ping(_address(watcher), "success", world) for _ in range(3)]
