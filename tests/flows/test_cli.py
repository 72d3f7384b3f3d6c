"""The command as a user meets it: exit codes, JSON, and a folder that needs no network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import Clock, still_world
from tests.flows.command import invoke

SOURCES = "sources:\n  - {id: sheet, connector: file, path: numbers/*.csv}\n"
OBJECTIVES = """\
period: {id: term, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: ten, title: Sell 10 units, metric: shop.units_sold, kind: total, target: 10, confidence: 5}
      - {id: counted, title: By hand, kind: sql, target: 5, sql: select count(*) from metric_daily}
"""
NUMBERS = "metric,day,value\nshop.units_sold,2020-05-02,1\nshop.units_sold,2020-05-08,2\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder of YAML and one CSV file."""
    (tmp_path / "okr_config" / "objectives").mkdir(parents=True)
    (tmp_path / "numbers").mkdir()
    (tmp_path / "okr_config" / "sources.yaml").write_text(SOURCES)
    (tmp_path / "okr_config" / "objectives" / "term.yaml").write_text(OBJECTIVES)
    (tmp_path / "numbers" / "numbers.csv").write_text(NUMBERS)
    return tmp_path


def _okr(home: Path, *arguments: str) -> Result:
    return invoke(still_world(Clock()), *arguments, home=home)


def test_files_alone_are_pulled_and_scored(home: Path) -> None:
    """A folder with only a file source runs and scores, without network or account."""
    ran = _okr(home, "run", "--as-of", "2020-05-16")
    board = json.loads(_okr(home, "status", "--json").stdout)

    assert 0 == ran.exit_code, ran.output
    # the days between the first row and the newest are 0
    assert {"counted": 7, "ten": 3} == {row["key_result_id"]: row["value"] for row in board}
    assert 0.3 == next(row["progress"] for row in board if row["key_result_id"] == "ten")


def test_numbers_without_goals_are_landed_all_the_same(home: Path) -> None:
    """A folder may have sources before it has key results: what they bring can be asked for."""
    (home / "okr_config" / "objectives" / "term.yaml").unlink()
    (home / "okr_config" / "project.yaml").write_text("timezone: Europe/Oslo\n")

    ran = _okr(home, "run")
    asked = json.loads(_okr(home, "sql", "select sum(value) as units from metric_daily", "--json").stdout)

    assert 0 == ran.exit_code, ran.output
    assert [{"units": 3}] == asked
    assert "next: add key results in okr_config/objectives/, then okr check" == ran.stderr.splitlines()[-1]


def test_run_as_json_has_one_start_and_one_end(home: Path) -> None:
    """Every line of stdout is one object; start and end come exactly once."""
    lines = [json.loads(line) for line in _okr(home, "run", "--json").stdout.splitlines()]

    kinds = [line["event"] for line in lines]
    assert ("start", "end") == (kinds[0], kinds[-1])
    assert (1, 1) == (kinds.count("start"), kinds.count("end"))
    assert {"source": "sheet", "rows": 2, "state": "ok"}.items() <= next(
        line for line in lines if line.get("source") == "sheet"
    ).items()


def test_a_file_that_is_missing_is_exit_code_1(home: Path) -> None:
    """The source fails with its reason and what to do; the rest is scored and published."""
    (home / "numbers" / "numbers.csv").unlink()

    result = _okr(home, "run")

    assert 1 == result.exit_code
    assert "FAILED" in result.stderr
    assert 0 == _okr(home, "status").exit_code


def test_a_metric_whose_sql_fails_is_exit_code_1(home: Path) -> None:
    """The metric is named with its error; what does not rest on it is scored."""
    metrics = home / "okr_config" / "metrics.yaml"
    metrics.write_text("metrics:\n  - {id: shop.odd, sql: 'select day, nothing from metric_daily'}\n")

    result = _okr(home, "run")

    assert 1 == result.exit_code
    assert "metric shop.odd could not be computed" in result.stderr


def test_a_dry_run_pulls_nothing(home: Path) -> None:
    """It lists the streams and their windows; nothing is landed or published."""
    result = _okr(home, "run", "--dry-run", "--json")

    assert ["sheet"] == [row["source"] for row in json.loads(result.stdout)]
    assert not (home / "warehouse" / "published").exists()


def test_scoring_again_gives_the_same_numbers(home: Path) -> None:
    """`okr score` from the warehouse alone agrees with the run, and says which instants it used."""
    _okr(home, "run", "--as-of", "2020-05-16")
    ran = json.loads(_okr(home, "status", "--json").stdout)

    again = json.loads(_okr(home, "score", "--as-of", "2020-05-16", "--json").stdout)

    keys = ("key_result_id", "value", "progress", "probability", "status", "input_hash")
    assert [{key: row[key] for key in keys} for row in ran] == sorted(
        ({key: row[key] for key in keys} for row in again), key=lambda row: str(row["key_result_id"])
    )


def test_a_day_gone_by_stays_beside_the_newest(home: Path) -> None:
    """`okr score --as-of` prints that day's scores and keeps them under it; scoreboard and page stay the newest."""
    _okr(home, "run", "--as-of", "2020-05-16")
    newest = _okr(home, "status", "--json").stdout
    page = (home / "warehouse" / "published" / "okr.html").read_bytes()

    again = _okr(home, "score", "--as-of", "2020-04-30")

    kept = json.loads(_okr(home, "sql", "--json", "select distinct as_of::varchar as at from key_result_score").stdout)
    assert ["2020-04-30 22:00:00+00", "2020-05-16 22:00:00+00"] == sorted(row["at"] for row in kept)
    assert "Sell 10 units" in again.stdout
    assert "as of 2020-04-30 24:00" in again.stderr
    assert newest == _okr(home, "status", "--json").stdout
    assert page == (home / "warehouse" / "published" / "okr.html").read_bytes()


def test_scoring_again_writes_the_page(home: Path) -> None:
    """A plain `okr score` leaves the page that fits its scores."""
    _okr(home, "run", "--as-of", "2020-05-16")
    page = home / "warehouse" / "published" / "okr.html"
    page.unlink()

    _okr(home, "score")

    assert page.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["run", "--as-of", "2999-01-01"], 2, "in the future"),
        (["run", "--as-of", "yesterday"], 2, "neither a day"),
        (["run", "--only", "nobody"], 2, "unknown source 'nobody'"),
        (["sql", "drop table run"], 2, "next: "),
        (["explain", "nobody"], 2, "unknown key result or objective 'nobody'"),
        (["sql", "select * from scorebord"], 2, "scoreboard"),
        (["status", "--period", "nothing"], 2, "unknown period 'nothing'"),
        (["status", "--watch"], 2, "--watch needs a terminal"),
        (["status", "--watch", "3", "--json"], 2, "goes with no other option"),
        (["status", "--watch", "0"], 2, "0.2"),
        (["serve", "--host", "127.0.0.1", "--port", "70000"], 2, "65535"),
    ],
)
def test_wrong_usage_is_exit_code_2(home: Path, arguments: list[str], code: int, word: str) -> None:
    """What, where, next; no traceback."""
    _okr(home, "run")

    result = _okr(home, *arguments)

    assert (code, True) == (result.exit_code, word in result.output), result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """Where it looked, and what makes a folder."""
    result = _okr(tmp_path, "status")

    assert 2 == result.exit_code
    assert "okr init" in result.output


def test_a_held_lock_is_exit_code_4(home: Path) -> None:
    """A second run is told who runs, and changes nothing."""
    from tests.conftest import waiting_world
    from warehouse import hold_run_lock

    with hold_run_lock(home / "warehouse", world=waiting_world()):
        result = _okr(home, "run")

    assert 4 == result.exit_code, result.output
    assert "next: " in result.output


def test_csv_is_inert_in_a_spreadsheet(home: Path) -> None:
    """Text that would run as a formula is quoted; numbers stay numbers."""
    _okr(home, "run")

    result = _okr(home, "sql", "select '=1+1' as text, -5 as number", "--csv")

    assert "text,number\n'=1+1,-5\n" == result.stdout


def test_status_shows_the_period_under_way(home: Path) -> None:
    """A period that is over is named, shown when asked for, and no reason to exit 1; JSON has every row."""
    objectives = home / "okr_config" / "objectives"
    new = OBJECTIVES.replace("term", "long").replace("2020-04-27, end: 2020-06-05", "2020-07-01, end: 2099-12-31")
    for old_id, new_id in (("shop\n", "again\n"), ("ten", "more"), ("counted", "rows")):
        new = new.replace(f"id: {old_id}", f"id: {new_id}")
    (objectives / "long.yaml").write_text(new)
    _okr(home, "run")

    shown, old = _okr(home, "status"), _okr(home, "status", "--period", "term")

    assert "rows" in shown.stdout
    assert "counted" not in shown.stdout
    assert "also scored: term (okr status --period ID)" in shown.stderr
    assert "missed" in old.stdout
    assert [0, 1] == [
        _okr(home, "status", "--exit-code").exit_code,
        _okr(home, "status", "--exit-code", "--period", "term").exit_code,
    ]
    assert {"ten", "counted", "more", "rows"} == {
        row["key_result_id"] for row in json.loads(_okr(home, "status", "--json").stdout)
    }


def test_a_folder_without_key_results_says_so(home: Path) -> None:
    """Nothing to draw is told, with what comes next."""
    (home / "okr_config" / "objectives" / "term.yaml").unlink()
    (home / "okr_config" / "project.yaml").write_text("timezone: Europe/Oslo\n")
    _okr(home, "run")

    result = _okr(home, "status")

    assert (0, "") == (result.exit_code, result.stdout)
    assert "no key result has been scored yet\nnext: okr run\n" == result.stderr


def test_status_pays_for_nothing_heavy(home: Path) -> None:
    """Neither models nor frames nor YAML are imported to show what is published."""
    _okr(home, "run")
    heavy = ["polars", "numpy", "pydantic", "ruamel.yaml", "rich", "wcwidth", "httpx", "prefect", "jinja2"]
    code = (
        "import sys; from tests.conftest import Clock, still_world; from tests.flows.command import invoke\n"
        f"assert invoke(still_world(Clock()), 'status', '--home', {str(home)!r}).exit_code == 0\n"
        f"print(sorted(set({heavy}) & set(sys.modules)))"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == result.stdout.strip()
