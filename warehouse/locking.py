"""One run at a time: a lock that the operating system frees when its holder dies."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okr_config.errors import LockHeldError, WarehouseError
from okr_config.world import World

_NAME = "run.lock"


@contextmanager
def hold_run_lock(folder: Path, *, world: World) -> Iterator[None]:
    """
    Hold a folder's run lock.

    Raises:
        LockHeldError: when another process holds it; names its PID and when it began.
        WarehouseError: when the folder cannot be written to.
    """
    path = folder / _NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise WarehouseError(
            f"the warehouse folder cannot be written to: {error.strerror}",
            where=str(folder),
            next_step="give this user write access to the folder, or name another with --home",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _held(path, os.pread(descriptor, 1000, 0)) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "started_at": world.clock().isoformat()}).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _held(path: Path, content: bytes) -> LockHeldError:
    try:
        holder = json.loads(content)
        who = f"process {holder['pid']}, since {holder['started_at']}"
        wait = f"wait for it: tail --pid={holder['pid']} -f /dev/null"
    except (ValueError, KeyError, TypeError):  # it has the lock but has not signed yet
        who, wait = "a process that has just begun", "try again in a moment"
    return LockHeldError("another run is going on", where=f"{who} (lock: {path})", next_step=wait)
