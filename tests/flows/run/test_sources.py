"""A run and its sources: which count, under which name, of which account, and by which customer key."""

from pathlib import Path

import pytest

from flows.commands.check import check_project
from flows.sources.leaving import leaving_sentences
from okr_config.errors import WarehouseError
from tests.flows.project_folder import FILE_SOURCE, Folder
from warehouse.sources import Leaving

GOAL = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: calls
    title: Calls
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 10}
"""
NUMBERS = "metric,day,value\nshop.orders,2026-11-01,2\nshop.orders,2026-11-02,3\n"


@pytest.fixture
def sheet(folder: Folder) -> Folder:
    """Return a folder with one sheet and one goal."""
    folder.write("okr_config/objectives/q4.yaml", GOAL)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("numbers/a.csv", NUMBERS)
    return folder


def _value(folder: Folder) -> int:
    (row,) = folder.run().scoreboard.to_dicts()
    return int(row["value"] or 0)


def _talk(folder: Folder) -> list[str]:
    return [event.what for event in folder.events if event.kind == "log" and "no longer" in event.what]


def test_a_new_id_does_not_double(sheet: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A source that gets another id counts under that alone, and check and the run say what goes."""
    before = _value(sheet)
    sheet.write("okr_config/sources.yaml", FILE_SOURCE.replace("id: sheet", "id: ark"))
    check_project(sheet.project(), as_json=False)

    assert "source sheet is no longer configured: 2 stated numbers no longer count" in capsys.readouterr().err
    assert (5, 5) == (before, _value(sheet))
    assert ["source sheet is no longer configured: 2 stated numbers no longer count"] == _talk(sheet)
    assert 5 == _value(sheet)
    assert [] == _talk(sheet)


def test_a_source_that_is_not_pulled_counts(sheet: Folder) -> None:
    """`enabled: false` stops the pulling, not the counting."""
    before = _value(sheet)
    sheet.write("okr_config/sources.yaml", FILE_SOURCE + "    enabled: false\n")
    (sheet.home / "numbers" / "a.csv").unlink()

    assert (5, 5) == (before, _value(sheet))
    assert [] == _talk(sheet)


def test_a_rename_carries_history(sheet: Folder) -> None:
    """With renamed_from the rows go along: none is new, none is gone."""
    before = _value(sheet)
    renamed = FILE_SOURCE.replace("id: sheet", "id: ark\n    renamed_from: sheet")
    sheet.write("okr_config/sources.yaml", renamed)

    outcome = sheet.run()

    assert (5, [5]) == (before, outcome.scoreboard["value"].to_list())
    assert [(0, 0)] == [(load.rows_new, load.rows_changed) for load in outcome.loads]
    assert [] == _talk(sheet)
    assert ["ark"] == sheet.query("select distinct source_id from metric_observation_version")["source_id"].to_list()


@pytest.mark.parametrize("state", ["lost", "emptied", "another"])
def test_a_customer_key_that_is_not_the_old_one_stops_the_run(sheet: Folder, state: str) -> None:
    """Nothing is overwritten: the old file can be put back, and then the run goes on."""
    sheet.run()
    path = sheet.home / ".okr" / "customer.key"
    key = path.read_bytes()
    _spoil(path, state)
    left = path.read_bytes() if path.exists() else None

    with pytest.raises(WarehouseError, match="the key that customers are hashed with is"):
        sheet.run()

    assert left == (path.read_bytes() if path.exists() else None)
    path.write_bytes(key)
    assert sheet.run().complete


def _spoil(path: Path, state: str) -> None:
    if state == "lost":
        path.unlink()
    else:
        path.write_bytes(b"" if state == "emptied" else b"x" * 32)


def test_a_sentence_for_each_source() -> None:
    """Everything that a source takes along is in one sentence."""
    leaving = [Leaving("a", "orders", 203), Leaving("a", "stated numbers", 2), Leaving("b", "periods of visits", 9)]

    assert [
        "source a is no longer configured: 203 orders and 2 stated numbers no longer count",
        "source b is no longer configured: 9 periods of visits no longer count",
    ] == leaving_sentences(leaving)
