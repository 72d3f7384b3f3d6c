"""The web server under the page: real HTTP on loopback, well meant and not."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from threading import Event

import pytest

from flows.serve.http_server import Answer, Limits, Request, serving
from okr_config.world import World
from tests.conftest import Clock, waiting_world

HEADERS = b"Host: localhost\r\n\r\n"


def _echo(request: Request) -> Answer:
    """Answer with what was asked."""
    hosts = " ".join(request.headers.get("host", ()))
    return Answer(HTTPStatus.OK, f"{request.method} {request.target} {hosts}".encode(), {"X-Seen": "yes"})


@contextmanager
def _server(
    respond: Callable[[Request], Answer] = _echo, limits: Limits | None = None, world: World | None = None
) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with serving(listener, respond, world or waiting_world(), limits):
            yield address


def _say(address: tuple[str, int], words: bytes) -> bytes:
    """Send bytes as they are; return everything that comes back."""
    with closing(socket.create_connection(address, timeout=20)) as connection:
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Return the address of a server that echoes."""
    with _server() as address:
        yield address


def test_an_answer_is_whole_and_keeps_to_itself(address: tuple[str, int]) -> None:
    """Status, our headers, the ones every answer has, the length, the body; then the connection ends."""
    head, _, body = _say(address, b"GET /a?b=c HTTP/1.1\r\n" + HEADERS).partition(b"\r\n\r\n")

    assert b"GET /a?b=c localhost" == body
    assert [
        "HTTP/1.1 200 OK",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "Content-Type: text/plain; charset=utf-8",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "X-Seen: yes",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ] == head.decode().split("\r\n")


def test_head_is_get_without_a_body(address: tuple[str, int]) -> None:
    """The length is told, the body is not sent."""
    answer = _say(address, b"HEAD / HTTP/1.1\r\n" + HEADERS)

    assert b"Content-Length: 16\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"garbage\r\n\r\n", 400),
        (b"GET / HTTP/9.0\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/1.1 more\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HEADERS, 414),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + HEADERS, 431),
        (b"POST /form HTTP/1.1\r\nContent-Length: 6\r\n" + HEADERS + b"a=1234", 200),
        (b"GET / HTTP/1.1\r\nExpect: 100-continue\r\n" + HEADERS, 200),
        (b"get / HTTP/1.0\r\n\r\n", 200),
    ],
)
def test_whatever_is_said_has_a_status(address: tuple[str, int], words: bytes, status: int) -> None:
    """What is no request is told so, in a form a client can read, and nothing of it is repeated."""
    answer = _say(address, words)

    assert status == _status(answer)
    assert answer.startswith(b"HTTP/1.1 ")
    assert status == 200 or b"aaaa" not in answer


def test_a_large_body_does_not_lose_the_answer(address: tuple[str, int]) -> None:
    """A client that sends much, unasked, still reads what it is told."""
    words = b"POST / HTTP/1.1\r\nContent-Length: 20000\r\n" + HEADERS + b"x" * 20_000

    assert 200 == _status(_say(address, words))


def test_silence_is_no_answer(address: tuple[str, int]) -> None:
    """A connection that says nothing, or breaks off, gets nothing, and the server stands."""
    assert b"" == _say(address, b"")
    assert 400 == _status(_say(address, b"GET / HT"))
    assert 200 == _status(_say(address, b"GET / HTTP/1.1\r\n" + HEADERS))


def test_a_mistake_of_ours_is_a_500_without_words() -> None:
    """What went wrong inside is not told to a client."""

    def fail(_request: Request) -> Answer:
        raise ValueError("canary")

    with _server(fail) as address:
        answer = _say(address, b"GET / HTTP/1.1\r\n" + HEADERS)

    assert (500, False) == (_status(answer), b"canary" in answer)


def test_a_slow_client_is_let_go(world: World, clock: Clock) -> None:
    """The deadline is for the whole request: a byte now and then does not move it."""
    ticking = replace(world, monotonic=lambda: (clock.move(seconds=4), clock.seconds())[1])

    with (
        _server(limits=Limits(patience=10.0), world=ticking) as address,
        closing(socket.create_connection(address, timeout=20)) as connection,
    ):
        ended = b""
        with suppress(ConnectionError):
            for byte in b"GET / HTTP/1.1\r\nHost: localhost":
                connection.sendall(bytes([byte]))
            ended = connection.recv(1024)

    assert b"" == ended


def test_connections_are_counted() -> None:
    """With every seat taken the next is told to come again, at once; a seat that is free again is given."""
    inside, leave = Event(), Event()

    def linger(_request: Request) -> Answer:
        inside.set()
        leave.wait(20)
        return Answer(HTTPStatus.OK)

    with _server(linger, Limits(connections=1)) as address:
        with closing(socket.create_connection(address, timeout=20)) as first:
            first.sendall(b"GET / HTTP/1.1\r\n" + HEADERS)
            assert inside.wait(20)
            turned_away = _say(address, b"")
            leave.set()
            assert 200 == _status(first.recv(4096))
            while first.recv(4096):
                pass
        assert (503, True) == (_status(turned_away), b"Retry-After: 1\r\n" in turned_away)
