"""The command line on days that calendars are bad at, by the clock it is given and by no other."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import okr
from tests.conftest import Clock, still_world
from tests.flows.command import invoke

DAYS = {
    "leap day": (datetime(2028, 2, 29, 9, tzinfo=UTC), date(2028, 2, 29)),
    # 02:30 comes twice in that night of Oslo: this is the second
    "end of summer time": (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
    "last second of the year": (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
    "five years on": (datetime(2031, 11, 30, 12, tzinfo=UTC), date(2031, 11, 30)),
}
"""An instant each, and the day that it is in Oslo."""


@pytest.mark.slow
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


def test_whatever_asks_for_the_real_day_fails_its_test(tmp_path: Path) -> None:
    """A command without a clock of the test's own is found out in every test of this process, whatever comes of it."""
    with pytest.raises(pytest.fail.Exception, match="reads the real day"):
        CliRunner().invoke(okr, ["init", str(tmp_path / "shop")], obj=None)
