"""
Tokens that the program obtains itself or that rotate: one file of the project folder, its owner's alone.

A kept token belongs to the configured one it grew out of: when the owner puts a new one into `.env`, that one counts.
Locks are the operating system's, for a run and a doctor may be at it at once; it frees them when their holder dies.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from okr_config.errors import SourceError
from okr_config.world import World

LONGEST_WAIT = 30.0
"""Seconds to wait for another okr that is at the credentials."""

_OTHERS = 0o077
_POLL = 0.1


class Vault:
    """The credentials file of a project folder, replaced as a whole at every change."""

    def __init__(self, home: Path, world: World) -> None:
        self._path = home / ".okr" / "credentials.json"
        self._world = world

    def read(self, source_id: str, origin: str) -> Mapping[str, str]:
        """
        Return what is kept for a source, nothing when the configured secret it grew out of is another one now.

        Args:
            source_id: the source.
            origin: the configured secret.

        Raises:
            SourceError: when others may read the file, or it cannot be read.
        """
        kept = self._all().get(source_id, {})
        return kept if kept.get("origin") == _fingerprint(origin) else {}

    def keep(self, source_id: str, origin: str, values: Mapping[str, str]) -> None:
        """Keep values for a source, durably when this returns; those it had are replaced."""
        with self._locked(self._path.name):
            everything = {**self._all(), source_id: {**values, "origin": _fingerprint(origin)}}
            self._world.write(self._path, json.dumps(everything, indent=1).encode(), 0o600)

    def rename(self, old: str, new: str) -> None:
        """Carry what is kept for a source to its new name, where nothing is kept under that."""
        with self._locked(self._path.name):
            everything = dict(self._all())
            if old in everything and new not in everything:
                everything[new] = everything.pop(old)
                self._world.write(self._path, json.dumps(everything, indent=1).encode(), 0o600)

    @contextmanager
    def restored_on_error(self, source_id: str) -> Iterator[None]:
        """Put back what is kept for a source when what is tried meanwhile fails: a trial replaces it."""
        kept = self._all().get(source_id)
        try:
            yield
        except BaseException:
            if self._all().get(source_id) != kept:
                with self._locked(self._path.name):
                    others = {name: each for name, each in self._all().items() if name != source_id}
                    everything = others if kept is None else {**others, source_id: kept}
                    self._world.write(self._path, json.dumps(everything, indent=1).encode(), 0o600)
            raise

    @contextmanager
    def locked(self, source_id: str) -> Iterator[None]:
        """Hold a source's tokens over their reading, exchange and keeping: one that rotates serves one asker once."""
        with self._locked(source_id):
            yield

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = self._path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            self._wait_for(descriptor, name)
            yield
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int, name: str) -> None:
        until = self._world.monotonic() + LONGEST_WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._world.stop.is_set() or self._world.monotonic() >= until:
                    break
                self._world.sleep(_POLL)
            else:
                return
        raise SourceError(
            f"another okr holds .okr/{name}.lock for more than {LONGEST_WAIT:g} s",
            reason="timed_out",
            next_step="end the other okr (a doctor or a connect that was left open), then okr run",
        )

    def _all(self) -> Mapping[str, Mapping[str, str]]:
        if not self._path.exists():
            return {}
        if self._path.stat().st_mode & _OTHERS:
            raise SourceError(
                ".okr/credentials.json can be read by others",
                reason="unauthorized",
                next_step="chmod 600 .okr/credentials.json",
            )
        try:
            kept: Mapping[str, Mapping[str, str]] = json.loads(self._path.read_bytes())
            if not isinstance(kept, dict) or not all(isinstance(values, dict) for values in kept.values()):
                raise ValueError("no credentials by source")  # noqa: TRY301 - said below, like any other damage
        except (ValueError, RecursionError) as error:
            raise SourceError(
                ".okr/credentials.json is damaged",
                reason="unauthorized",
                next_step="delete it, then put new tokens into .env",
            ) from error
        return kept


def _fingerprint(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()[:16]
