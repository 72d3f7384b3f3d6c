"""The group of all commands: each imported when it is run, every error in three lines, exit codes."""

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

from flows.console import output
from flows.console.stopping import stop
from okr_config.errors import ConfigError, OkrError, UsageError, way_out
from okr_config.world import World


class Commands(click.Group):
    """
    Commands by what they are for: `table` has the first line of help of each.

    The command NAME is the attribute NAME of the module `flows.commands.NAME`.
    """

    def __init__(self, *args: Any, table: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return [name for group in self.table.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"flows.commands.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or name the nearest."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            raise UsageError.unknown("command", name, known, next_step="okr --help")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write a line for each command, group by group, all in the same columns."""
        width = max(map(len, (name for group in self.table.values() for name in group)))
        for title, group in self.table.items():
            with formatter.section(title.capitalize()):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in group.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run a command and turn errors into exit codes."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            _fail(error, f"{error}\n  next: mend what is named, then okr check", error.exit_code)
        except OkrError as error:
            _stop_if_signaled(ctx)
            _fail(error, str(error), error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            # the reader has left, as `head` does
            output.leave(sys.stdout)
            sys.exit(0)
        except KeyboardInterrupt:
            stop(signal.SIGINT)
        except OSError as error:
            _stop_if_signaled(ctx)
            place = error.filename2 or error.filename
            where = f"\n  {place}" if place else ""
            _fail(error, f"{error.strerror or 'a file cannot be used'}{where}\n  next: {way_out(error)}", 1)
        except Exception as error:  # noqa: BLE001 - the last seam: no traceback reaches a user unasked
            _stop_if_signaled(ctx)
            _fail(
                error,
                f"an error of this program: {type(error).__name__}\n  next: the same command with --debug shows where",
                1,
            )
        finally:
            output.flush()
            ending = sys.exception()
            if output.lost() and not (isinstance(ending, SystemExit) and ending.code):
                output.say(f"{output.lost()}\n  next: free some disk space, or send it elsewhere, then the same again")
                sys.exit(1)


def _stop_if_signaled(ctx: click.Context) -> None:
    """Stop as a signal asks for; through a query its exception comes as another one."""
    world = ctx.find_object(World)
    if world and world.stop.number:
        stop(world.stop.number)


def _fail(error: Exception, text: str, code: int) -> NoReturn:
    if "--debug" in sys.argv:
        raise error
    output.say(text)
    sys.exit(code)
