"""`okr whatif`: what would become of a key result under an assumption."""

from collections.abc import Sequence
from pathlib import Path

import click

from flows.commands._options import examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.tables import Fall
from flows.goals.lookahead import Lookahead, look
from flows.project.project import Project
from okr_config.errors import UsageError
from scorecard.forecasting.model import forecast
from scorecard.i18n.messages import say
from scorecard.scenarios import Asked, Assumption, Supposition, UnfitError, rows_of, usual_suppositions
from scorecard.scoring import Foreseen
from scorecard.status import DECIDED


@click.command(epilog=examples("okr whatif sales --per-day 1 --target 8 --repeat-last 14"))
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
    """
    Show what becomes of a key result at another pace or target.

    If a pace were kept, the last days came once more, the target were another. Without an option the usual assumptions
    are made.
    """
    chosen = [
        *(("per_day", pace) for pace in per_day),
        *(("repeat_last", float(days)) for days in repeat_last),
        *(("target", target) for target in targets),
    ]
    with project_at(home) as project:
        show_whatif(project, key_result, chosen, as_json=as_json)


def show_whatif(project: Project, key_result: str, chosen: Sequence[tuple[str, float]], *, as_json: bool) -> None:
    """Show what assumptions (and their amounts) come to, by default the usual ones; first comes as it goes now."""
    lookahead = look(project)
    one = lookahead.only(key_result)
    rows = _rows(lookahead, one, chosen)
    if as_json:
        output.put_json(rows)
        return
    _put(one, rows)
    output.say(f"{one.case.standing.subject.key_result.id}, as of {lookahead.as_of:%Y-%m-%d %H:%M} UTC")
    output.say("chance: of the target under the assumption; comes true: the chance of such a pace, or a better one")
    output.next_step(f"okr suggest {key_result}")


def whatif_rows(project: Project, key_result: str, chosen: Sequence[tuple[str, float]]) -> Sequence[output.Row]:
    """Return what `okr whatif --json` prints."""
    lookahead = look(project)
    return _rows(lookahead, lookahead.only(key_result), chosen)


def _rows(lookahead: Lookahead, one: Foreseen, chosen: Sequence[tuple[str, float]]) -> Sequence[output.Row]:
    key_result = one.case.standing.subject.key_result
    asked = _asked(lookahead, one)
    suppositions: Sequence[Supposition] = [
        Supposition(Assumption.NOW),
        *(Supposition(Assumption(name), amount) for name, amount in chosen),
    ]
    suppositions = suppositions if chosen else usual_suppositions(asked)
    try:
        return rows_of(
            [(asked, supposition) for supposition in suppositions],
            forecast,
            seed=0,
            recalibration=lookahead.recalibration,
        )
    except UnfitError as error:
        raise UsageError(
            f"that cannot be assumed: {say('en', str(error))}",
            where=f"{key_result.id}, {key_result.kind}",
            next_step=f"okr whatif {key_result.id}, to see what can be",
        ) from error


def _asked(lookahead: Lookahead, one: Foreseen) -> Asked:
    standing = one.case.standing
    key_result, kind = standing.subject.key_result.id, standing.subject.key_result.kind
    row = lookahead.board.get(key_result)
    if row and row.status in DECIDED:
        raise UsageError(
            f"{key_result} is {row.status}: nothing is left to assume", where=key_result, next_step="okr status"
        )
    if one.question is None or one.forecast is None:
        raise UsageError(
            f"nothing is foreseen for {key_result}", where=f"kind {kind}", next_step=f"okr explain {key_result}"
        )
    return Asked(standing, one.question, one.forecast)


def _put(one: Foreseen, rows: Sequence[output.Row]) -> None:
    unit = one.case.standing.subject.unit
    output.put_table(
        [
            {
                "what if": row["text"],
                "lands at": _lands(row, unit),
                "target": _amount(row["target"], unit),
                "chance": _share(row["probability"]),
                "comes true": "" if row["likelihood"] is None else _share(row["likelihood"]),
            }
            for row in rows
        ],
        fall=Fall(wraps="what if"),
    )


def _lands(row: output.Row, unit: str | None) -> str:
    low, middle, high = (_amount(row[name], unit) for name in ("lands_p10", "lands_p50", "lands_p90"))
    return middle if low == high else f"{middle} ({low} to {high})"


def _amount(value: object, unit: str | None) -> str:
    return output.amount(value, unit) if isinstance(value, float) else "-"


def _share(value: object) -> str:
    return output.percent(value) if isinstance(value, float) else "-"
