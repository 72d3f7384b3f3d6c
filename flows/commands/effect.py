"""`okr effect`: what a noted event brought, and how much the next one must bring to be seen."""

import math
from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.goals.effects import Wish, plan_effect, tell_effects
from flows.project.project import Project
from okr_config.errors import UsageError
from scorecard.effects.answer import Answer, sentence_of_plan, sentences
from scorecard.i18n.messages import say

_LONGEST = 366
_MANY = 3
"""Numbers of one event, more of which need a word about chance."""


@click.command(
    epilog=examples(
        'okr effect "Instagram campaign"',
        'okr effect "Instagram campaign" --metric web.visits --control shop.orders',
        "okr effect --plan --metric shop.orders --days 14",
    )
)
@click.argument("note", required=False)
@project_options
@json_option
@click.option("--metric", metavar="M", help="The metric it is to be seen in (default: what the note is about).")
@click.option("--days", type=click.IntRange(1, _LONGEST), help="How many days it works (default: the note's own).")
@click.option("--control", metavar="M", help="A metric that the event cannot have touched; narrows the range.")
@click.option("--plan", is_flag=True, help="How much an event of --days must bring --metric to be seen.")
@click.option("--on", type=DAY, help="First day of the event that is planned (default: the day after the newest).")
def effect(  # noqa: PLR0913 - a command has as many parameters as options
    note: str | None,
    home: Path | None,
    *,
    metric: str | None,
    days: int | None,
    control: str | None,
    plan: bool,
    on: datetime | None,
    as_json: bool,
) -> None:
    """
    Show what noted events brought, with a 90 % range.

    What came in the days of NOTE (default: of every note), less what was to be expected the day before; where that may
    as well be chance, how much more would have shown.
    """
    if plan and (note or control or not metric or not days):
        raise UsageError(
            "a plan is for --metric and --days, and for no note",
            where="okr effect --plan",
            next_step="okr effect --plan --metric shop.orders --days 14",
        )
    if on and not plan:
        raise UsageError(
            "--on is for a plan; a note has its own days", where="--on", next_step="okr note NAME --on DAY"
        )
    with project_at(home) as project:
        if plan and metric and days:
            show_plan(project, metric, days, on, as_json=as_json)
        else:
            show_effects(project, Wish(note, metric, days, control), as_json=as_json)


def show_effects(project: Project, wish: Wish, *, as_json: bool) -> None:
    """Show what came of events: sentences in the language of the files they are about."""
    answers = tell_effects(project, wish)
    if as_json:
        output.put_json([_row(answer) for answer in answers])
        return
    for place, answer in enumerate(answers):
        if not place or answers[place - 1].names != answer.names:
            output.put_prose(f"{', '.join(f'«{name}»' for name in answer.names)}")
        for sentence in sentences(answer):
            output.put_prose(f"  {sentence}")
    measured = [answer for answer in answers if answer.effect is not None]
    if len(measured) > _MANY:
        output.put_prose(say(measured[0].unit.language, "effect.by_chance", n=len(measured)))
    if not answers:
        output.say("no event is noted yet")
        output.next_step('okr note "Campaign" --on DAY --to DAY --metric shop.orders')
        return
    output.next_step(f"okr effect --plan --metric {answers[0].metric} --days 14")


def show_plan(project: Project, metric: str, days: int, on: datetime | None, *, as_json: bool) -> None:
    """Show what would have to come for an event to be seen."""
    answer = plan_effect(project, metric, days, on.date() if on else None)
    if as_json:
        nothing_yet = dict.fromkeys(("came", "low", "middle", "high", "share"))
        output.put_json([_row(answer) | nothing_yet | {"verdict": "planned", "text": sentence_of_plan(answer)}])
        return
    output.put_prose(sentence_of_plan(answer))
    output.next_step(f'okr note "..." --on {answer.days.first} --to {answer.days.last} --metric {metric}')


def _row(answer: Answer) -> dict[str, object]:
    effect = answer.effect
    row: dict[str, object] = {
        "notes": list(answer.names),
        "metric": answer.metric,
        "unit": answer.unit.name,
        "first_day": answer.days.first,
        "last_day": answer.days.last,
        "days_known": answer.days.known,
        "verdict": answer.verdict,
    }
    names = ("came", "foreseen", "foreseen_low", "foreseen_high", "low", "middle", "high", "detectable")
    row |= {name: None if effect is None else _finite(getattr(effect, name)) for name in names}
    row["share"] = None if effect is None else effect.share(effect.middle)
    row["control"] = answer.control or None
    row["chances"] = [
        {"key_result_id": one.key_result_id, "probability": one.now, "probability_without": one.without}
        for one in answer.chances
    ]
    return {**row, "text": " ".join(sentences(answer))}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
