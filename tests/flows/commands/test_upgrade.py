"""`okr upgrade`: what a new version would change is said first (flows.commands.upgrade, warehouse.upgrading)."""

import json

import pytest

from tests.flows.project_folder import TERM, TERM_NUMBERS, Folder
from warehouse.engine import connect
from warehouse.sql_files import read_folder

NEWEST = max(int(name[:4]) for name in read_folder("migrations"))


@pytest.fixture
def ran(folder: Folder) -> Folder:
    """Return a folder that ran once, by this version."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/numbers.csv", TERM_NUMBERS)
    folder.run()
    return folder


_BACK = """
alter table source_version drop column cadence_seconds;
alter table objective_score drop column parent;
alter table key_result_definition_version drop column place;
alter table schema_state drop column project;
create temp table runs as from run;
create temp table days as from key_result_daily;
create temp table totals as from vendor_total;
drop view run;
drop view key_result_daily;
drop view vendor_total;
drop table run_event;
drop table key_result_day_version;
drop table vendor_total_version;
create table run as from runs;
create table key_result_daily as from days;
create table vendor_total as from totals;
update schema_state set version = 18, views = '';
"""
"""What leads from this schema to the one before cadences were noted."""


def _age(folder: Folder) -> None:
    """Have the warehouse be of the version before cadences were noted."""
    with connect(folder.project().warehouse.path) as connection:
        connection.execute(_BACK)


def _version(folder: Folder) -> int:
    with connect(folder.project().warehouse.path, read_only=True) as connection:
        ((version,),) = connection.execute("select version from schema_state").fetchall()
    return int(version)


def test_a_warehouse_of_this_version_needs_nothing(ran: Folder) -> None:
    """It says so, and --check exits 0."""
    told = ran.ask("upgrade", "--check")

    assert 0 == told.exit_code
    assert f"warehouse of schema {NEWEST}, this program's is {NEWEST}\nthere is nothing to change" in told.stderr


def test_what_would_change_is_said_first(ran: Folder) -> None:
    """Each migration by name and in words; nothing is changed, and --check exits 1 for a script to see."""
    _age(ran)

    told = ran.ask("upgrade", "--check")
    (row,) = json.loads(ran.ask("upgrade", "--check", "--json").stdout)

    assert (1, 18) == (told.exit_code, _version(ran))
    assert "0019_cadence           How often a source is pulled, as the config says: one that is not due" in told.stderr
    assert {"version": 18, "newest": NEWEST, "views": True}.items() <= row.items()
    assert "0019_cadence" == row["migrations"][0]


def test_an_upgrade_keeps_the_file_as_it_was(ran: Folder) -> None:
    """The rows stay, what people read is of the new version, and the old file lies in the backups."""
    before = ran.query("from key_result_score").height
    _age(ran)

    told = ran.ask("upgrade")

    assert (0, NEWEST, before) == (told.exit_code, _version(ran), ran.query("from key_result_score").height)
    assert ["before-schema-18-20261123T090000Z.duckdb"] == [
        path.name for path in ran.project().backups.glob("before-schema-*")
    ]
    assert 0 == ran.ask("upgrade", "--check").exit_code


def test_a_newer_warehouse_is_left_alone(ran: Folder) -> None:
    """With both versions, and what to do."""
    with connect(ran.project().warehouse.path) as connection:
        connection.execute("update schema_state set version = 9999")

    told = ran.ask("upgrade", "--check")

    assert 3 == told.exit_code
    assert f"the warehouse is newer than this program: schema 9999, this program knows {NEWEST}" in told.stderr


def test_before_the_first_run_there_is_nothing(folder: Folder) -> None:
    """Which is said."""
    told = folder.ask("upgrade")

    assert (2, True) == (told.exit_code, "nothing has been landed yet" in told.stderr)
