"""Warehouses of each kind for tests: a file, and a lake whose catalogue is a file; both made once and copied."""

from pathlib import Path
from shutil import copyfile

import duckdb

from tests.conftest import waiting_world
from warehouse import open_warehouse
from warehouse.door import Door, Lake

KINDS = ("file", "lake")


def door_in(folder: Path, kind: str) -> Door:
    """Return the address of a warehouse of a kind in a folder."""
    path = folder / "okr.duckdb"
    if kind == "file":
        return Door(path)
    return Door(path, Lake(str(folder / "okr.ducklake"), str(folder / "rows")), "shop")


def make_empty(folder: Path, kind: str) -> Door:
    """Make a warehouse without rows."""
    with open_warehouse(door := door_in(folder, kind), world=waiting_world()):
        return door


def copy_empty(empty: Door, folder: Path) -> Door:
    """Copy a warehouse without rows to a folder; a lake's catalogue keeps the place of its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    if empty.lake is None:
        copyfile(empty.path, folder / "okr.duckdb")
        return door_in(folder, "file")
    door = door_in(folder, "lake")
    assert door.lake
    copyfile(empty.lake.catalogue, door.lake.catalogue)
    with duckdb.connect(door.lake.catalogue) as catalogue:
        catalogue.execute(
            "update ducklake_metadata set value = $rows where key = 'data_path'", {"rows": f"{door.lake.data}/"}
        )
    return door
