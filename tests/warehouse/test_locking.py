"""One run at a time."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from okr_config.errors import LockHeldError, WarehouseError
from okr_config.world import World
from warehouse import hold_run_lock

ROOT = Path(__file__).parents[2]
_HOLD = """
import sys; sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.conftest import waiting_world
from warehouse import hold_run_lock
with hold_run_lock(Path(sys.argv[1]), world=waiting_world()):
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _HOLD, str(folder), str(ROOT)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert "held\n" == holder.stdout.readline()
    return holder


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path, world: World) -> None:
    """The error names process and start, and how to wait for its end."""
    with _holder(tmp_path) as holder:
        with pytest.raises(LockHeldError) as caught, hold_run_lock(tmp_path, world=world):
            pass
        holder.communicate("")

    assert 4 == caught.value.exit_code
    assert f"process {holder.pid}, since 20" in caught.value.where
    assert f"--pid={holder.pid}" in caught.value.next_step


def test_a_lock_that_is_not_signed_yet_is_waited_for(tmp_path: Path, world: World) -> None:
    """Who has just taken it may let it go in a moment; a name that stood there before is gone with its holder."""
    with hold_run_lock(tmp_path, world=world, brief=True):
        pass
    lock = tmp_path / "run.lock"
    left = lock.read_bytes()
    descriptor = os.open(lock, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            os.close(descriptor)

    with hold_run_lock(tmp_path, world=replace(world, sleep=sleep)):
        pass

    assert b"" == left
    assert 3 == len(looks)


def test_a_dead_holders_lock_is_free(tmp_path: Path, world: World) -> None:
    """After kill -9 the next run needs no hand."""
    with _holder(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

    with hold_run_lock(tmp_path, world=world):
        pass


def test_the_lock_is_free_again_after_an_error(tmp_path: Path, world: World) -> None:
    """Whatever happened inside, the lock is let go."""
    with pytest.raises(KeyError), hold_run_lock(tmp_path, world=world):
        raise KeyError

    with hold_run_lock(tmp_path, world=world):
        pass


def test_a_holder_that_has_not_signed_yet(tmp_path: Path, world: World) -> None:
    """Between taking the lock and signing it there is a moment; the error is whole all the same."""
    with hold_run_lock(tmp_path, world=world):
        (tmp_path / "run.lock").write_bytes(b"")

        with pytest.raises(LockHeldError, match="another run") as caught, hold_run_lock(tmp_path, world=world):
            pass

    assert "has just begun" in caught.value.where


def test_the_lock_is_its_owners_only(tmp_path: Path, world: World) -> None:
    """The folder is made 0700, the file 0600."""
    with hold_run_lock(tmp_path / "warehouse", world=world):
        modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("warehouse", "warehouse/run.lock")]

    assert [0o700, 0o600] == modes


def test_a_folder_that_cannot_be_written(tmp_path: Path, world: World) -> None:
    """Where the folder should be there is a file."""
    (tmp_path / "warehouse").touch()

    with (
        pytest.raises(WarehouseError, match="cannot be written to"),
        hold_run_lock(tmp_path / "warehouse", world=world),
    ):
        pass
