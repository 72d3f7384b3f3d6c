"""The project folder of a life, its commands and what it shows."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from click.testing import Result

from okr_config.world import World, write_whole
from tests.flows.command import invoke
from tests.simulator.board import DIGITS, Board, Goals, Number
from tests.simulator.truth import Truth

FLAGS = {"stale", "partial", "failing_source"}
FANS = """
    select f.* from key_result_forecast f join scoreboard using (key_result_id, run_id)
    order by key_result_id, day
"""
METRICS = ("shop.orders", "shop.gross_revenue", "shop.net_revenue", "shop.units_sold", "web.visits", "sheet.sales")
GOALS = """\
period: {{id: term, start: {start}, end: {end}}}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {{id: orders, title: Orders, metric: shop.orders, kind: total, target: {orders}}}
      - {{id: gross, title: Gross, metric: shop.gross_revenue, kind: total, target: {gross}}}
      - {{id: net, title: Net, metric: shop.net_revenue, kind: total, target: {net}}}
      - {{id: units, title: Units, metric: shop.units_sold, kind: total, target: {units}}}
      - {{id: later, title: Net of late, metric: shop.net_revenue, kind: total, target: {later}, start: {later_start}}}
      - {{id: paid-back, title: Paid back, metric: shop.refunds, kind: total, target: {paid-back}, start: {later_start},
          refunds_on: refund}}
      - {{id: visits, title: Visits, metric: web.visits, kind: total, target: {visits}}}
      - {{id: sales, title: Sales, metric: sheet.sales, kind: total, target: {sales}}}
      - {{id: members, title: Members, kind: manual, target: {members}}}
      - {{id: buyers, title: Buyers, kind: ratio, numerator: shop.orders, denominator: web.visits, target: {buyers}}}
      - {{id: weekly, title: Orders a week, metric: shop.orders, kind: window, every: week, judge: mean,
          target: {weekly}}}
      - {{id: visitors, title: Visitors a week, metric: web.visitors, kind: window, every: week, target: {visitors}}}
      - {{id: ready, title: All is ready, kind: milestone, steps: [{steps}]}}
"""
SOURCES = """\
sources:
  - {{id: {shop}, connector: woocommerce, url: "{url}/kiosk", consumer_key: "${{KEY}}", consumer_secret: "${{KEY}}",
     per_page: 4{renamed}}}
  - {{id: site, connector: matomo, url: "{url}", site_id: 1, token: "${{TOKEN}}"}}
  - {{id: sheet, connector: file, path: numbers/*.csv}}
"""


@dataclass
class Time:
    """
    The time as it is, by how much the machine's clock is wrong, and what has been slept of it.

    is_full: whether the disk has no room for a file that is written through the world.
    """

    now: datetime
    wrong_by: timedelta = timedelta()
    slept: float = 0
    tokens: int = 0
    is_full: bool = False

    def clock(self) -> datetime:
        """Return what the machine's clock shows."""
        return self.now + self.wrong_by

    def sleep(self, seconds: float) -> None:
        """Wait, without the clock's moving: what lasts seconds changes no day."""
        self.slept += seconds

    def token(self, size: int) -> bytes:
        """Return bytes that differ from call to call."""
        self.tokens += 1
        return (self.tokens * 2654435761 % 2**32).to_bytes(4, "big") * (size // 4 + 1)

    def write(self, path: Path, content: bytes, mode: int) -> None:
        """Write a file, where there is room."""
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_whole(path, content, mode)

    def world(self) -> World:
        """Return a world of this time."""
        return World(
            clock=self.clock,
            monotonic=lambda: self.now.timestamp() + self.slept,
            sleep=self.sleep,
            random=lambda: 0.5,
            token=self.token,
            write=self.write,
        )


@dataclass(frozen=True)
class Shown:
    """
    What is published: the board, and value and instant of each check-in.

    rows, objectives, fans: as the scoreboards and the newest forecasts have them, by column.
    """

    board: Board
    check_ins: tuple[tuple[int, datetime], ...]
    rows: tuple[Mapping[str, Any], ...] = ()
    objectives: tuple[Mapping[str, Any], ...] = ()
    fans: tuple[Mapping[str, Any], ...] = ()


@dataclass
class ProjectFolder:
    """A folder with a shop, a site and a sheet. key: the one it has of the shop."""

    home: Path
    time: Time
    url: str
    key: int = 1
    shop: str = "kiosk"
    renamed_from: str = ""

    def write(self, name: str, text: str) -> None:
        """Write a file of it."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_sources(self) -> None:
        """Write sources.yaml."""
        renamed = f", renamed_from: {self.renamed_from}" if self.renamed_from else ""
        self.write("okr_config/sources.yaml", SOURCES.format(shop=self.shop, url=self.url, renamed=renamed))

    def write_goals(self, goals: Goals) -> None:
        """Write the key results."""
        steps = ", ".join(
            f"{{title: Step {number}, weight: {weight}, done: {day or 'null'}}}"
            for number, (weight, day) in enumerate(zip(goals.weights, goals.done, strict=True), 1)
        )
        text = GOALS.format(
            start=goals.start, end=goals.end, later_start=goals.later, steps=steps, **dict(goals.targets)
        )
        self.write("okr_config/objectives/term.yaml", text)

    def write_sheet(self, truth: Truth) -> None:
        """Write the sheet, or take it away."""
        if "sheet" in truth.down:
            (self.home / "numbers" / "numbers.csv").unlink(missing_ok=True)
            return
        rows = "".join(f"sheet.sales,{day},{cell}\n" for day, cell in truth.sheet.items())
        self.write("numbers/numbers.csv", f"metric,day,value\n{rows}")

    def ask(self, *arguments: str) -> Result:
        """Call the command."""
        env = {"KEY": f"ck_{self.key}", "TOKEN": "0123456789abcdef", "OKR_AUTHOR": "Ada"}
        return invoke(self.time.world(), *arguments, home=self.home, env=env)

    def shown(self) -> Shown:
        """Return what the published copy shows."""
        path = self.home / "warehouse" / "published" / "okr.duckdb"
        with duckdb.connect(path, read_only=True, config={"threads": 1}) as connection:
            rows, objectives = (_rows(connection, f"from {name}") for name in ("scoreboard", "objective_scoreboard"))
            fans = _rows(connection, FANS)
            metrics = ", ".join(f"'{metric}'" for metric in METRICS)
            days = connection.execute(
                f"select metric, day, value from metric_daily where metric in ({metrics}) and value <> 0"
            ).fetchall()
            said = connection.execute('select value, "at" from check_in order by "at"').fetchall()
        numbers = {
            row["key_result_id"]: Number(
                _plain(row["value"]), _plain(row["progress"]), frozenset(row["flags"] or ()) & FLAGS
            )
            for row in rows
        }
        board = Board(
            tuple(sorted(numbers.items())), tuple(sorted((metric, day, int(value)) for metric, day, value in days))
        )
        return Shown(board, tuple((int(value), at.astimezone(UTC)) for value, at in said), rows, objectives, fans)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Mapping[str, Any], ...]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())


def _plain(value: Any) -> float | None:  # noqa: ANN401 - whatever DuckDB has
    return None if value is None else round(float(value), DIGITS)
