"""
The only module that reaches for the outside: clock, sleep, randomness and file writing, handed on as one argument.

Everything else is given a `World`, so that a whole run can be replayed from a seed.
"""

import os
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


class Stop(threading.Event):
    """Set when all is to end. number: of the signal that asked for it, 0 where none did."""

    number: int = 0


@dataclass(frozen=True)
class World:
    """
    What a run may use of the world.

    clock: the time now, zone-aware UTC. monotonic: seconds for deadlines. random: uniform in [0, 1).
    token: n unguessable bytes. write: replaces a file as a whole, given its permission bits. stop: set when the run is
    to end; what sleeps or reads then ends soon.
    """

    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    token: Callable[[int], bytes]
    write: Callable[[Path, bytes, int], None]
    stop: Stop = field(default_factory=Stop)


def real_world() -> World:
    """Return the world as it is; a sleep ends when it is to stop."""
    stop = Stop()

    def sleep(seconds: float) -> None:
        stop.wait(seconds)

    return World(
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=sleep,
        random=random.SystemRandom().random,
        token=secrets.token_bytes,
        write=write_whole,
        stop=stop,
    )


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """
    Replace a file by rename, so that a reader sees the old whole or the new whole.

    A link stays, and what it leads to is replaced; a pipe or a device is written to. Missing folders are made readable
    to the owner only.
    """
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
