"""The project folder of a life, its commands and what it shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from click.testing import Result

from okr_config.world import World, write_whole
from tests.flows.command import invoke
from tests.simulator.oracle import Board, Goals, Number
from tests.simulator.truth import Truth

FLAGS = {"stale", "partial", "failing_source"}
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
    """The time as it is, by how much the machine's clock is wrong, and what has been slept of it."""

    now: datetime
    wrong_by: timedelta = timedelta()
    slept: float = 0
    tokens: int = 0

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

    def world(self) -> World:
        """Return a world of this time."""
        return World(
            clock=self.clock,
            monotonic=lambda: self.now.timestamp() + self.slept,
            sleep=self.sleep,
            random=lambda: 0.5,
            token=self.token,
            write=write_whole,
        )


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
        end = goals.start + timedelta(days=90)
        text = GOALS.format(start=goals.start, end=end, later_start=goals.later, **dict(goals.targets))
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

    def board(self) -> Board:
        """Return what the published copy shows."""
        scores = self._read("select key_result_id, value, progress, flags from scoreboard")
        numbers = {
            name: Number(
                None if value is None else int(value) if value == int(value) else float(value),  # type: ignore[arg-type]  # a half is no number of ours, and is to be seen
                None if progress is None else round(float(progress), 9),
                frozenset(flags or ()) & FLAGS,
            )
            for name, value, progress, flags in scores
        }
        metrics = ", ".join(f"'{metric}'" for metric in METRICS)
        days = self._read(f"select metric, day, value from metric_daily where metric in ({metrics}) and value <> 0")
        return Board(
            tuple(sorted(numbers.items())), tuple(sorted((metric, day, int(value)) for metric, day, value in days))
        )

    def check_ins(self) -> tuple[tuple[int, datetime], ...]:
        """Return the check-ins of the published copy."""
        rows = self._read('select value, "at" from check_in order by "at"')
        return tuple((int(value), at.astimezone(UTC)) for value, at in rows)

    def _read(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "warehouse" / "published" / "okr.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()
