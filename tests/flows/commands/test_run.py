"""`okr run`: exit codes, JSON, and a folder that needs no network (flows.run.events)."""

import json
from pathlib import Path

from okr_config.world import World
from tests.conftest import waiting_world
from tests.flows.command import ask, invoke
from warehouse import hold_run_lock


def test_files_alone_are_pulled_and_scored(home: Path) -> None:
    """A folder with only a file source runs and scores, without network or account."""
    ran = ask(home, "run", "--as-of", "2020-05-16")
    board = json.loads(ask(home, "status", "--json").stdout)

    assert 0 == ran.exit_code, ran.output
    # the days between the first row and the newest are 0
    assert {"counted": 7, "ten": 3} == {row["key_result_id"]: row["value"] for row in board}
    assert 0.3 == next(row["progress"] for row in board if row["key_result_id"] == "ten")


def test_numbers_without_goals_are_landed_all_the_same(home: Path) -> None:
    """A folder may have sources before it has key results: what they bring can be asked for."""
    (home / "okr_config" / "objectives" / "term.yaml").unlink()
    (home / "okr_config" / "project.yaml").write_text("timezone: Europe/Oslo\n")

    ran = ask(home, "run")
    asked = json.loads(ask(home, "sql", "select sum(value) as units from metric_daily", "--json").stdout)

    assert 0 == ran.exit_code, ran.output
    assert [{"units": 3}] == asked
    assert "next: add key results in okr_config/objectives/, then okr check" == ran.stderr.splitlines()[-1]


def test_run_as_json_has_one_start_and_one_end(home: Path) -> None:
    """Every line of stdout is one object; start and end come exactly once."""
    lines = [json.loads(line) for line in ask(home, "run", "--json").stdout.splitlines()]

    kinds = [line["event"] for line in lines]
    assert ("start", "end") == (kinds[0], kinds[-1])
    assert (1, 1) == (kinds.count("start"), kinds.count("end"))
    assert {"source": "sheet", "rows": 2, "state": "ok"}.items() <= next(
        line for line in lines if line.get("source") == "sheet"
    ).items()


def test_a_file_that_is_missing_is_exit_code_1(home: Path) -> None:
    """The source fails with its reason and what to do; the rest is scored and published."""
    (home / "numbers" / "numbers.csv").unlink()

    result = ask(home, "run")

    assert 1 == result.exit_code
    assert "FAILED" in result.stderr
    assert 0 == ask(home, "status").exit_code


def test_a_metric_whose_sql_fails_is_exit_code_1(home: Path) -> None:
    """The metric is named with its error; what does not rest on it is scored."""
    metrics = home / "okr_config" / "metrics.yaml"
    metrics.write_text("metrics:\n  - {id: shop.odd, sql: 'select day, nothing from metric_daily'}\n")

    result = ask(home, "run")

    assert 1 == result.exit_code
    assert "metric shop.odd could not be computed" in result.stderr


def test_a_dry_run_pulls_nothing(home: Path) -> None:
    """It lists the streams and their windows; nothing is landed or published."""
    result = ask(home, "run", "--dry-run", "--json")

    assert ["sheet"] == [row["source"] for row in json.loads(result.stdout)]
    assert not (home / "warehouse" / "published").exists()


def test_a_held_lock_is_exit_code_4(home: Path) -> None:
    """A second run is told who runs, and changes nothing."""
    with hold_run_lock(home / "warehouse", world=waiting_world()):
        result = ask(home, "run")

    assert 4 == result.exit_code, result.output
    assert "next: " in result.output


def test_the_first_run_names_suggest(tmp_path: Path, world: World) -> None:
    """In a new folder the first run ends with what to do about the targets, the second as always."""
    made = invoke(world, "init", str(tmp_path / "new"))

    first, second = (invoke(world, "run", home=tmp_path / "new") for _ in range(2))

    assert 0 == made.exit_code
    assert first.stderr.splitlines()[-1].startswith("next: okr suggest")
    assert second.stderr.splitlines()[-1].startswith("next: okr explain")
