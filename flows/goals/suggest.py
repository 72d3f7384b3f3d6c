"""Targets with a wanted chance, for what the config asks or might ask, shown and written into its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.console import output
from flows.goals.edit_goal import write_goal
from flows.goals.lookahead import Lookahead, look, unknown
from flows.project.project import Project
from okr_config import Config
from okr_config.definitions import BOUNDS
from okr_config.errors import UsageError
from okr_config.kinds import kind_for
from okr_config.metrics import BUILT_IN, Metric, Nature
from okr_config.models import Definition, Judge, Kind
from scorecard.forecasting.model import forecast
from scorecard.forecasting.targets import LEVELS, Bounds
from scorecard.i18n.messages import in_language
from scorecard.progress import Standing
from scorecard.scoring import Foreseen
from scorecard.span import DAY, judged_day
from scorecard.suggestions import Suggestion, suggest, why_none

EVEN = 0.5


@dataclass(frozen=True)
class Wish:
    """What a metric is to be asked: from the day after the newest score, or `start`, to `due`, both inclusive."""

    metric: str
    due: date
    start: date | None = None


def suggest_for_all(project: Project, *, as_json: bool) -> None:
    """Show the targets of every key result in the config."""
    lookahead = look(project, project.config(need_secrets=False).definitions())
    found = list(zip(lookahead.foreseen, _suggested(lookahead, lookahead.foreseen), strict=True))
    if as_json:
        output.put_json([row for one, suggestions in found for row in _rows(one, suggestions)])
        return
    if lines := [_line(lookahead, one, suggestions) for one, suggestions in found if suggestions]:
        output.put_table(lines, _columns())
    for one, suggestions in found:
        if not suggestions and not one.case.standing.subject.span.is_over:
            output.say(f"no target for {one.case.standing.subject.key_result.id}: {why_none(one)}")
    output.say(f"{_as_of(lookahead)}{'; the columns are chances of reaching the target below them' if lines else ''}")
    first = next((one.case.standing.subject.key_result.id for one, suggestions in found if suggestions), None)
    are_over = bool(found) and all(one.case.standing.subject.span.is_over for one, _ in found)
    output.next_step(f"okr suggest {first}" if first else "okr init, for the next quarter" if are_over else "okr run")


def suggest_for_key_result(project: Project, key_result: str, *, as_json: bool, write: bool, reason: str) -> None:
    """Show the targets of one key result; with `write`, put the one with an even chance into its file."""
    lookahead, one, suggestions = _for_key_result(project, key_result)
    if as_json:
        output.put_json(_rows(one, suggestions))
    else:
        _put(one, suggestions)
        output.say(_now(lookahead, one))
    if write:
        even = next((suggestion for suggestion in suggestions if suggestion.level == EVEN), None)
        if even is None:
            raise UsageError(
                f"no {suggestions[0].key} of {key_result} has an even chance",
                where="--write",
                next_step="write the one you want by hand, then okr plan",
            )
        write_goal(project, one.case.standing, even.key, even.target, reason)
    elif not as_json:
        even_one = f"okr suggest {key_result} --write, to set the one with an even chance"
        can_be_written = suggestions[0].key in BOUNDS or not one.case.standing.subject.span.has_started
        output.next_step(even_one if can_be_written else f"okr explain {key_result}")


def suggestion_rows(project: Project, key_result: str) -> list[output.Row]:
    """Return what `okr suggest KEY_RESULT --json` prints."""
    _, one, suggestions = _for_key_result(project, key_result)
    return _rows(one, suggestions)


def suggest_for_metric(project: Project, wish: Wish, *, as_json: bool) -> None:
    """Show the targets of a metric that no key result asks for yet."""
    config = project.config(need_secrets=False)
    metric = config.metric(wish.metric)
    if metric is None:
        known = {**BUILT_IN, **config.own_metrics()}
        raise UsageError.unknown("metric", wish.metric, known, next_step="okr connectors, to see which there are")
    kind = kind_for(metric.nature)
    if kind is None or metric.nature is Nature.PROBE:
        raise UsageError(
            f"{wish.metric} is on or off, and has no target to choose", where="--metric", next_step="okr suggest"
        )
    lookahead = look(project, [])
    definition = _definition(config, metric, kind, wish, lookahead.as_of)
    lookahead = look(project, [definition])
    (one,) = lookahead.foreseen
    (suggestions,) = _suggested(lookahead, [one])
    if not suggestions:
        raise _nothing(one)
    if as_json:
        output.put_json(_rows(one, suggestions))
        return
    _put(one, suggestions)
    every = " in the last full week" if metric.nature is Nature.DISTINCT else ""
    output.say(
        f"{wish.metric}{every}, {definition.start} .. {definition.due}, from its history alone; {_as_of(lookahead)}"
    )
    output.next_step("write it as a key result in okr_config/objectives/, then okr plan")


def _for_key_result(project: Project, key_result: str) -> tuple[Lookahead, Foreseen, tuple[Suggestion, ...]]:
    config = project.config(need_secrets=False)
    known = {definition.key_result.id: definition for definition in config.definitions()}
    if key_result not in known:
        raise unknown(key_result, list(known))
    lookahead = look(project, [known[key_result]])
    one = lookahead.only(key_result)
    (suggestions,) = _suggested(lookahead, [one])
    if not suggestions:
        raise _nothing(one)
    return lookahead, one, suggestions


def _definition(config: Config, metric: Metric, kind: Kind, wish: Wish, as_of: datetime) -> Definition:
    zone = ZoneInfo(config.timezone)
    judged = judged_day(as_of, zone)
    start = wish.start or judged + DAY
    if wish.due < max(start, judged):
        raise UsageError(f"{wish.due} is over, or before the start", where="--due", next_step="name a later day")
    return config.definition_of(metric, kind, name="suggested", start=start, due=wish.due)


def _suggested(lookahead: Lookahead, foreseen: Sequence[Foreseen]) -> list[tuple[Suggestion, ...]]:
    return suggest(foreseen, forecast, recalibration=lookahead.recalibration)


def _nothing(one: Foreseen) -> UsageError:
    key_result, is_known = one.case.standing.subject.key_result, one.case.standing.measured.is_known
    return UsageError(
        f"no target can be suggested: {why_none(one)}",
        where=f"{key_result.id}, {key_result.kind}",
        next_step="okr suggest, for those that can be" if is_known else "okr run, once there are numbers",
    )


def _rows(one: Foreseen, suggestions: Sequence[Suggestion]) -> list[output.Row]:
    subject = one.case.standing.subject
    return [
        {
            "key_result_id": None if subject.definition.period_id == "suggested" else subject.key_result.id,
            "metric": subject.key_result.metric,
            "start": subject.span.start,
            "due": subject.span.due,
            "level": suggestion.level,
            "key": suggestion.key,
            "target": suggestion.target,
            "unit": subject.unit,
            "probability": suggestion.probability,
            "text": suggestion.text,
        }
        for suggestion in suggestions
    ]


def _put(one: Foreseen, suggestions: Sequence[Suggestion]) -> None:
    unit = one.case.standing.subject.unit
    output.put_table(
        [
            {
                "wanted": output.percent(suggestion.level),
                suggestion.key.replace("_", " "): _amount(suggestion.target, unit),
                "chance": output.percent(suggestion.probability),
                "what it takes": suggestion.text,
            }
            for suggestion in suggestions
        ]
    )


def _columns() -> list[str]:
    return ["id", "now", "target", "chance", *(output.percent(level) for level in sorted(LEVELS, reverse=True))]


def _line(lookahead: Lookahead, one: Foreseen, suggestions: Sequence[Suggestion]) -> output.Row:
    standing, subject = one.case.standing, one.case.standing.subject
    published = lookahead.board.get(subject.key_result.id)
    return {
        "id": subject.key_result.id,
        "now": output.amount(standing.measured.value, subject.unit, *standing.goal.marks),
        "target": _amount(_goal(standing), subject.unit),
        "chance": output.percent(published.probability if published else None),
        **{output.percent(level): "-" for level in LEVELS},
        **{output.percent(one.level): _amount(one.target, subject.unit) for one in suggestions},
    }


def _goal(standing: Standing) -> Bounds | None:
    """Return the target or bound, or both bounds where there are two."""
    goal = standing.goal
    is_share = standing.subject.key_result.judge is Judge.SHARE
    return standing.target if is_share or goal.low is None or goal.high is None else (goal.low, goal.high)


def _amount(target: Bounds | None, unit: str | None) -> str:
    if isinstance(target, tuple):
        return " to ".join(output.amount(bound, unit) for bound in target)
    return output.amount(target, unit)


def _now(lookahead: Lookahead, one: Foreseen) -> str:
    standing, subject = one.case.standing, one.case.standing.subject
    title = in_language(subject.key_result.title, subject.definition.language)
    goal = standing.goal
    value = output.amount(standing.measured.value, subject.unit, *goal.marks)
    target = _amount(_goal(standing), subject.unit)
    basis = "from its forecast" if subject.span.has_started else "from its history alone"
    return f"{title}: now {value}, target {target}; {basis}, {_as_of(lookahead)}"


def _as_of(lookahead: Lookahead) -> str:
    learnt = lookahead.recalibration.key_results
    taught = f", recalibrated on {learnt} closed key results" if learnt else ""
    return f"as of {lookahead.as_of:%Y-%m-%d %H:%M} UTC{taught}"
