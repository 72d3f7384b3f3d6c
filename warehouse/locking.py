"""One run at a time, and one schedule: locks that the operating system frees when their holder dies."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okr_config.errors import LockHeldError, WarehouseError, way_out
from okr_config.world import World

_NAME = "run.lock"
_PATIENCE = 20.0
_SIGNING = 2.0
"""How long whoever takes a lock may need to sign it: until then nobody knows whether it is held for a moment only."""
_GLANCE = 0.1


@contextmanager
def hold_run_lock(folder: Path, *, world: World, brief: bool = False) -> Iterator[None]:
    """
    Hold the lock of the runs of a warehouse's folder.

    `brief`: for a moment only, which whoever wants it next waits for.

    Raises:
        LockHeldError: when another process holds it; names its PID and when it began.
        WarehouseError: when the folder cannot be written to.
    """
    with hold_lock(folder / _NAME, "another run is going on", world=world, brief=brief):
        yield


def run_holder(folder: Path) -> str | None:
    """Return who holds the lock of the runs, in words; None where nobody does."""
    try:
        descriptor = os.open(folder / _NAME, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _signature(os.pread(descriptor, 1000, 0))[0]
    finally:
        os.close(descriptor)
    return None


@contextmanager
def hold_lock(path: Path, what: str, *, world: World, brief: bool = False) -> Iterator[None]:
    """
    Hold a lock that is a file; `what` says what it means that another has it, unless that one is `brief`.

    Raises:
        LockHeldError: when another process holds it; names its PID and when it began.
        WarehouseError: when its folder cannot be written to.
    """
    folder = path.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise WarehouseError(
            f"the folder cannot be written to: {error.strerror}",
            where=str(folder),
            next_step=f"{way_out(error)}; or name another folder with --home",
        ) from error
    try:
        begun = world.monotonic()
        while not _took(descriptor):
            signed = os.pread(descriptor, 1000, 0)
            patience = _PATIENCE if b'"brief": true' in signed else 0.0 if signed else _SIGNING
            if world.monotonic() - begun >= patience:
                who, wait = _signature(signed)
                raise LockHeldError(what, where=f"{who} (lock: {path})", next_step=wait)
            world.sleep(_GLANCE)
        signature = {"pid": os.getpid(), "started_at": world.clock().isoformat(), "brief": brief}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(signature).encode(), 0)
        try:
            yield
        finally:
            # or the next to take it would stand under this name until it has signed
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _took(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signature(content: bytes) -> tuple[str, str]:
    """Return who has signed a lock, and how to wait for them."""
    try:
        holder = json.loads(content)
        return f"process {holder['pid']}, since {holder['started_at']}", (
            f"wait for it: tail --pid={holder['pid']} -f /dev/null"
        )
    except (ValueError, KeyError, TypeError):  # it has the lock but has not signed yet
        return "a process that has just begun", "try again in a moment"
