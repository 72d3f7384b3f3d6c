"""The HTTP server under the vendors' APIs: one prefix each, real sockets on 127.0.0.1."""

import socket
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.faults import Fault, Faults

Vendor = Callable[[Request], Answer]


class Server(ThreadingHTTPServer):
    """
    Serves vendors until stopped. `requests` lists what was asked: method and path, nothing else.

    `faults` may be changed while it serves; `latency` is in seconds.
    """

    request_queue_size = 64

    def __init__(self, vendors: Mapping[str, Vendor], faults: dict[str, Faults], *, latency: float, port: int) -> None:
        self.faults = faults
        self.latency = latency
        self.requests: list[str] = []
        self.stopping = Event()
        self._vendors = vendors
        self._previous: dict[str, Answer] = {}
        self._lock = Lock()
        self._open: dict[socket.socket, Thread] = {}
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, name="sandbox", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Close every connection and wait until all is quiet."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        with self._lock:
            left = dict(self._open)
        for connection, thread in left.items():
            # a client may have been quicker
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self.server_close()

    def answer(self, request: Request) -> tuple[Answer | None, Fault | None]:
        """Return what goes back, if anything, and what happens to it on its way."""
        with self._lock:
            self.requests.append(f"{request.method} /{request.vendor}{request.path}")
        fault = self._next_fault(request)
        self.stopping.wait(self.latency)
        if fault and fault.instead:
            return fault.instead, None
        if fault and fault.how == "hang":
            self.stopping.wait(fault.seconds)
            return None, None
        if fault and fault.how == "repeat" and request.vendor in self._previous:
            return self._previous[request.vendor], None
        vendor = self._vendors.get(request.vendor)
        answer = vendor(request) if vendor else answer_json(404, {"error": "no vendor has this prefix"})
        self._previous[request.vendor] = answer
        return answer, fault

    def _next_fault(self, request: Request) -> Fault | None:
        faults = self.faults.get(request.vendor)
        if callable(faults):
            return faults(request)
        with self._lock:
            return faults.pop(0) if faults else None

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the standard library
        """Serve a connection in a thread of its own, and remember both."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the standard library
        """Close a connection, without the farewell that would soften a reset."""
        with self._lock:
            self._open.pop(request, None)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the standard library
        """Stay quiet about clients that go away; tell of anything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        """Keep quiet: the server keeps its own list."""

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        vendor, slash, rest = path.removeprefix("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        answer, fault = self.server.answer(Request(vendor, self.command, slash + rest, query, headers, body))
        if answer is None:
            self.close_connection = True
        elif fault is None:
            self.wfile.write(_head(answer) + answer.body)
        else:
            self._spoil(answer, fault)

    def _spoil(self, answer: Answer, fault: Fault) -> None:
        half = answer.body[: len(answer.body) // 2]
        match fault.how:
            case "drip":
                self.wfile.write(_head(answer))
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    if self.server.stopping.wait(fault.seconds):
                        break
            case "truncate":
                self.wfile.write(_head(answer) + half)
            case "close":
                self.wfile.write(_head(answer, tell_length=False) + half)
            case "reset":
                self.wfile.write(_head(answer) + half)
                # a socket that lingers for no time is reset when it closes
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case _:
                self.wfile.write(_head(answer) + answer.body)
                return
        self.close_connection = True


def _head(answer: Answer, *, tell_length: bool = True) -> bytes:
    length = {"Content-Length": str(len(answer.body))} if tell_length else {"Connection": "close"}
    headers = {"Content-Type": answer.content_type, **length, **answer.headers}
    told = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
    told += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*told, "", ""]).encode()
