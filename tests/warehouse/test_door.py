"""Addresses of warehouses, and what of them people see."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from okr_config.errors import UsageError
from okr_config.models import LakeSettings
from warehouse.door import DEFAULT, Door, door_at, file_of, without_password

HOME = Path("/shop")
BUCKET = LakeSettings(data="s3://bucket/rows", key_id=SecretStr("KEY"), secret=SecretStr("HIDDEN"))


def test_a_file_is_named_from_the_project_folder() -> None:
    """One program at a time has it, and it is called by its path."""
    door = door_at("duckdb:///data/shop.duckdb", HOME, lake=BUCKET, project="shop")

    assert Door(HOME / "data/shop.duckdb") == door
    assert ("/shop/data/shop.duckdb", True) == (str(door), door.is_alone)


def test_a_lake_under_a_file_lies_in_the_folder() -> None:
    """Its catalogue and its rows are named from there, and what people read lies where a file's copy would."""
    door = door_at("ducklake:lake/shop.ducklake", HOME, lake=LakeSettings(data="rows"))

    assert door.lake is not None
    assert ("/shop/lake/shop.ducklake", "/shop/rows") == (door.lake.catalogue, door.lake.data)
    assert (HOME / "warehouse/okr.duckdb", True) == (door.path, door.is_alone)
    assert file_of(DEFAULT, HOME) == door.path


def test_a_lake_in_postgres_has_a_schema_of_its_project() -> None:
    """Several programs write it at once; its tables are kept apart from those of other projects."""
    door = door_at("ducklake:postgres:host=db dbname=okr", HOME, lake=BUCKET, project="shop")

    assert door.lake is not None
    assert ("postgres:host=db dbname=okr", "s3://bucket/rows", "okr_shop") == (
        door.lake.catalogue,
        door.lake.data,
        door.lake.schema,
    )
    assert ("KEY", "HIDDEN", False) == (door.lake.key_id, door.lake.secret, door.is_alone)


@pytest.mark.parametrize(
    ("address", "project", "lake", "what"),
    [
        ("md:shop", "shop", None, "the warehouse address md: is not one this version can open"),
        ("ducklake:", "shop", None, "the warehouse address ducklake: is not one this version can open"),
        ("duckdb:///", "shop", None, "the warehouse address duckdb: is not one this version can open"),
        ("ducklake:postgres:dbname=okr", None, BUCKET, "needs the id of its project"),
        ("ducklake:postgres:dbname=okr", "shop", None, "needs a place for its rows"),
        ("ducklake:postgres:dbname=okr", "shop", LakeSettings(), "needs a place for its rows"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(
    address: str, project: str | None, lake: LakeSettings | None, what: str
) -> None:
    """What is wrong, where it stands and what to write."""
    with pytest.raises(UsageError) as caught:
        door_at(address, HOME, lake=lake, project=project)

    assert what in caught.value.what
    assert "okr_config/project.yaml" in caught.value.where
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("postgres:host=db password=HIDDEN dbname=okr", "postgres:host=db password=*** dbname=okr"),
        ("postgres:host=db password = 'HID \\' DEN' dbname=okr", "postgres:host=db password = *** dbname=okr"),
        ("postgres:postgresql://me:HIDDEN@db:5432/okr", "postgres:postgresql://me:***@db:5432/okr"),
        ("postgres:postgresql://me@db/okr", "postgres:postgresql://me@db/okr"),
        (
            'Unable to connect to Postgres at "password=HIDDEN": no',
            'Unable to connect to Postgres at "password=***": no',
        ),
    ],
)
def test_no_password_is_seen(written: str, seen: str) -> None:
    """In both forms that libpq takes, and in the words of an error."""
    assert seen == without_password(written)


def test_a_lake_hides_what_opens_it() -> None:
    """Neither its text nor its fields, as a traceback shows them, hold a password or a key."""
    door = door_at("ducklake:postgres:host=db password=HIDDEN", HOME, lake=BUCKET, project="shop")

    assert "ducklake:postgres:host=db password=***" == str(door)
    assert not {word for word in ("HIDDEN", "KEY") if word in repr(door)}


def test_what_is_done_to_files_only_is_refused_of_a_lake() -> None:
    """With the next step."""
    lake = door_at("ducklake:shop.ducklake", HOME)

    assert HOME / "x.duckdb" == Door(HOME / "x.duckdb").require_file("only a file is restored", "move it")
    with pytest.raises(UsageError, match="only a file is restored, and this warehouse is a lake"):
        lake.require_file("only a file is restored", "move it")
