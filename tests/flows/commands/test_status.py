"""`okr status`: which periods it shows, what it says, and how little it imports (flows.commands.status)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.flows.command import ask
from tests.flows.project_folder import TERM, TERM_NUMBERS, Folder


def test_status_shows_the_period_under_way(home: Path) -> None:
    """A period that is over is named, shown when asked for, and no reason to exit 1; JSON has every row."""
    objectives = home / "okr_config" / "objectives"
    new = TERM.replace("term", "long").replace("2020-04-27, end: 2020-06-05", "2020-07-01, end: 2099-12-31")
    for old_id, new_id in (("shop\n", "again\n"), ("ten", "more"), ("counted", "rows")):
        new = new.replace(f"id: {old_id}", f"id: {new_id}")
    (objectives / "long.yaml").write_text(new)
    ask(home, "run")

    shown, old = ask(home, "status"), ask(home, "status", "--period", "term")

    assert "rows" in shown.stdout
    assert "counted" not in shown.stdout
    assert "also scored: term (okr status --period ID)" in shown.stderr
    assert "missed" in old.stdout
    assert [0, 1] == [
        ask(home, "status", "--exit-code").exit_code,
        ask(home, "status", "--exit-code", "--period", "term").exit_code,
    ]
    assert {"ten", "counted", "more", "rows"} == {
        row["key_result_id"] for row in json.loads(ask(home, "status", "--json").stdout)
    }


def test_a_folder_without_key_results_says_so(home: Path) -> None:
    """Nothing to draw is told, with what comes next."""
    (home / "okr_config" / "objectives" / "term.yaml").unlink()
    (home / "okr_config" / "project.yaml").write_text("timezone: Europe/Oslo\n")
    ask(home, "run")

    result = ask(home, "status")

    assert (0, "") == (result.exit_code, result.stdout)
    assert "no key result has been scored yet\nnext: okr run\n" == result.stderr


def test_status_pays_for_nothing_heavy(home: Path) -> None:
    """Neither models nor frames nor YAML are imported to show what is published."""
    ask(home, "run")
    heavy = ["polars", "numpy", "pydantic", "ruamel.yaml", "rich", "wcwidth", "httpx", "prefect", "jinja2"]
    code = (
        "import sys; from tests.conftest import Clock, still_world; from tests.flows.command import invoke\n"
        f"assert invoke(still_world(Clock()), 'status', '--home', {str(home)!r}).exit_code == 0\n"
        f"print(sorted(set({heavy}) & set(sys.modules)))"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == result.stdout.strip()


@pytest.mark.parametrize(
    ("cron", "hours", "told"),
    [
        ("15 6 * * *", 60, ""),
        (
            "15 6 * * *",
            80,
            "NO RUN since 2026-11-23 10:00, though several were due: these numbers are old   next: okr",
        ),
        ("0 * * * *", 2, ""),
        ("0 * * * *", 4, "NO RUN since 2026-11-23 10:00"),
        ("0 6 * * 1", 24 * 7, ""),
    ],
)
def test_old_numbers_are_told(folder: Folder, clock: Clock, cron: str, hours: int, told: str) -> None:
    """Status says when no run has been whole for more than two cadences of the schedule; not sooner."""
    _write(folder, cron)
    folder.run()
    clock.move(hours=hours)

    shown = folder.ask("status")

    assert 0 == shown.exit_code
    assert told in shown.stderr
    assert bool(told) == ("NO RUN" in shown.stderr)


def test_runs_that_are_never_whole_are_told(folder: Folder, clock: Clock) -> None:
    """A source that fails at every run, from the first one on, is said though runs go on."""
    _write(folder, "0 * * * *")
    (folder.home / "numbers" / "numbers.csv").unlink()
    for _ in range(5):
        folder.run()
        clock.move(hours=1)

    assert "NO RUN HAS BEEN WHOLE since 2026-11-23 10:00: some of these numbers are old   next: okr doctor" in (
        folder.ask("status").stderr
    )


def _write(folder: Folder, cron: str) -> None:
    folder.write("okr_config/project.yaml", f'timezone: Europe/Oslo\nschedule: {{cron: "{cron}"}}\n')
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/numbers.csv", TERM_NUMBERS)
