"""
A Prefect API for the schedule: the configured one, else a server of the folder's own.

Prefect's temporary server has no scheduler, so a real one is started on 127.0.0.1; its database lies in the folder's
`.okr/prefect`. It answers nobody but the holder of a password that is made once and kept beside the database, takes
requests from no other page, and ends with the process that started it.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.console.stopping import on_terminate
from flows.run import prefect_settings
from okr_config.errors import OkrError
from okr_config.world import World

_PATIENCE = 180.0
_PARTING = 30.0
_PASSWORD_BYTES = 32


@contextmanager
def prefect_api(home: Path, world: World, say: Callable[[str], None]) -> Iterator[None]:
    """Make a Prefect API available: the configured one, else a server of our own for as long as the block lasts."""
    prefect_settings.apply_defaults()
    if prefect_settings.api_configured(os.environ):
        yield
        return
    port = _free_port()
    store = home / ".okr" / "prefect"
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ |= {
        "PREFECT_HOME": str(store),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": password_of(store, world),
    }
    say(f"starting a Prefect server on 127.0.0.1:{port} (20 to 60 seconds)")
    server = _start(store, port)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        # a terminal that is closed must not leave the server behind
        signal.signal(signal.SIGHUP, on_terminate)
    try:
        _await(server, world)
        yield
    finally:
        _stop(server)


def password_of(store: Path, world: World) -> str:
    """Return the password of a folder's own server, made at the first start; whoever may read the folder has it."""
    path = store / "password"
    if not path.exists():
        world.write(path, f"okr:{world.token(_PASSWORD_BYTES).hex()}".encode(), 0o600)
    return path.read_text(encoding="ascii")


def _start(store: Path, port: int) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "PREFECT_SERVER_API_AUTH_STRING": os.environ["PREFECT_API_AUTH_STRING"],
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
    }
    child = [sys.executable, "-m", "flows.serve.prefect_child", str(store / "server.lock")]
    command = [*child, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    # a group of its own: Ctrl-C ends us, and we end the server once the schedule has been laid down
    return subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environ,
        process_group=0,
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.communicate(timeout=_PARTING)
        return
    server.kill()
    server.communicate()


def _await(server: subprocess.Popen[bytes], world: World) -> None:
    from flows.pipeline import api_answers

    deadline = world.monotonic() + _PATIENCE
    while not api_answers():
        if server.poll() is not None or world.monotonic() > deadline:
            raise OkrError(
                "the Prefect server did not start",
                where=f"it ended with code {server.poll()}"
                if server.poll() is not None
                else f"after {_PATIENCE:.0f} s",
                next_step="run `prefect server start` to see why, or set PREFECT_API_URL to one that runs",
            )
        world.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
