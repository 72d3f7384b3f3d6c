"""`okr export`: every public table as Parquet, CSV or a workbook (with flows.report.export)."""

import json
import sys
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from okr_config.world import World
from tests.flows.command import invoke
from tests.flows.project_folder import Folder


@pytest.fixture
def noted(shop: Folder, world: World) -> Folder:
    """Return a folder that has run, with a note a spreadsheet would take for a formula."""
    invoke(world, "note", "=1+1", "--on", "2026-10-12", "--author", "kari", home=shop.home)
    return shop


def test_every_table_is_a_parquet_file_with_its_rows_and_types(noted: Folder, tmp_path: Path, world: World) -> None:
    """What `okr sql` lists is what is written, each cell as the published copy has it."""
    ended = invoke(world, "export", str(tmp_path / "out"), home=noted.home)
    listed = [row["table"] for row in json.loads(invoke(world, "sql", "--json", home=noted.home).stdout)]

    assert 0 == ended.exit_code, ended.output
    assert [f"{name}.parquet" for name in listed] == sorted(path.name for path in (tmp_path / "out").iterdir())
    for name in listed:
        assert noted.query(f'from "{name}" order by all').equals(pl.read_parquet(tmp_path / "out" / f"{name}.parquet"))
    assert pl.read_parquet(tmp_path / "out" / "metric_daily.parquet").height > 0


def test_csv_has_every_row_and_no_formula(noted: Folder, tmp_path: Path, world: World) -> None:
    """Lists are JSON, and text that would run as a formula is quoted."""
    written = json.loads(invoke(world, "export", str(tmp_path / "out"), "--csv", "--json", home=noted.home).stdout)

    assert {row["table"]: row["rows"] for row in written} == {
        row["table"]: pl.read_csv(row["file"], infer_schema=False).height for row in written
    }
    assert ["'=1+1"] == pl.read_csv(tmp_path / "out" / "note.csv")["name"].to_list()


def test_a_workbook_has_a_sheet_a_table(noted: Folder, tmp_path: Path, world: World) -> None:
    """Numbers are numbers, times are UTC to the second, and text that looks like a formula is text."""
    written = json.loads(invoke(world, "export", str(tmp_path / "out"), "--xlsx", "--json", home=noted.home).stdout)
    book = fastexcel.read_excel(tmp_path / "out" / "okr.xlsx")
    rows = book.load_sheet("scoreboard").to_polars().select("key_result_id", "target", "as_of").rows()
    shown = [(name, target, at.replace(microsecond=0)) for name, target, at in rows]

    assert [row["table"] for row in written] == book.sheet_names
    assert ["=1+1"] == book.load_sheet("note").to_polars()["name"].to_list()
    expected = noted.query(
        "select key_result_id, target::double, as_of::timestamptz from scoreboard order by all"
    ).rows()
    assert sorted((name, target, at.replace(microsecond=0, tzinfo=None)) for name, target, at in expected) == sorted(
        shown
    )


def test_what_cannot_be_exported_is_said(
    noted: Folder, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, without a copy, into a file's place: what, where, next, and nothing half written."""
    (tmp_path / "file").write_text("kept")
    into_file = invoke(world, "export", str(tmp_path / "file" / "out"), home=noted.home)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    without = invoke(world, "export", str(tmp_path / "out"), "--xlsx", home=noted.home)
    noted.project().published.unlink()
    unpublished = invoke(world, "export", str(tmp_path / "out"), home=noted.home)

    assert (1, 2, 2) == (into_file.exit_code, without.exit_code, unpublished.exit_code)
    assert "the export cannot be written" in into_file.stderr
    assert "next: pip install 'okr[xlsx]', or --csv" in without.stderr
    assert "nothing has been published yet" in unpublished.stderr
    assert not (tmp_path / "out").exists()
