"""Checks of one key result: can its goal be reached, and do its days fit its period."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from okr_config.definitions import BOUNDS
from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.kinds import RULES, Origin
from okr_config.models import Change, KeyResult, Period


def goal_problems(key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    """Yield what is wrong with the goal and its changes."""
    given = [bound for bound in BOUNDS if getattr(key_result, bound) is not None]
    if RULES[key_result.kind].origin is Origin.STEPS:
        for key in (*given, *({"baseline", "changes", "direction"} & key_result.model_fields_set)):
            yield from spot.at(key).tell(f"a {key_result.kind} has no {key}: it is reached when its steps are done")
        return
    if not given:
        yield from spot.tell("no goal: a key result needs target, at_least, at_most or between")
        return
    if len(given) > 1:
        yield from spot.at(given[1]).tell(
            f"{given[0]} and {given[1]} are both given", hint="a key result has one of them"
        )
        return
    own = given[0]
    yield from _bound_problems(key_result, key_result, spot)
    for index, change in enumerate(key_result.changes):
        at = spot.at("changes", index)
        moved = [bound for bound in BOUNDS if getattr(change, bound) is not None]
        if not moved:
            yield from at.tell(f"a change needs the new {own}")
        elif moved != [own]:
            other = next(bound for bound in moved if bound != own)
            yield from at.at(other).tell(f"a change of this key result gives a new {own}, not {other}")
        else:
            yield from _bound_problems(change, key_result, at)
    for index, (earlier, later) in enumerate(pairwise(key_result.changes), 1):
        if later.on <= earlier.on:
            what = "two changes on one day" if later.on == earlier.on else "changes are not in the order of their days"
            yield from spot.at("changes", index, "on").tell(what)


def _bound_problems(goal: KeyResult | Change, key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    if goal.between and goal.between[0] > goal.between[1]:
        yield from spot.at("between").tell("between is upside down", hint="write the lower bound first")
    baseline, target = key_result.baseline, goal.target
    if target is None or not isinstance(baseline, Decimal):
        return
    if target == baseline:
        unstated = "" if baseline else "; the baseline is 0 unless it is given"
        hint = f"progress is the way from baseline to target{unstated}"
        yield from spot.at("target").tell("target and baseline are the same", hint=hint)
    elif RULES[key_result.kind].is_sum and target < baseline:
        hint = f"to stay within a limit, write at_most: {target} in place of target"
        yield from spot.at("target").tell(f"a {key_result.kind} has its target below its baseline", hint=hint)
    elif key_result.direction and (key_result.direction == "increase") != (target > baseline):
        what = f"direction: {key_result.direction} disagrees with baseline {baseline} and target {target}"
        yield from spot.at("target" if isinstance(goal, Change) else "direction").tell(what)


def day_problems(key_result: KeyResult, spot: Spot, period: Period) -> Iterator[Problem]:
    """Yield what is wrong with the days of a key result in a period."""
    for key in ("start", "due"):
        day = getattr(key_result, key)
        if day and not period.start <= day <= period.end:
            yield from spot.at(key).tell(f"{key} lies outside the period {period.start} .. {period.end}")
            return
    start, due = key_result.start or period.start, key_result.due or period.end
    if due < start:
        yield from spot.at("due").tell(f"due lies before start, {start}")
        return
    dated: list[tuple[tuple[str, int], date]] = [
        (("changes", index), change.on) for index, change in enumerate(key_result.changes)
    ]
    if isinstance(key_result.pace, tuple):
        if not key_result.pace:
            yield from spot.at("pace").tell("a pace needs at least one point")
        dated += [(("pace", index), point.on) for index, point in enumerate(key_result.pace)]
        for index, (earlier, later) in enumerate(pairwise(key_result.pace), 1):
            if later.on <= earlier.on:
                yield from spot.at("pace", index, "on").tell("points of a pace are not in the order of their days")
    for path, day in dated:
        if not start <= day <= due:
            yield from spot.at(*path, "on").tell(f"{day} lies outside the key result's days {start} .. {due}")
