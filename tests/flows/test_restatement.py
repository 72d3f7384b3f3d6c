"""A past that turns out otherwise: noted with its cause, told, and told again as it was (warehouse.restating)."""

import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.scoring import judge_all
from tests.conftest import Clock
from tests.flows.project_folder import Folder
from warehouse.reader import read_warehouse

pytestmark = pytest.mark.slow

GOALS = """\
period: {id: autumn, start: 2026-11-01, end: 2026-12-20}
timezone: Europe/Oslo
language: en
objectives:
  - id: known
    title: Be known
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 200}
      - {id: fans, title: Fans, metric: social.followers, kind: level, target: 1000, confidence: 6}
"""
BY_SQL = "      - {id: most, title: Most, kind: sql, target: 5, sql: select max(value) from metric_daily}\n"
KEY = ["key_result_id", "day", "before", "after", "reason"]


@pytest.fixture
def sheet(folder: Folder) -> Folder:
    """Return a folder whose numbers come from one sheet, at 10 o'clock in Oslo on 23 November."""
    folder.write("okr_config/objectives/autumn.yaml", GOALS)
    return folder


def numbers(folder: Folder, sales: dict[int, int], fans: dict[int, int]) -> None:
    """Write the sheet: values by the day of November."""
    rows = [f"sheet.sales,2026-11-{day:02},{value}" for day, value in sales.items()]
    rows += [f"social.followers,2026-11-{day:02},{value}" for day, value in fans.items()]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")


def restated(folder: Folder, of: str) -> list[tuple[Any, ...]]:
    """Return what was restated of key results or metrics, as (subject, day of the month, before, after, reason)."""
    found = folder.query(
        f'select {of}, day(day), "before"::double, "after"::double, reason from restatement'
        f" where {of} is not null order by all"
    )
    return found.rows()


def test_a_corrected_day_is_noted_with_its_load(sheet: Folder, clock: Clock) -> None:
    """Both numbers, every later day of the running total, the landing that brought it; today's growth is none."""
    numbers(sheet, {20: 5, 21: 7, 23: 1}, {})
    sheet.run()
    assert [] == restated(sheet, "metric")
    clock.move(hours=2)
    numbers(sheet, {20: 5, 21: 4, 23: 3}, {})

    outcome = sheet.run()

    assert [("sheet.sales", 21, 7.0, 4.0, "corrected")] == restated(sheet, "metric")
    assert [("sales", 21, 12.0, 9.0, "corrected"), ("sales", 22, 12.0, 9.0, "corrected")] == restated(
        sheet, "key_result_id"
    )
    [load] = outcome.loads
    marks = sheet.query("select distinct load_id, run_id from restatement").rows()
    assert [(load.load_id, outcome.run_id)] == marks


def test_a_row_that_is_gone_is_withdrawn(sheet: Folder, clock: Clock) -> None:
    """What the source no longer gives had a value before, and has none now; the landing that closed it is named."""
    numbers(sheet, {}, {20: 800, 21: 900})
    sheet.run()
    clock.move(days=1)
    numbers(sheet, {}, {20: 800})

    outcome = sheet.run()

    assert [("social.followers", 21, 900.0, None, "withdrawn")] == restated(sheet, "metric")
    assert ("fans", 21, 900.0, 800.0, "withdrawn") == restated(sheet, "key_result_id")[0]
    assert [(outcome.loads[0].load_id,)] == sheet.query("select distinct load_id from restatement").rows()


def test_what_comes_late_is_no_correction(sheet: Folder, clock: Clock) -> None:
    """A day that had not been told by its source changes the key result's past, and nothing that was said of it."""
    numbers(sheet, {20: 5}, {})
    sheet.run()
    clock.move(hours=2)
    numbers(sheet, {20: 5, 22: 2}, {})

    sheet.run()

    assert [] == restated(sheet, "metric")
    assert [("sales", 22, 5.0, 7.0, "late")] == restated(sheet, "key_result_id")


def test_an_edited_target_is_told_as_such(sheet: Folder, clock: Clock) -> None:
    """The progress of days gone by is another one because of the definition."""
    numbers(sheet, {20: 5}, {})
    sheet.run()
    clock.move(hours=2)
    sheet.write("okr_config/objectives/autumn.yaml", GOALS.replace("target: 200", "target: 100"))

    sheet.run()

    found = sheet.query("select distinct reason, progress_before, progress_after from restatement where day(day) = 20")
    assert [("definition", 0.025, 0.05)] == found.rows()


def test_nothing_new_restates_nothing(sheet: Folder, clock: Clock) -> None:
    """Runs over days, with growth of the day under way only."""
    for hours in range(0, 60, 12):
        numbers(sheet, {20: 5, 23: 1} | ({24: hours} if hours > 20 else {}), {20: 800})
        sheet.run()
        clock.move(hours=12)

    assert [] == [row for row in restated(sheet, "key_result_id") if row[-1] != "late"]
    assert [] == restated(sheet, "metric")


def test_explain_tells_what_changed_since(sheet: Folder, clock: Clock) -> None:
    """`okr explain KR --since DAY`: which values, by how much, which source's landing of how many rows."""
    numbers(sheet, {20: 5, 21: 7}, {})
    sheet.run()
    clock.move(days=1)
    numbers(sheet, {20: 5, 21: 4}, {})
    [load] = sheet.run().loads

    rows = json.loads(sheet.ask("explain", "sales", "--since", "2026-11-24", "--json").stdout)
    later = sheet.ask("explain", "sales", "--since", "2026-11-25")
    shown = sheet.ask("explain", "sales", "--since", "2026-11-24")

    names = ("subject", "day", "before", "after", "reason", "source_id", "stream", "rows")
    assert ["sheet.sales", "2026-11-21", 7, 4, "corrected", "sheet", "observations", 1] == [
        rows[-1][name] for name in names
    ]
    assert ["sales", "2026-11-21", 12, 9, "corrected", "sheet", "observations", 1] == [rows[0][name] for name in names]
    assert "nothing of before has changed since 2026-11-25" in later.stderr
    assert "corrected" in shown.stdout
    assert f'next: okr sql "from load where load_id = {load.load_id}"' in shown.stderr


def test_the_page_tells_a_correction_from_reached_to_off_track(sheet: Folder, clock: Clock) -> None:
    """A slip of the pen mended the same day: both numbers, the source, and what it did to the status."""
    numbers(sheet, {}, {day: 100 + day for day in range(1, 22)} | {22: 1250})
    sheet.run()
    assert "achieved" == sheet.score("fans")["status"]
    clock.move(hours=2)
    numbers(sheet, {}, {day: 100 + day for day in range(1, 22)} | {22: 125})
    sheet.run()
    assert "off_track" == sheet.score("fans")["status"]

    page = sheet.project().page.read_text("utf-8")

    assert (
        "“<bdi>Fans</bdi>” was corrected after the fact: 125 instead of 1,250 for 22 November 2026 (sheet). "
        "It went from “Achieved” to “Off track”."
    ) in page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_skipped_week_is_told(sheet: Folder, clock: Clock) -> None:
    """Where nobody looked for sixteen days, what changed is told since then."""
    numbers(sheet, {}, {day: 900 + day for day in range(1, 23)})
    sheet.run()
    was = sheet.score("fans")["status"]
    clock.move(days=16)
    numbers(sheet, {}, {day: 900 + day for day in range(1, 23)} | {30: 1500})
    sheet.run()
    assert ("off_track", "achieved") == (was, sheet.score("fans")["status"])

    page = sheet.project().page.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")

    assert "since the last report, 16 days ago" in page
    assert "in the past week" not in page


def test_what_was_told_then_is_told_again_bit_for_bit(sheet: Folder, clock: Clock) -> None:
    """Over runs with corrections, withdrawals, edits and check-ins: every score, objective, fan and what-if row."""
    steps: list[tuple[dict[int, int], dict[int, int]]] = [
        ({20: 5, 21: 7}, {20: 800}),
        ({20: 5, 21: 4}, {20: 800, 22: 820}),
        ({20: 5, 21: 4, 24: 9}, {20: 800}),
        ({20: 6, 24: 9, 25: 30}, {20: 800, 25: 990}),
    ]
    sheet.write("okr_config/objectives/autumn.yaml", GOALS + BY_SQL)
    for number, (sales, fans) in enumerate(steps):
        numbers(sheet, sales, fans)
        if number == 2:
            edited = GOALS.replace("target: 200", "target: 100") + BY_SQL
            sheet.write("okr_config/objectives/autumn.yaml", edited)
            assert 0 == sheet.ask("checkin", "fans", "--confidence", "9", "--note", "sure").exit_code
        sheet.run()
        clock.move(days=1, hours=3)
    told = sheet.query("from key_result_score")
    fans_told, supposed = sheet.query("from key_result_forecast"), sheet.query("from key_result_whatif")
    objectives = sheet.query("from objective_score")
    project = sheet.project()

    for run_id in sorted(set(told["run_id"])):
        then = told.filter(run_id=run_id)
        as_of, known_at = then["as_of"][0], then["known_at"][0]
        with read_warehouse(project.published, world=sheet.world) as warehouse:
            again = judge_all(warehouse, project.config(), as_of=as_of, known_at=known_at).scores
        assert_same(then, again.key_results)
        assert_same(objectives.filter(run_id=run_id), again.objectives)
        assert_same(fans_told.filter(run_id=run_id), again.forecast)
        assert_same(supposed.filter(run_id=run_id), again.whatif)
    assert 4 == told["run_id"].n_unique()
    assert fans_told.height > 0
    assert (Decimal(12), Decimal(45)) == (
        told.filter(key_result_id="sales")["value"][0],
        told.filter(key_result_id="sales")["value"][-1],
    )


def assert_same(kept: pl.DataFrame, again: pl.DataFrame) -> None:
    """Compare rows in all that scoring gives, to the last bit."""
    names = [name for name in again.columns if name in kept.columns]
    types = {name: again.schema[name] for name in names}
    one, other = kept.select(names).cast(types), again.select(names)  # type: ignore[arg-type]
    assert_frame_equal(one, other, check_row_order=False, check_exact=True)
