"""Tokens that rotate: kept whole, the owner's alone, and bound to the secret they grew out of."""

import fcntl
import os
from pathlib import Path

import pytest

from connectors.credentials import Vault
from okr_config.errors import SourceError
from okr_config.world import World
from tests.conftest import Clock


def test_what_is_kept_comes_back(tmp_path: Path, world: World) -> None:
    """Each source has its own values, in a file that only its owner can read."""
    Vault(tmp_path, world).keep("one", "first", {"refresh_token": "second"})
    Vault(tmp_path, world).keep("two", "x", {"refresh_token": "y"})

    file = tmp_path / ".okr" / "credentials.json"
    assert "second" == Vault(tmp_path, world).read("one", "first")["refresh_token"]
    assert "y" == Vault(tmp_path, world).read("two", "x")["refresh_token"]
    assert (0o600, 0o700) == (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777)


def test_a_new_secret_of_the_owner_counts(tmp_path: Path, world: World) -> None:
    """What grew out of an older secret is not used any more, and the secret itself is not written down."""
    vault = Vault(tmp_path, world)
    vault.keep("one", "CANARY-first", {"refresh_token": "second"})

    assert {} == vault.read("one", "CANARY-other")
    assert b"CANARY" not in (tmp_path / ".okr" / "credentials.json").read_bytes()


def test_a_file_that_others_can_read_is_refused(tmp_path: Path, world: World) -> None:
    """As ssh does with a key."""
    vault = Vault(tmp_path, world)
    vault.keep("one", "first", {})
    os.chmod(tmp_path / ".okr" / "credentials.json", 0o644)  # noqa: PTH101 - the mode is the point

    with pytest.raises(SourceError, match="can be read by others") as caught:
        vault.read("one", "first")

    assert "chmod 600 .okr/credentials.json" == caught.value.next_step


def test_a_damaged_file_is_told(tmp_path: Path, world: World) -> None:
    """No guess is made about what it held."""
    vault = Vault(tmp_path, world)
    vault.keep("one", "first", {})
    (tmp_path / ".okr" / "credentials.json").write_bytes(b'{"one')

    with pytest.raises(SourceError, match="is damaged"):
        vault.read("one", "first")


def test_a_sources_tokens_are_held_by_one_at_a_time(tmp_path: Path, world: World) -> None:
    """Also against another process; another source's are free, and so are these afterwards."""

    def lock(source_id: str) -> None:
        descriptor = os.open(tmp_path / ".okr" / f"{source_id}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(descriptor)

    with Vault(tmp_path, world).locked("one"):
        with pytest.raises(BlockingIOError):
            lock("one")
        lock("two")
    lock("one")


def test_a_lock_that_another_holds_has_a_deadline(tmp_path: Path, world: World, clock: Clock) -> None:
    """A doctor that was stopped holds up no run for ever: what holds it and what to do is said."""
    with (
        Vault(tmp_path, world).locked("shop"),
        pytest.raises(SourceError) as caught,
        Vault(tmp_path, world).locked("shop"),
    ):
        raise AssertionError

    assert ("timed_out", True) == (caught.value.reason, "holds .okr/shop.lock for more than 30 s" in caught.value.what)
    assert "then okr run" in caught.value.next_step
    assert 30 <= sum(clock.slept) < 31


@pytest.mark.parametrize("content", ["[]", "null", '{"s": 5}', "[" * 100_000])
def test_credentials_of_another_shape_are_damaged(tmp_path: Path, world: World, content: str) -> None:
    """Whatever a hand or a disk made of them: one message, with what to do."""
    path = tmp_path / ".okr" / "credentials.json"
    path.parent.mkdir(mode=0o700)
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(SourceError, match=r"\.okr/credentials\.json is damaged"):
        Vault(tmp_path, world).read("s", "origin")
