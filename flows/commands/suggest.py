"""`okr suggest`: targets worth setting, with their chances."""

from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, examples, json_option, project_options
from flows.commands._project import project_at
from flows.goals.suggest import Wish, suggest_for_all, suggest_for_key_result, suggest_for_metric
from okr_config.errors import UsageError


@click.command(epilog=examples("okr suggest sales --write", "okr suggest --metric shop.orders --due 2026-12-31"))
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
    """
    Suggest targets with a chance of 10, 30, 50, 70 and 90 %.

    For KEY_RESULT, for every key result without one, or for a metric and a day. A target that --write sets is a dated
    change once the key result is under way, and takes the old one's place before.
    """
    if metric and key_result:
        raise UsageError("a key result and --metric are both given", where="okr suggest", next_step="name one of them")
    if bool(metric) != bool(due):
        raise UsageError("--metric and --due go together", where="okr suggest", next_step="name both")
    if write and not key_result:
        raise UsageError("--write needs a key result", where="okr suggest", next_step="okr suggest KEY_RESULT --write")
    with project_at(home) as project:
        if metric and due:
            wish = Wish(metric, due.date(), start.date() if start else None)
            suggest_for_metric(project, wish, as_json=as_json)
        elif key_result:
            suggest_for_key_result(project, key_result, as_json=as_json, write=write, reason=reason)
        else:
            suggest_for_all(project, as_json=as_json)
