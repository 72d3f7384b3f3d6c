"""The command line on days that calendars are bad at, by the clock it is given and by the machine's own."""

import json
import os
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.another_day import DAYS
from tests.conftest import Clock, still_world
from tests.flows.command import ROOT, invoke

ASKED_BY_THE_REAL_CLOCK = (
    "tests/flows/commands/test_status.py::test_status_shows_the_period_under_way",
    "tests/flows/commands/test_suggest.py::test_what_is_chosen_has_the_chance_that_was_told",
    "tests/test_docs.py::test_the_five_minutes_of_the_readme_work",
)


@pytest.mark.parametrize("name", sorted(DAYS))
def test_a_new_folder_is_lived_in_on_any_day(name: str, tmp_path: Path) -> None:
    """Init, run and what looks at it agree on which day it is in Oslo, and the quarter made holds that day."""
    now, today = DAYS[name]
    world = still_world(Clock(now))
    made = invoke(world, "init", str(tmp_path / "shop"))
    numbers = [f"shop.units_sold,{today - timedelta(days=back)},{int(back % 9 == 1)}" for back in range(1, 40)]
    (tmp_path / "shop" / "numbers" / "numbers.csv").write_text("\n".join(["metric,day,value", *numbers, ""]))

    results = [
        invoke(world, *line, home=tmp_path / "shop")
        for line in (
            ["check"],
            ["run"],
            ["status", "--json"],
            ["explain", "sales"],
            ["suggest", "sales"],
            ["plan"],
            ["report"],
        )
    ]

    assert [0] * 8 == [result.exit_code for result in (made, *results)], [result.output for result in results]
    sales = next(row for row in json.loads(results[2].stdout) if row["key_result_id"] == "sales")
    start, due = date.fromisoformat(sales["start"]), date.fromisoformat(sales["due"])
    # instants of a run differ by a microsecond each
    assert timedelta(0) <= datetime.fromisoformat(sales["as_of"]) - now < timedelta(milliseconds=1)
    assert start <= today <= due
    assert f"day {(today - start).days + 1} of {(due - start).days + 1}" in results[3].stdout


@pytest.mark.slow
def test_no_test_of_the_command_reads_the_real_day() -> None:
    """By each of these clocks of the machine the same tests pass."""
    environ = {key: text for key, text in os.environ.items() if not key.startswith(("OKR_", "PREFECT_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "tests.another_day", "-m", "not slow", "-rP"]

    played = subprocess.run(
        [*command, *ASKED_BY_THE_REAL_CLOCK], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    clocks = re.findall(r"^the clock of test_\w+\[[\w ]+\] stands at (.+)$", played.stdout, re.MULTILINE)
    each = [str(now.date()) for now, _ in DAYS.values()] * len(ASKED_BY_THE_REAL_CLOCK)
    assert 0 == played.returncode, played.stdout[-3000:]
    assert sorted(each) == sorted(clocks)
