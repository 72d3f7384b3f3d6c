"""`okr weeks`: this week against the weeks people hold it against, and what of it is chance."""

from pathlib import Path

import click

from flows.commands._options import examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.tables import Fall
from flows.goals.weeks import compare_weeks
from scorecard.effects.weeks import WeekOf

_VERDICTS = {"more": "more than chance", "less": "less than chance", "usual": "chance"}
_FALL = Fall(away=("from",), wraps="what")


@click.command(epilog=examples("okr weeks", "okr weeks shop.orders web.visits"))
@click.argument("metrics", nargs=-1, metavar="[METRIC]...")
@project_options
@json_option
def weeks(metrics: tuple[str, ...], home: Path | None, *, as_json: bool) -> None:
    """
    Compare the newest week with others, and tell what is chance.

    The newest seven whole days of each METRIC (default: of all that key results count) beside the week before, the mean
    of four, the same week last year, and what nine weeks of ten would have brought by the forecast of the day before.
    """
    with project_at(home) as project:
        found = compare_weeks(project, metrics)
    if as_json:
        output.put_json([_row(one) for one in found])
        return
    output.put_table([_cells(one) for one in found], fall=_FALL)
    output.say("chance alone: nine weeks of ten; of what grows, it is the growth")
    output.next_step("okr note NAME, of what happened; okr effect, of what it brought")


def _row(one: WeekOf) -> output.Row:
    return {
        "metric": one.metric,
        "title": one.title,
        "unit": one.unit.name,
        "first_day": one.first,
        **vars(one.week),
        "verdict": one.week.verdict,
    }


def _cells(one: WeekOf) -> output.Row:
    week, unit = one.week, one.unit.name
    return {
        "what": one.title,
        "from": one.first,
        "this week": output.amount(week.came, unit),
        "before": output.amount(week.before, unit),
        "mean of 4": output.amount(week.usual, unit),
        "last year": output.amount(week.year_ago, unit),
        "chance alone": f"{output.amount(week.low, unit)} to {output.amount(week.high, unit)}",
        "it is": _VERDICTS[week.verdict],
    }
