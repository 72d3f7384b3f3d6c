"""
Where a warehouse lies and how it is opened: a DuckDB file, or a lake that programs on several machines write at once.

Addresses: `duckdb:///path`; `ducklake:FILE` or `ducklake:postgres:...`, after which stands what libpq takes. What a
lake keeps on this machine (the published copy, the lock of what is published) lies where the file would.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from okr_config.errors import UsageError

if TYPE_CHECKING:
    from okr_config.models import LakeSettings

DEFAULT = "duckdb:///warehouse/okr.duckdb"
_DUCKDB, _LAKE, _POSTGRES = "duckdb:///", "ducklake:", "postgres:"
_OVER_NETWORK = re.compile(r"\w+://")
_PASSWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'\"]+)|(://[^:/@\s]*):[^@\s]*@")


@dataclass(frozen=True)
class Lake:
    """
    A lake's catalogue, and where its rows lie as Parquet; None: beside the catalogue.

    catalogue: a file, or postgres: and an address. schema: of PostgreSQL, in which the catalogue lies. key_id, secret,
    region and endpoint: of S3-compatible storage.
    """

    catalogue: str = field(repr=False)
    data: str | None = None
    schema: str | None = None
    key_id: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    region: str | None = None
    endpoint: str | None = None

    @property
    def file(self) -> Path | None:
        """The file of the catalogue, None where it lies in PostgreSQL."""
        return None if self.catalogue.startswith(_POSTGRES) else Path(self.catalogue)

    @property
    def data_folder(self) -> Path | None:
        """The folder of the rows on this machine, None where they lie elsewhere, or beside the catalogue."""
        return Path(self.data) if self.data and not _OVER_NETWORK.match(self.data) else None


@dataclass(frozen=True)
class Door:
    """
    A warehouse by its address.

    path: of the DuckDB file; of a lake, where it would lie. project: whose a lake is, None where nobody says.
    """

    path: Path
    lake: Lake | None = None
    project: str | None = None

    @property
    def is_alone(self) -> bool:
        """Whether one program at a time has it: nobody else can be writing while the lock of the runs is held."""
        return self.lake is None or self.lake.file is not None

    @property
    def is_there(self) -> bool:
        """Whether there is such a warehouse; of one in PostgreSQL that cannot be said before it is opened."""
        file = self.path if self.lake is None else self.lake.file
        return file is None or file.exists()

    @property
    def size(self) -> int:
        """Bytes of the file; of a lake 0."""
        return self.path.stat().st_size if self.lake is None else 0

    def __str__(self) -> str:
        """Return it for people: a path, or an address without its password."""
        if self.lake is None:
            return str(self.path)
        return _LAKE + without_password(self.lake.catalogue)

    def require_file(self, what: str, next_step: str) -> Path:
        """
        Return the path of the file; `what` is done to files only.

        Raises:
            UsageError: when it is a lake.
        """
        if self.lake is None:
            return self.path
        raise UsageError(f"{what}, and this warehouse is a lake", where=str(self), next_step=next_step)


def without_password(text: str) -> str:
    """Return a text of addresses without their passwords."""
    return _PASSWORD.sub(lambda found: f"{found[1]}***" if found[1] else f"{found[3]}:***@", text)


def is_lake(address: str) -> bool:
    """Whether an address is a lake's."""
    return address.startswith(_LAKE)


def file_of(address: str, home: Path) -> Path:
    """
    Return the file of an address, its path from the project folder; of a lake, where it would lie.

    Raises:
        UsageError: when the address is of another kind.
    """
    if is_lake(address) and address != _LAKE:
        return home / DEFAULT.removeprefix(_DUCKDB)
    if not address.startswith(_DUCKDB) or address == _DUCKDB:
        raise UsageError(
            f"the warehouse address {address.split(':', 1)[0]}: is not one this version can open",
            where="warehouse in okr_config/project.yaml, or OKR_WAREHOUSE",
            next_step=f"use {DEFAULT}, ducklake:FILE, or ducklake:postgres:host=... dbname=...",
        )
    return home / address.removeprefix(_DUCKDB)


def door_at(address: str, home: Path, *, lake: "LakeSettings | None" = None, project: str | None = None) -> Door:
    """
    Return the warehouse of an address, paths from the project folder.

    Args:
        address: as `warehouse` in project.yaml has it.
        home: the project folder.
        lake: where a lake keeps its rows.
        project: whose it is: the `id` of project.yaml.

    Raises:
        UsageError: when the address is of another kind, or lacks what its kind needs.
    """
    path = file_of(address, home)
    if not is_lake(address):
        return Door(path)
    catalogue, schema, data = address.removeprefix(_LAKE), None, lake.data if lake else None
    if catalogue.startswith(_POSTGRES):
        if not project or not data:
            raise UsageError(
                "a lake in PostgreSQL needs "
                + ("a place for its rows" if project else "the id of its project, by which its tables are kept apart"),
                where="okr_config/project.yaml",
                next_step="add lake: {data: FOLDER or s3://BUCKET/PREFIX}" if project else "add id: NAME",
            )
        schema = f"okr_{project}"
    else:
        catalogue = str(home / catalogue)
    if data and not _OVER_NETWORK.match(data):
        data = str(home / data)
    named = {"region": lake.region, "endpoint": lake.endpoint} if lake else {}
    hidden = {"key_id": lake.key_id, "secret": lake.secret} if lake else {}
    secrets = {name: value.get_secret_value() for name, value in hidden.items() if value}
    return Door(path, Lake(catalogue, data, schema, **named, **secrets), project)
