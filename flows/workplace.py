"""
A project folder, opened: where its files lie and which clock it lives by.

A folder whose `project.yaml` has `sandbox: <day>` pulls from the built-in sandbox, and its clock stands at the evening
of that day; everything else about it is an ordinary project folder.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

import connectors
from okr_config import Config, load_config, load_project
from okr_config.errors import ConfigError, UsageError
from okr_config.models import Project
from okr_config.world import World

SANDBOX_URL = "OKR_SANDBOX_URL"
_EVENING = time(21, tzinfo=UTC)
_DUCKDB = "duckdb:///"


@dataclass(frozen=True)
class Workplace:
    """A project folder with the world its commands run in."""

    home: Path
    project: Project
    world: World
    environ: Mapping[str, str]

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that runs write."""
        address = self.environ.get("OKR_WAREHOUSE") or self.project.warehouse
        if not address.startswith(_DUCKDB):
            raise UsageError(
                f"the warehouse address {address.split(':', 1)[0]}: is not one this version can open",
                where="warehouse in okr_config/project.yaml, or OKR_WAREHOUSE",
                next_step="use duckdb:///warehouse/okr.duckdb",
            )
        return self.home / address.removeprefix(_DUCKDB)

    @property
    def published(self) -> Path:
        """The copy that people and programs read."""
        return self.warehouse.parent / "published" / self.warehouse.name

    @property
    def page(self) -> Path:
        """The newest page."""
        return self.published.with_name("okr.html")

    def config(self, *, need_secrets: bool = True) -> Config:
        """
        Read the folder's config.

        Raises:
            ConfigError: with every problem of every file.
        """
        return load_config(self.home, self.environ, connectors.settings_models(), need_secrets=need_secrets)

    def customer_key(self) -> Callable[[str], str]:
        """Return the function that turns a vendor's customer id into a keyed hash; the key never leaves the folder."""
        path = self.home / ".okr" / "customer.key"
        if not path.exists():
            self.world.write(path, self.world.token(32), 0o600)
        key = path.read_bytes()
        return lambda customer: hmac.new(key, customer.encode(), sha256).hexdigest()[:32]


def open_workplace(home: Path | None, environ: Mapping[str, str], world: World) -> Workplace:
    """
    Open the project folder: the one given, else `OKR_HOME`, else the current one.

    Raises:
        UsageError: when it holds no `okr_config`.
        ConfigError: when its `project.yaml` is wrong.
    """
    folder = (home or Path(environ.get("OKR_HOME") or ".")).resolve()
    if not (folder / "okr_config").is_dir():
        raise UsageError(
            "no project folder here: okr_config/ is missing",
            where=f"looked in {folder}",
            next_step="okr init DIR, or okr demo, or name a folder with --home",
        )
    try:
        project = load_project(folder, environ)
    except ConfigError:
        # whatever else is wrong should be told in the same go
        load_config(folder, environ, connectors.settings_models())
        raise
    if project.sandbox:
        world = replace(world, clock=evening_clock(world, project.sandbox))
    return Workplace(home=folder, project=project, world=world, environ=environ)


def evening_clock(world: World, day: date) -> Callable[[], datetime]:
    """Return a clock that starts at the evening of a day and runs on as real time does."""
    began, evening = world.monotonic(), datetime.combine(day, _EVENING)
    return lambda: evening + timedelta(seconds=world.monotonic() - began)


@contextmanager
def sources_reachable(workplace: Workplace) -> Iterator[Workplace]:
    """Start the sandbox where the folder lives by it; elsewhere change nothing."""
    if not workplace.project.sandbox or SANDBOX_URL in workplace.environ:
        yield workplace
        return
    from connectors.sandbox import serve

    with serve(workplace.world.clock) as sandbox:
        yield replace(workplace, environ={**workplace.environ, SANDBOX_URL: sandbox.url})
