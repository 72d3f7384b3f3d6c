"""Old files are brought up to date, newer and foreign ones are refused untouched."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.warehouse.deliveries import ask, delivery
from warehouse import open_warehouse
from warehouse.engine import connect
from warehouse.migrating import migrate
from warehouse.sql_files import read_folder

SHIPPED: Mapping[str, str] = read_folder("migrations")
NEWEST = max(int(name[:4]) for name in SHIPPED)


def _version(path: Path) -> int:
    with connect(path) as connection:
        ((version,),) = connection.execute("select version from schema_state").fetchall()
    return int(version)


def test_a_new_file_gets_every_migration(path: Path, world: World) -> None:
    """A file that was not there has the newest schema."""
    with open_warehouse(path, world=world):
        pass

    assert NEWEST == _version(path)


def test_an_old_file_keeps_its_rows_and_gains_what_is_new(path: Path, world: World) -> None:
    """A later migration is applied to a file that has rows, once."""
    with open_warehouse(path, world=world) as warehouse:
        warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run")
    later = {**SHIPPED, "9999_later": "alter table load add column host varchar;"}

    for _ in range(2):
        with connect(path) as connection:
            migrate(connection, where=str(path), migrations=later)

    with connect(path) as connection:
        assert [("A",)] == connection.execute("select order_id from shop_order").fetchall()
        assert [] == connection.execute("select host from load where host is not null").fetchall()
    assert 9999 == _version(path)


def test_a_migration_that_fails_changes_nothing(path: Path, world: World) -> None:
    """Each migration is one transaction: half of it is nothing of it."""
    with open_warehouse(path, world=world):
        pass
    broken = {**SHIPPED, "9999_broken": "create table half (x int); select * from nowhere;"}

    with connect(path) as connection, pytest.raises(duckdb.CatalogException):
        migrate(connection, where=str(path), migrations=broken)

    with connect(path) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
    assert "half" not in tables
    assert NEWEST == _version(path)


def test_a_newer_file_is_refused_untouched(path: Path, world: World) -> None:
    """The error names both versions."""
    with open_warehouse(path, world=world):
        pass
    with connect(path) as connection:
        connection.execute("update schema_state set version = 40")

    with pytest.raises(WarehouseError) as caught, open_warehouse(path, world=world):
        pass

    assert f"schema 40, this program knows {NEWEST}" in caught.value.what
    assert str(path) == caught.value.where
    assert 40 == _version(path)


def test_another_programs_database_is_refused(path: Path, world: World) -> None:
    """A DuckDB file with tables that are not ours is left alone."""
    path.parent.mkdir()
    with connect(path) as connection:
        connection.execute("create table theirs (x int)")

    with pytest.raises(WarehouseError, match="not a warehouse of okr"), open_warehouse(path, world=world):
        pass


def test_views_are_laid_anew_when_their_text_changed(path: Path, world: World) -> None:
    """A file written by a program with other views shows this program's."""
    with open_warehouse(path, world=world):
        pass
    with connect(path) as connection:
        connection.execute("create or replace view scoreboard as select 1 as old")
        connection.execute("update schema_state set views = 'of another version'")

    with open_warehouse(path, world=world):
        pass

    with connect(path) as connection:
        assert "key_result_id" in [name for name, *_ in connection.execute("describe scoreboard").fetchall()]


def test_a_file_of_schema_19_shows_what_it_showed(path: Path, world: World) -> None:
    """Runs, days and the vendor's totals are versions now, and the order of key results is that of their file."""
    path.parent.mkdir()
    before = {name: text for name, text in SHIPPED.items() if int(name[:4]) <= 19}
    at = "timestamptz '2026-11-20 09:00:00+00'"
    definition = "('{0}', 'shop', 'q4', {1}, '{{}}', 'h', {1}, '', false)"
    with connect(path) as connection:
        for text in before.values():
            connection.execute(text)
        connection.execute("create table schema_state as select 19 as version, '' as views")
        connection.execute(f"""
            insert into run values
                ('r1', 'run', '1', 'h', {at}, {at} + interval 1 minute, 'done'),
                ('r2', 'run', '1', 'h', {at} + interval 1 hour, null, 'interrupted'),
                ('r3', 'score', '1', 'h', {at} + interval 2 hours, null, 'running');
            insert into key_result_daily values ('b', '2026-11-19', 3, 0.5, 0.4), ('a', '2026-11-19', 1, 0.1, 0.4);
            insert into vendor_total values ('shop', 'shop.orders', '2026-11-19', '', 3, 4, ['test'], {at});
            insert into key_result_definition_version by position values
                {definition.format("b", at)}, {definition.format("a", at)}
        """)
        shown = {
            name: connection.execute(f"from {name} order by all").fetchall()
            for name in ("run", "key_result_daily", "vendor_total")
        }

    with open_warehouse(path, world=world) as warehouse:
        after = {name: ask(warehouse, f"from {name} order by all") for name in shown}
        placed = ask(warehouse, "select key_result_id from key_result_definition_version order by place")
        warehouse.start_run(command="run", version="2", config_hash="h")
        states = ask(warehouse, "select state from run order by run_id desc")

    assert shown == after
    assert [("b",), ("a",)] == placed
    assert ["interrupted", "interrupted", "done", "running"] == [state for (state,) in states]
