"""The pages on keys and tables: made from the code, and fresh (flows.reference)."""

import re
from pathlib import Path

from pydantic import Field

from flows.reference import FOLDER, Key, blocks_of, pages, write
from okr_config.fields import Day, Model
from okr_config.models import KeyResult, Kind
from okr_config.world import World
from warehouse.reading import shipped_tables

ROOT = Path(__file__).parents[2]


class Part(Model):
    """A part of the whole."""

    on: Day
    """Its day."""


class Whole(Model):
    """Something with keys."""

    id: str
    """Its name."""
    many: tuple[Part, ...] = ()
    """Its parts."""
    size: int | None = Field(default=3, ge=1)
    """Its size, which may be told
    over two lines."""
    pair: tuple[int, int] | None = None
    """Two of them."""
    on: bool = True
    """Whether it is on."""


def test_the_committed_pages_are_what_the_code_says(world: World) -> None:
    """`just generate` renews them."""
    assert write(ROOT, world, only_check=True)


def test_a_block_tells_what_its_keys_take() -> None:
    """In the order written, with what counts unless it is given, and the blocks below once each."""
    whole, part = blocks_of(Whole)

    assert "Something with keys." == whole.words
    assert (
        Key("id", "text", "needed", "Its name."),
        Key("many", "list of [part](#part)", "", "Its parts."),
        Key("size", "whole number", "3", "Its size, which may be told over two lines."),
        Key("pair", "list of 2", "", "Two of them."),
        Key("on", "true or false", "true", "Whether it is on."),
    ) == whole.keys
    assert (Key("on", "day", "needed", "Its day."),) == part.keys


def test_every_kind_key_and_column_stands_on_a_page() -> None:
    """Old names of keys apart, which nobody needs to learn; every link within a page leads to a heading."""
    told = pages()

    assert [] == [kind for kind in Kind if f"| `{kind}` | " not in told["key-results.md"]]
    assert [] == [name for name in KeyResult.model_fields if f"| `{name}` |" not in told["key-results.md"]]
    assert "| `share` | number | needed |" in told["key-results.md"]
    assert "| `value` |" not in told["key-results.md"]
    for table in shipped_tables():
        section = told["tables.md"].split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert [column.name for column in table.columns] == [
            line.split("`")[1] for line in section.splitlines() if line.startswith("| `")
        ]
    for text in told.values():
        headings = {line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
        assert set() == set(re.findall(r"\]\(#([^)]*)\)", text)) - headings


def test_a_stale_page_is_told_and_renewed(tmp_path: Path, world: World) -> None:
    """One that is missing as well."""
    (tmp_path / FOLDER).mkdir()
    write(tmp_path, world, only_check=False)
    (tmp_path / FOLDER / "tables.md").write_text("x")

    assert not write(tmp_path, world, only_check=True)
    write(tmp_path, world, only_check=False)
    assert write(tmp_path, world, only_check=True)
