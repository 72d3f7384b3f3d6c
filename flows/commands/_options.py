"""What every command shares: its options, its errors in three lines, its exit codes."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

import click

from flows.console import output
from okr_config.errors import ConfigError, OkrError, UsageError
from okr_config.world import World, real_world

if TYPE_CHECKING:
    from flows.project.paths import Published
    from flows.project.project import Project

_Command = Callable[..., None]
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Instant(click.ParamType[date | datetime]):
    """A day (its end, in the project's zone) or an ISO instant; turned into UTC once the zone is known."""

    name = "day|instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:  # noqa: ANN401
        """Parse, or fail with the form that is wanted."""
        try:
            return date.fromisoformat(value) if len(value) == len("2026-01-31") else datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is neither a day like 2026-11-23 nor an instant like 2026-11-23T09:00+01:00", param, ctx
            )


INSTANT = Instant()

debug_option = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")


def project_options(command: _Command) -> _Command:
    """Add what every command on a project folder takes."""
    command = debug_option(command)
    home = click.Path(file_okay=False, path_type=Path)
    return click.option("--home", type=home, help="The project folder (default: OKR_HOME, else this one).")(command)


def json_option(command: _Command) -> _Command:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout.")(command)


class Shell(click.Group):
    """The command group: every error in three lines, no traceback without --debug."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run a command and turn errors into exit codes."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            _fail(error, f"{error}\n  next: mend what is named, then okr check", error.exit_code)
        except OkrError as error:
            _fail(error, str(error), error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            # the reader has left, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except KeyboardInterrupt:
            output.say("stopped; what was landed is kept, the rest is done by the next run")
            sys.exit(128 + signal.SIGINT)
        except Exception as error:  # noqa: BLE001 - the last seam: no traceback reaches a user unasked
            _fail(
                error,
                f"an error of this program: {type(error).__name__}\n  next: the same command with --debug shows where",
                1,
            )


def _fail(error: Exception, text: str, code: int) -> NoReturn:
    if "--debug" in sys.argv:
        raise error
    output.say(text)
    sys.exit(code)


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    """Say what a termination leaves, and go."""
    output.say("stopped; what was landed is kept, the rest is done by the next run")
    sys.exit(128 + signal.SIGTERM)


def the_world() -> World:
    """Return the world that the command was called with, as tests do; else the real one."""
    given = click.get_current_context().find_object(World)
    return given or real_world()


@contextmanager
def project_at(home: Path | None, *, reach_sources: bool = False) -> Iterator["Project"]:
    """Open the project folder for a command; `reach_sources`: with the sandbox up, where the folder lives by it."""
    from flows.project.project import open_project, sources_reachable

    project = open_project(home, os.environ, the_world())
    if reach_sources:
        with sources_reachable(project) as reachable:
            yield reachable
    else:
        yield project


def published_of(home: Path | None) -> "Published":
    """Find what a project folder has published, without the cost of its config."""
    from flows.project.quick_open import published_at

    return published_at(home, os.environ, the_world())


def instant_of(value: date | datetime | None, project: "Project") -> datetime | None:
    """Return a day's end, or an instant, in UTC; a day that is not over yet means now."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(
                "the instant has no time zone", where=value.isoformat(), next_step="add +00:00 or the like"
            )
        return value.astimezone(UTC)
    zone = ZoneInfo(project.config(need_secrets=False).timezone)
    now = project.world.clock()
    today = now.astimezone(zone).date()
    if value > today:
        raise UsageError(f"{value} is in the future", where=f"today is {today}", next_step="name a day up to today")
    return None if value == today else datetime.combine(value + timedelta(days=1), time(), zone).astimezone(UTC)
