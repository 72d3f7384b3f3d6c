"""Every kind of key result has targets worth setting, or a sentence that says why not (scorecard.suggestions)."""

import json
import random
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.command import invoke
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import FILE_SOURCE, Folder

OBJECTIVES = """\
period: {id: autumn, start: 2026-11-02, end: 2026-12-27}
timezone: Europe/Oslo
language: en
objectives:
  - id: all
    title: Every kind
    key_results:
      - {id: total, title: T, metric: sheet.sales, kind: total, target: 110}
      - {id: limit, title: T, metric: sheet.sales, kind: total, at_most: 120}
      - {id: range, title: T, metric: sheet.sales, kind: total, between: [90, 120]}
      - {id: last, title: T, metric: sheet.sales, kind: window, every: week, target: 15}
      - {id: best, title: T, metric: sheet.sales, kind: window, every: week, judge: best, target: 20}
      - {id: mean, title: T, metric: sheet.sales, kind: window, every: week, judge: mean, target: 15}
      - {id: weeks, title: T, metric: sheet.sales, kind: window, every: week, at_least: 12}
      - {id: share, title: T, metric: sheet.sales, kind: window, every: day, judge: share, at_least: 1, need: 0.5}
      - {id: stock, title: T, metric: sheet.stock, kind: level, target: 150}
      - {id: down, title: T, metric: sheet.weight, kind: level, baseline: 80, target: 74}
      - {id: band, title: T, metric: sheet.weight, kind: level, between: [75, 78]}
      - {id: rate, title: T, numerator: sheet.sales, denominator: sheet.visits, kind: ratio, target: 0.05}
      - {id: kept-rate, title: T, numerator: sheet.sales, denominator: sheet.visits, kind: ratio, at_least: 0.04}
      - {id: later, title: T, metric: sheet.sales, kind: window, every: week, at_least: 12, start: 2026-11-30}
      - {id: manual, title: T, kind: manual, target: 5}
      - {id: query, title: T, kind: sql, sql: select 3, target: 5}
      - {id: steps, title: T, kind: milestone, steps: [{title: a, done: null}]}
      - {id: unseen, title: T, metric: shop.orders, kind: total, target: 5}
      - {id: over, title: T, metric: sheet.sales, kind: total, target: 5, due: 2026-11-20}
"""
METRICS = """\
metrics:
  - {id: sheet.stock, unit: count, additive: false, grain: day}
  - {id: sheet.weight, unit: kg, additive: false, grain: day}
"""
EVENING = datetime(2026, 11, 25, 21, tzinfo=UTC)
FIRST, JOINED = date(2026, 9, 1), date(2026, 10, 20)


@pytest.fixture
def shop(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that ran halfway through its autumn; its second account joined after the first."""
    return made_once.copy(_shop, tmp_path / "project", World(**{**vars(world), "clock": lambda: EVENING}), clock)


def _shop(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, World(**{**vars(still_world(clock)), "clock": lambda: EVENING}))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/autumn.yaml", OBJECTIVES)
    folder.write("okr_config/metrics.yaml", METRICS)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value,account", *_numbers()]) + "\n")
    folder.run()
    return folder


def _numbers() -> list[str]:
    dice = random.Random(4)  # noqa: S311 - numbers of a play shop
    rows, one, other, weight = [], 60, 40, 80.0
    for number in range((EVENING.date() - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        one, other = one + dice.choice([0, 0, 1]), other + dice.choice([0, 0, 0, 1])
        weight -= dice.choice([0.0, 0.1, -0.05, 0.1])
        rows += [f"sheet.sales,{day},{dice.choice([0, 1, 2, 3, 3, 4])},", f"sheet.visits,{day},{dice.randint(40, 60)},"]
        rows += [f"sheet.stock,{day},{one},a", f"sheet.weight,{day},{weight:.2f},"]
        rows += [f"sheet.stock,{day},{other},b"] if day > JOINED else []
    return rows


def ask(folder: Folder, *arguments: str) -> Result:
    """Call the command on the folder."""
    return invoke(folder.world, *arguments, home=folder.home)


def board(folder: Folder) -> Mapping[str, Mapping[str, Any]]:
    """Return the published scores by key result."""
    return {row["key_result_id"]: row for row in folder.query("from scoreboard").to_dicts()}


def test_every_kind_is_answered(shop: Folder) -> None:
    """All kinds with numbers have an even choice under the key it is written with; the others are told why not."""
    rows = json.loads(ask(shop, "suggest", "--json").stdout)
    said = ask(shop, "suggest").stderr.splitlines()

    even = {row["key_result_id"]: row for row in rows if row["level"] == 0.5}
    keys = {name: row["key"] for name, row in even.items()}
    assert {
        **dict.fromkeys(["total", "last", "best", "mean", "stock", "down", "rate"], "target"),
        **dict.fromkeys(["weeks", "kept-rate", "later"], "at_least"),
        **dict.fromkeys(["range", "band"], "between"),
        "limit": "at_most",
        "share": "need",
    } == keys
    assert all(0.1 <= row["probability"] <= 0.9 for row in even.values())
    assert all(row["text"] for row in rows)
    assert [
        "no target for manual: 3 values must have been checked in before anything can be foreseen",
        "no target for query: a query tells where it stands and not how it came there, so nothing can be foreseen",
        "no target for steps: its steps are done or not, so there is no number to choose",
        "no target for unseen: nothing has been seen of it yet",
    ] == [line for line in said if line.startswith("no target")]
    assert "no target can be suggested: it is over" in ask(shop, "suggest", "over").stderr


@pytest.mark.slow
def test_what_is_chosen_has_the_chance_that_was_told(shop: Folder) -> None:
    """Every even choice, written into the file, is on the next scoreboard with the chance it was suggested with."""
    rows = json.loads(ask(shop, "suggest", "--json").stdout)
    chosen = {row["key_result_id"]: row for row in rows if row["level"] == 0.5 and row["key"] != "need"}
    later = chosen.pop("later")
    for name in chosen:
        assert 0 == ask(shop, "suggest", name, "--write").exit_code
    assert 0 == ask(shop, "suggest", "later", "--write").exit_code
    shop.run()
    after = board(shop)

    told = {name: row["probability"] for name, row in chosen.items()}
    assert told == pytest.approx({name: after[name]["probability"] for name in chosen}, abs=0.005)
    assert all("target_changed" in after[name]["flags"] for name in ("total", "weeks", "band", "limit", "range"))
    assert later["probability"] == pytest.approx(after["later"]["probability"], abs=0.1)  # it is the plan now


def test_a_band_says_what_keeping_it_takes(shop: Folder) -> None:
    """In how many of the weeks or days left it must be kept."""
    rows = json.loads(ask(shop, "suggest", "weeks", "--json").stdout)
    days = json.loads(ask(shop, "suggest", "band", "--json").stdout)

    assert rows[0]["text"].startswith("Needs at least ")
    assert re.search(r" in [3-6] of 5 weeks left\. Chance ", rows[0]["text"])
    assert re.search(r" on \d+ of 32 days left\. Chance ", days[0]["text"])
    assert 2 == len(days[0]["target"])


def test_a_needed_share_is_not_moved_under_way(shop: Folder) -> None:
    """There are no dated changes of it, so the team is told what to write instead."""
    result = ask(shop, "suggest", "share", "--write")

    assert 2 == result.exit_code
    assert "share is under way, and need has no dated changes" in result.stderr
    assert "next: write need: 0." in result.stderr
    assert "--write" not in ask(shop, "suggest", "share").stderr
