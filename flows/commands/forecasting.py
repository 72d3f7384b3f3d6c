"""Commands that look ahead: targets worth setting, what if, and how well such chances have come true."""

from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, json_option, project_at, project_options, published_of
from okr_config.errors import UsageError


@click.command()
@click.argument("key_result", required=False)
@project_options
@json_option
@click.option("--metric", metavar="M", help="Suggest for a metric that no key result asks for yet; needs --due.")
@click.option("--due", type=DAY, help="Last day of --metric.")
@click.option("--from", "start", type=DAY, help="First day of --metric (default: the day after the newest score).")
@click.option("--write", is_flag=True, help="Write the target with an even chance into the objective file.")
@click.option("--reason", default="the target with an even chance", help="Stands beside the change that --write makes.")
def suggest(  # noqa: PLR0913 - a command has as many parameters as options
    key_result: str | None,
    home: Path | None,
    *,
    metric: str | None,
    due: datetime | None,
    start: datetime | None,
    write: bool,
    reason: str,
    as_json: bool,
) -> None:
    r"""
    Suggest targets with a chance of 10, 30, 50, 70 and 90 %.

    For KEY_RESULT, for every key result without one, or for a metric and a day. A target that --write sets is a dated
    change once the key result is under way, and takes the old one's place before.

    \b
    Example: okr suggest sales --write
    Example: okr suggest --metric shop.orders --due 2026-12-31
    """
    if metric and key_result:
        raise UsageError("a key result and --metric are both given", where="okr suggest", next_step="name one of them")
    if bool(metric) != bool(due):
        raise UsageError("--metric and --due go together", where="okr suggest", next_step="name both")
    if write and not key_result:
        raise UsageError("--write needs a key result", where="okr suggest", next_step="okr suggest KEY_RESULT --write")
    from flows.commands import suggest as suggesting

    with project_at(home) as project:
        if metric and due:
            wish = suggesting.Wish(metric, due.date(), start.date() if start else None)
            suggesting.suggest_for_metric(project, wish, as_json=as_json)
        elif key_result:
            suggesting.suggest_for_key_result(project, key_result, as_json=as_json, write=write, reason=reason)
        else:
            suggesting.suggest_for_all(project, as_json=as_json)


@click.command()
@click.argument("key_result")
@project_options
@json_option
@click.option("--per-day", type=float, multiple=True, metavar="N", help="So much a day from now on; may be repeated.")
@click.option("--target", "targets", type=float, multiple=True, metavar="N", help="Another target; may be repeated.")
@click.option("--repeat-last", type=int, multiple=True, metavar="DAYS", help="The last DAYS once more.")
def whatif(  # noqa: PLR0913 - a command has as many parameters as options
    key_result: str,
    home: Path | None,
    *,
    per_day: tuple[float, ...],
    targets: tuple[float, ...],
    repeat_last: tuple[int, ...],
    as_json: bool,
) -> None:
    r"""
    Show what would become of KEY_RESULT if a pace were kept, the last days came once more, the target were another.

    Without an option the usual assumptions are made.

    \b
    Example: okr whatif sales --per-day 1 --target 8 --repeat-last 14
    """
    from flows.commands.whatif import show_whatif

    chosen = [
        *(("per_day", pace) for pace in per_day),
        *(("repeat_last", float(days)) for days in repeat_last),
        *(("target", target) for target in targets),
    ]
    with project_at(home) as project:
        show_whatif(project, key_result, chosen, as_json=as_json)


@click.command()
@project_options
@json_option
def calibration(home: Path | None, *, as_json: bool) -> None:
    """Show how often published chances came true, beside the team's own, with error bars."""
    from flows.commands.calibration import show_calibration

    show_calibration(published_of(home), as_json=as_json)


@click.command()
@project_options
@json_option
def plan(home: Path | None, *, as_json: bool) -> None:
    """Show what the edited config would change: goals, progress and chances side by side. Saves nothing."""
    from flows.commands.plan import show_plan

    with project_at(home) as project:
        show_plan(project, as_json=as_json)


COMMANDS = (suggest, whatif, plan, calibration)
