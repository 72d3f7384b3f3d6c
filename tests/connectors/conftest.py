"""What the connector tests share: a world that stands still, and a loopback server that answers by script."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

import connectors
from connectors._pulling import Pulled, open_client, pull
from connectors._source import Window
from okr_config.world import World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class StillWorld:
    """A world without time: `slept` lists the waits that were asked for; `tick` moves monotonic time at each look."""

    tick: float = 0.0
    slept: list[float] = field(default_factory=list)
    passed: float = 0.0

    def monotonic(self) -> float:
        """Return seconds, `tick` more each time."""
        self.passed += self.tick
        return self.passed

    @property
    def world(self) -> World:
        """The world as product code gets it."""
        return World(
            clock=lambda: NOW,
            monotonic=self.monotonic,
            sleep=self.slept.append,
            random=lambda: 0.5,
            token=bytes,
            write=lambda *_: None,
        )


@dataclass(frozen=True)
class Request:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """
    One answer. `body`: bytes, or anything else as JSON.

    fault: reset (before any byte), cut (the promised length does not come), drip (a byte at a time), hang (nothing).
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Callable[[Request], Reply]


class Server:
    """Answers every request by `script`; `seen` lists the requests."""

    def __init__(self) -> None:
        self.script: Script = lambda _: Reply(status=404)
        self.seen: list[Request] = []
        self.released = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def stop(self) -> None:
        """Let go of hanging requests and stop."""
        self.released.set()
        self._http.shutdown()
        self._http.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = Request(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(raw) if raw else None,
            )
            server.seen.append(request)
            self._send(server.script(request))

        do_GET = do_POST = _answer  # noqa: N815 - the base class looks for these names

        def _send(self, reply: Reply) -> None:
            content = reply.content
            if reply.fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            if reply.fault == "hang":
                server.released.wait(5)
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), **reply.headers}
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if reply.fault == "cut":
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
                return
            for chunk in [content[i : i + 1] for i in range(len(content))] if reply.fault == "drip" else [content]:
                self.wfile.write(chunk)
                self.wfile.flush()
            if not headers["Content-Length"]:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (ConnectionError, ValueError):
                self.close_connection = True

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    """Start a scripted server."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def still() -> StillWorld:
    """Return a world without time."""
    return StillWorld()


@pytest.fixture
def reply() -> type[Reply]:
    """Return the class of answers."""
    return Reply


class Puller:
    """Pulls a connector's streams from the scripted server."""

    def __init__(self, server: Server, still: StillWorld, home: Path) -> None:
        self._server = server
        self._still = still
        self._home = home

    def __call__(
        self,
        connector: str,
        settings: dict[str, Any],
        stream: str | None = None,
        *,
        start: datetime = datetime(2026, 11, 9, tzinfo=UTC),
        end: datetime = NOW,
        zone: str = "Europe/Oslo",
    ) -> Pulled:
        """Pull one stream (the first, unless named) with the window given."""
        source = connectors.load(connector)
        networked = {} if connector == "file" else {"base_url": self._server.url}
        model = source.settings(id="src", connector=connector, **networked, **settings)
        chosen = next(each for each in source.streams if stream in (None, each.name))
        with open_client(source, model, world=self._still.world) as client:
            return pull(
                source,
                model,
                chosen,
                Window(start, end),
                client=client,
                zone=ZoneInfo(zone),
                world=self._still.world,
                home=self._home,
                customer_key=lambda customer: f"key of {customer[-1]}",
            )


@pytest.fixture
def pulling(server: Server, still: StillWorld, tmp_path: Path) -> Puller:
    """Return the function that pulls a connector from the scripted server."""
    return Puller(server, still, tmp_path)
