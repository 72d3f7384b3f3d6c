"""Tests of okr_config.world."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from okr_config.world import real_world, write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """The new content stands alone, with the mode asked for, in folders only the owner can open."""
    path = tmp_path / "new" / "file"

    write_whole(path, b"old")
    write_whole(path, b"new", 0o600)

    assert b"new" == path.read_bytes()
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)
    assert ["file"] == [found.name for found in path.parent.iterdir()]


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs neither the old file nor leaves half of the new."""
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")

    assert b"old" == path.read_bytes()
    assert ["file"] == [found.name for found in tmp_path.iterdir()]


def test_a_link_stays_and_leads_to_the_new_content(tmp_path: Path) -> None:
    """Whoever reads what a link leads to sees the new file; the link is no copy of its own."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)

    write_whole(link, b"new")

    assert (True, b"new") == (link.is_symlink(), real.read_bytes())


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """What is no plain file is not replaced by one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, b"new")

    assert (True, b"new") == (pipe.is_fifo(), os.read(reading, 10))
    os.close(reading)


def test_the_real_world() -> None:
    """Its clock is in UTC, its dice fall in [0, 1), its tokens have the length asked for and differ."""
    world = real_world()

    assert timedelta(0) == world.clock().utcoffset()
    assert 0 <= world.random() < 1
    assert 32 == len(world.token(32))
    assert world.token(32) != world.token(32)
