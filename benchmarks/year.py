"""
How well do our own chances come true? `uv run python benchmarks/year.py [DIR]` lives through a real shop's 2011.

The demo's sandbox serves the shop's orders as they were on any day. Each month gets a file with nine key results whose
targets `okr suggest --metric` names on the Sunday before, from what the sources hold by then; the team states 5 of 10,
as for a coin flip. `okr run` every Sunday, until all of them have closed by themselves, and `okr calibration`. Every
step is a command of the product on an ordinary folder.
"""

import json
import sys
import tempfile
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from flows.cli import okr
from flows.scaffold.folder import write_template
from okr_config.world import real_world

LAST_DAY = date(2011, 12, 9)
MONTHS = tuple(range(2, 12))
_WEEK = timedelta(days=7)
_HEAD = """\
period: {{id: "{month}", start: {start}, end: {end}}}
timezone: Europe/London
currency: GBP
objectives:
  - id: shop-{month}
    title: A better month than the last
    key_results:
"""
_ENTRY = "      - {{id: {id}, title: {title}, metric: {metric}, {how}, target: {target}, confidence: 5}}\n"


@dataclass(frozen=True)
class Wanted:
    """A metric that every month has a key result about; `level`: the chance its target is chosen for."""

    name: str
    metric: str
    how: str
    level: float = 0.5


WANTED = (
    Wanted("orders", "shop.orders", "kind: total"),
    Wanted("orders-hard", "shop.orders", "kind: total", 0.3),
    Wanted("units", "shop.units_sold", "kind: total"),
    Wanted("revenue", "shop.net_revenue", "kind: total"),
    Wanted("revenue-easy", "shop.net_revenue", "kind: total", 0.7),
    Wanted("basket", "shop.average_order_value", "kind: ratio"),
    Wanted("visitors", "web.visitors", "kind: window, every: week"),
    Wanted("visits", "web.visits", "kind: total"),
    Wanted("followers", "social.followers", "kind: level"),
)


def live(folder: Path, months: Sequence[int] = MONTHS, wanted: Sequence[Wanted] = WANTED) -> Iterator[str]:
    """Live through some months of 2011 in a new folder, and tell each step."""
    write_template("demo", folder, real_world(), {"LAST_DAY": LAST_DAY.isoformat()})
    sources, objectives = folder / "okr_config" / "sources.yaml", folder / "okr_config" / "objectives"
    sources.write_text(sources.read_text("utf-8").replace("2011-06-01", "2010-12-01"), "utf-8")
    for of_the_demo in objectives.glob("*.yaml"):
        of_the_demo.unlink()
    _write_month(objectives, months[0], dict.fromkeys(wanted, "1"))  # until there is something to learn from
    to_come = list(months)
    day, last = _sunday_before(months[0]) - 4 * _WEEK, min(LAST_DAY, _days(months[-1])[1] + 2 * _WEEK)
    while day <= last:
        _turn_to(folder, day)
        call("run", folder)
        if to_come and day == _sunday_before(to_come[0]):
            month = to_come.pop(0)
            suggested = {
                metric: _suggested(folder, month, metric) for metric in dict.fromkeys(one.metric for one in wanted)
            }
            targets = {one: target for one in wanted if (target := suggested[one.metric].get(one.level))}
            _write_month(objectives, month, targets)
            told = ", ".join(f"{one.name} {target}" for one, target in targets.items())
            yield f"{day}  for 2011-{month:02}: {told}"
            call("run", folder)
        day = last if day < last < day + _WEEK else day + _WEEK
    told = call("calibration", folder)
    yield told.stdout + told.stderr


def call(command: str, folder: Path, *arguments: str) -> Result:
    """Call a command as from a terminal."""
    result = CliRunner().invoke(okr, [command, *arguments, "--home", str(folder)])
    if result.exit_code:
        raise RuntimeError(f"okr {command} ended with {result.exit_code}: {result.stderr}") from result.exception
    return result


def _turn_to(folder: Path, day: date) -> None:
    path = folder / "okr_config" / "project.yaml"
    lines = [f"sandbox: {day}" if line.startswith("sandbox:") else line for line in path.read_text("utf-8").split("\n")]
    path.write_text("\n".join(lines), "utf-8")


def _days(month: int) -> tuple[date, date]:
    return date(2011, month, 1), date(2011, month, monthrange(2011, month)[1])


def _sunday_before(month: int) -> date:
    first = date(2011, month, 1)
    return first - timedelta(days=first.weekday() + 1)


def _suggested(folder: Path, month: int, metric: str) -> Mapping[float, str]:
    """Ask for a metric's targets by the chance that each has; a chance that none comes near is left out."""
    start, end = _days(month)
    wish = ("--metric", metric, "--from", start.isoformat(), "--due", end.isoformat(), "--json")
    rows = json.loads(call("suggest", folder, *wish).stdout)
    return {row["level"]: str(row["target"]) for row in reversed(rows)}


def _write_month(objectives: Path, month: int, targets: Mapping[Wanted, str]) -> None:
    start, end = _days(month)
    name = f"2011-{month:02}"
    entries = [
        _ENTRY.format(
            id=f"{one.name}-{name}", title=f"{one.name} of {name}", metric=one.metric, how=one.how, target=target
        )
        for one, target in targets.items()
    ]
    text = _HEAD.format(month=name, start=start, end=end) + "".join(entries)
    (objectives / f"{name}.yaml").write_text(text, "utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        for step in live(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(kept) / "year"):
            print(step, flush=True)
