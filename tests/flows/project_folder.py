"""A project folder to write, run and read in one breath."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from flows.project.project import Project, open_project
from flows.run import runner
from flows.run.events import Event
from flows.run.steps import Options
from okr_config.world import World
from warehouse.reading import read_published

FILE_SOURCE = """\
sources:
  - id: sheet
    connector: file
    path: numbers/*.csv
"""


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
