"""A project folder to write, run and read in one breath."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from click.testing import Result

from flows.project.project import Project, open_project
from flows.run import runner
from flows.run.events import Event
from flows.run.steps import Options
from okr_config.world import World
from tests.flows.command import invoke
from warehouse.reading import read_published

FILE_SOURCE = """\
sources:
  - id: sheet
    connector: file
    path: numbers/*.csv
"""
TILL = """\
  - id: till
    connector: http_json
    url: "{url}/sales"
    base_url: "{url}"
    insecure: true
    since: 2026-11-01
    params: {{from: "{{from}}", to: "{{to}}"}}
    fields: {{day: day, value: sold}}
    metric: till.sold
    unit: count
    additive: true
"""
"""A source whose API has sales by day; `{url}` is its address."""
TERM = """\
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
"""A term of 2020, counted from a sheet and by SQL."""

TERM_NUMBERS = "metric,day,value\nshop.units_sold,2020-05-02,1\nshop.units_sold,2020-05-08,2\n"

AUTUMN = """\
period: {id: term, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 200, confidence: 5}
      - {id: members, title: Members, kind: manual, target: 40}
      - {id: calls, title: Calls, metric: sheet.calls, kind: total, target: 9}
"""
"""A quarter with a total, a total of few and a key result by hand."""

SPRING = """\
period: {id: term, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - id: sales            # what counts
        title: Sell 24 units
        metric: sheet.sales
        kind: total
        target: 24           # even
        confidence: 5
      - {id: later, title: Later, metric: sheet.sales, kind: total, target: 5, start: 2020-06-01}
      - {id: by-hand, title: By hand, kind: milestone, steps: [{title: a, done: null}]}
"""
"""A term with comments, to be edited."""

HALFWAY = datetime(2020, 5, 16, 21, tzinfo=UTC)
"""The evening on which half of that term has passed."""


@dataclass
class Folder:
    """A project folder in a temporary place."""

    home: Path
    world: World
    environ: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def project(self) -> Project:
        """Open the folder."""
        return open_project(self.home, self.environ, self.world)

    def run(self, as_of: datetime | None = None, only: tuple[str, ...] = ()) -> runner.Outcome:
        """Run once, directly."""
        self.events.clear()
        return runner.run(self.project(), Options(as_of=as_of, only=only), self.events.append)

    def query(self, sql: str) -> pl.DataFrame:
        """Ask the published copy."""
        return read_published(self.project().published, sql)

    def counts(self) -> Mapping[str, int]:
        """Count the rows of every table."""
        names = self.query("select table_name from duckdb_tables() order by 1")["table_name"]
        return {name: self.query(f'select count(*) as n from "{name}"')["n"][0] for name in names}

    def score(self, key_result: str) -> Mapping[str, Any]:
        """Return the published score of a key result."""
        return self.query(f"from scoreboard where key_result_id = '{key_result}'").to_dicts()[0]

    def ask(self, *arguments: str) -> Result:
        """Call the command on the folder."""
        return invoke(self.world, *arguments, home=self.home)
