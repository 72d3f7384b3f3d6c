"""
Whether the program was replaced while its server ran.

A server that goes on with half the old program and half the new one answers nonsense or not at all; what it says then
is that it has to be started again.
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from okr_config.errors import WarehouseError
from warehouse.reading import newest_schema, published_schema

_PACKAGES = ("flows", "scorecard", "connectors", "warehouse", "okr_config")
_KINDS = frozenset({".py", ".sql", ".j2", ".css", ".toml"})
RESTART = "okr was upgraded after this server started: end okr serve, and start it again"
OTHER = "what is published was written by a newer okr than this server: start okr serve with that one"


class Program:
    """
    The program as it was when this was made.

    folders: where its files lie; those of its packages unless they are given.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = folders or tuple(_folder_of(name) for name in _PACKAGES)
        self._begun = _stamp(self._folders)

    def trouble(self, copy: Path) -> str | None:
        """Say what has to be done where the program was replaced, or a newer one has published; else None."""
        if _stamp(self._folders) != self._begun:
            return RESTART
        try:
            published = published_schema(copy)
        except WarehouseError:
            return None
        return OTHER if published > newest_schema() else None


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    return Path((spec.origin if spec else None) or package).parent


def _stamp(folders: Sequence[Path]) -> str:
    """Return a hash of which files the program has, how large they are, and when they were written."""
    found = sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _KINDS:
                stat = path.stat()
                found.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return found.hexdigest()
