"""A loopback server that answers by script, and the pulls that ask it."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import connectors
from connectors.credentials import Vault
from connectors.http.client import Client
from connectors.pulling import open_client, pull
from connectors.source import Pull, SourceHealth, Sweep
from flows.sources.query import ask_database
from okr_config.delivery import Delivery, Window
from okr_config.world import World

START = datetime(2026, 11, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    """One request as the server saw it; a form's body is its fields. `target`: path and query as they were sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    target: str = ""


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


class Loopback:
    """Answers every request by `script`, keeps them in `seen`, and pulls connectors from itself; `silent`: it hangs."""

    def __init__(self, world: World, home: Path, tls: ssl.SSLContext | None = None) -> None:
        self.world = world
        self.home = home
        self.script: Script = lambda _: Reply(status=404)
        self.seen: list[Request] = []
        self.released = threading.Event()
        self.silent = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"loopback": self}))
        self._http.daemon_threads = True
        if tls:
            # greeted in the thread of each connection: one that breaks off holds up no other
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_port}"

    def stop(self) -> None:
        """Let go of hanging requests and stop."""
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def client(self, connector: str, settings: dict[str, Any]) -> Client:
        """Open the client of a connector, aimed at this server."""
        source = connectors.load(connector)
        return open_client(source, self.settings(connector, settings), world=self.world)

    def settings(self, connector: str, settings: dict[str, Any]) -> Any:  # noqa: ANN401 - each connector has its own
        """Return a connector's settings, aimed at this server."""
        base = {"id": "src", "connector": connector, "base_url": None if connector == "file" else self.url}
        return connectors.load(connector).settings(**{**base, **settings})

    def pull(  # noqa: PLR0913 - what a run hands in
        self,
        connector: str,
        settings: dict[str, Any],
        stream: str | None = None,
        *,
        window: tuple[datetime, datetime] = (START, NOW),
        zone: str = "Europe/Oslo",
        sweep: Sweep | None = None,
    ) -> Delivery:
        """Pull one stream, the first unless named."""
        source = connectors.load(connector)
        with self.client(connector, settings) as client:
            return pull(
                source,
                self.settings(connector, settings),
                next(each for each in source.streams if stream in (None, each.name)),
                Window(*window),
                client=client,
                zone=ZoneInfo(zone),
                world=self.world,
                home=self.home,
                customer_key=lambda customer: f"key of {customer[-1]}",
                query=ask_database,
                sweep=sweep,
            )

    def probe(self, connector: str, settings: dict[str, Any]) -> SourceHealth:
        """Make the cheap call of a connector that has one."""
        source = connectors.load(connector)
        assert source.probe
        with self.client(connector, settings) as client:
            vault = Vault(self.home, self.world)
            zone, now = ZoneInfo("Europe/Oslo"), self.world.clock()
            window = Window(now - timedelta(days=1), now)
            return source.probe(
                Pull(self.settings(connector, settings), client, window, zone, now, self.home, str, vault)
            )


def _read(body: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON is anything
    if "form" in content_type:
        return {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    if "protobuf" in content_type:
        return body
    return json.loads(body) if body else None


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        request = Request(
            self.command,
            parts.path,
            {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            {name.lower(): value for name, value in self.headers.items()},
            _read(raw, self.headers.get("content-type", "")),
            self.path,
        )
        self.loopback.seen.append(request)
        self._send(self.loopback.script(request))

    do_GET = do_POST = _answer  # noqa: N815 - the base class looks for these names

    def _send(self, reply: Reply) -> None:
        content = reply.content
        if reply.fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        if reply.fault == "hang":
            self.loopback.silent.set()
            self.loopback.released.wait(5)
        self.send_response_only(reply.status)
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
