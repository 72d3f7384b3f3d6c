"""A real Bluesky network: started on this machine, peopled through its own PDS."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).parent / "bluesky"
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def is_installed() -> bool:
    """Whether everything that a network needs is here."""
    return (
        bool(_POSTGRES and shutil.which("redis-server") and shutil.which("node")) and (FOLDER / "node_modules").exists()
    )


@dataclass(frozen=True)
class Person:
    """An account of the network."""

    did: str
    handle: str
    token: str


class Network:
    """PDS and AppView; `appview`: where the public API is."""

    def __init__(self, server: "subprocess.Popen[str]", pds: httpx.Client, appview: str) -> None:
        self.appview = appview
        self._server = server
        self._pds = pds
        self._people = 0

    def join(self) -> Person:
        """Create an account with a profile."""
        self._people += 1
        name = f"person{self._people}"
        account = {"email": f"{name}@example.test", "handle": f"{name}.test", "password": "a long password"}
        made = self._pds.post("/xrpc/com.atproto.server.createAccount", json=account).raise_for_status().json()
        person = Person(made["did"], made["handle"], made["accessJwt"])
        self._write(person, "app.bsky.actor.profile", {"displayName": name}, rkey="self")
        return person

    def post(self, person: Person, text: str) -> None:
        """Have somebody post."""
        self._write(person, "app.bsky.feed.post", {"text": text})

    def follow(self, follower: Person, followed: Person) -> str:
        """Have somebody follow somebody; return the record's key."""
        written = self._write(follower, "app.bsky.graph.follow", {"subject": followed.did})
        return str(written["uri"]).rpartition("/")[2]

    def unfollow(self, follower: Person, key: str) -> None:
        """Take a follow back."""
        record = {"repo": follower.did, "collection": "app.bsky.graph.follow", "rkey": key}
        self._call(follower, "com.atproto.repo.deleteRecord", record)

    def deactivate(self, person: Person) -> None:
        """Have somebody leave for a while."""
        self._call(person, "com.atproto.server.deactivateAccount", {})

    def settle(self) -> None:
        """Wait until the AppView has seen everything."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write("settle\n")
        self._server.stdin.flush()
        assert any(line == "settled\n" for line in self._server.stdout), "the network has died"

    def _write(self, person: Person, collection: str, record: dict[str, str], **more: str) -> Any:  # noqa: ANN401 - JSON
        record = {"$type": collection, "createdAt": "2026-01-01T00:00:00Z", **record}
        written = {"repo": person.did, "collection": collection, "record": record, **more}
        return self._call(person, "com.atproto.repo.createRecord", written).json()

    def _call(self, person: Person, procedure: str, body: object) -> httpx.Response:
        login = {"authorization": f"Bearer {person.token}"}
        return self._pds.post(f"/xrpc/{procedure}", json=body, headers=login).raise_for_status()


@contextmanager
def open_network() -> Iterator[Network]:
    """Start databases and servers on 127.0.0.1, and stop them at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="okr-bluesky-")))
        environ = {
            **os.environ,
            "DB_POSTGRES_URL": stack.enter_context(_postgres(folder)),
            "REDIS_HOST": stack.enter_context(_redis(folder)),
            "LOG_ENABLED": "false",
            "NODE_ENV": "test",
        }
        command = ["node", "server.cjs"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        server = subprocess.Popen(command, cwd=FOLDER, env=environ, **pipes)
        stack.enter_context(server)
        stack.callback(server.terminate)
        assert server.stdout
        told = next((line for line in server.stdout if line.startswith("{")), None)
        assert told, "the network did not start"
        ports = json.loads(told)
        pds = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{ports['pds']}", timeout=60))
        yield Network(server, pds, f"http://127.0.0.1:{ports['appview']}")


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """Run a database; the server refuses to run as root, and then runs as its own user."""
    data, port = folder / "postgres", _free_port()
    data.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(data, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    initialise = [*as_user, _POSTGRES[-1] / "initdb", "-D", data, "-A", "trust", "-U", "postgres"]
    subprocess.run(initialise, cwd="/", check=True, stdout=subprocess.DEVNULL)
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={data} -c fsync=off"
    control = [*as_user, _POSTGRES[-1] / "pg_ctl", "-D", data, "-w", "-m", "immediate"]
    start = [*control, "-l", data / "server.log", "-o", options, "start"]
    subprocess.run(start, cwd="/", check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "stop"], cwd="/", check=False, stdout=subprocess.DEVNULL)


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert any("Ready to accept" in line for line in server.stdout), "Redis did not start"
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
