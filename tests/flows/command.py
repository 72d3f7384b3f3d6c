"""The `okr` command as tests call it: in this process or in one of its own, always by a clock that is given."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner, Result

from flows.cli import main, okr
from okr_config.world import World
from tests.conftest import Clock, still_world, waiting_world

ROOT = Path(__file__).parents[2]
STOPPED_PULL = """
import sys; sys.path.insert(0, sys.argv[2])
from datetime import datetime
from pathlib import Path
from flows.project.project import open_project
from flows.run import runner, steps
from tests.conftest import waiting_world
def stop(*args):
    print("stopped", flush=True)
    sys.stdin.read()
steps.land_all = stop
world = waiting_world(datetime.fromisoformat(sys.argv[3]))
runner.pull(open_project(Path(sys.argv[1]), {}, world), steps.Options(), lambda event: None)
"""
"""Begins a pull, and stops just before what it brought is landed."""


def invoke(
    world: World,
    *arguments: str,
    home: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    typed: str | None = None,
) -> Result:
    """Call the command in a world, on a project folder if one is named; `typed` is what somebody types."""
    at_home = [] if home is None else ["--home", str(home)]
    return CliRunner(env=env).invoke(okr, [*arguments, *at_home], input=typed, obj=world)


def ask(home: Path, *arguments: str) -> Result:
    """Call the command on a folder, on the day on which the clock of tests stands."""
    return invoke(still_world(Clock()), *arguments, home=home)


def line_of(*arguments: str, now: datetime | None = None) -> list[str]:
    """Return the command line of the command in a process of its own, whose clock goes on from `now`."""
    begin = now or Clock().now
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.flows.command import start; start()"
    return [sys.executable, "-c", start, begin.isoformat(), *arguments]


def start() -> None:
    """Be the command: the first argument is the instant that its clock goes on from."""
    begin = datetime.fromisoformat(sys.argv.pop(1))
    main(waiting_world(begin))
