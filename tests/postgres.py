"""A PostgreSQL of its own on this machine, for tests that need a real one."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest


def _bin(name: str) -> str | None:
    return shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)


@dataclass
class Postgres:
    """A server that can be stopped and started again; it does not run as root."""

    folder: str
    port: int
    user: str | None
    process: subprocess.Popen[str] | None = None
    reader: Thread | None = None

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"postgresql://owner@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [str(_bin("postgres")), *f"-D {self.folder}/data -p {self.port} -k {self.folder} -h 127.0.0.1 -F".split()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            user=self.user,
            cwd=self.folder,
        )
        assert self.process.stderr
        assert any("ready to accept connections" in line for line in self.process.stderr)
        # it would wait for whoever reads what it says of each transaction that another was quicker than
        self.reader = Thread(target=self.process.stderr.read)
        self.reader.start()

    def stop(self) -> None:
        """Stop it at once: whoever is connected is cut off."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)
            assert self.reader
            assert self.process.stderr
            self.reader.join()
            self.process.stderr.close()
            self.process = None


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run one with an empty database; without PostgreSQL the test is skipped, and says so."""
    initdb = _bin("initdb")
    if not initdb or not _bin("postgres"):
        pytest.skip("no PostgreSQL is installed here (Debian: apt-get install postgresql)")
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="okr-pg-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        if user:
            shutil.chown(folder, user)
        words = [initdb, "-D", f"{folder}/data", "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(words, check=True, capture_output=True, user=user, cwd=folder)
        server = Postgres(folder, port, user)
        try:
            server.start()
            yield server
        finally:
            server.stop()
