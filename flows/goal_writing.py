"""A new goal into the file where a key result is written: a dated change, or another number before its start."""

from decimal import Decimal
from pathlib import Path

from flows import show
from flows.workplace import Workplace
from okr_config.definitions import BOUNDS, effective
from okr_config.errors import UsageError
from okr_config.goal_editing import add_change, holds, move_goal
from scorecard.progress import Standing
from scorecard.text import in_language


def write_goal(workplace: Workplace, standing: Standing, goal: Decimal, reason: str) -> None:
    """
    Write a key result's new goal into its file, and say what was written.

    Once it is under way the goal is a change of today, so that the first one stays on record and earlier days are
    judged by it; before its start nothing has been judged by it, and it is simply another number.

    Raises:
        UsageError: when it is over, or its file does not say plainly where the goal stands.
    """
    subject = standing.subject
    key_result, today = subject.key_result, workplace.world.clock().astimezone(subject.span.zone).date()
    key = next(bound for bound in BOUNDS if getattr(key_result, bound) is not None)
    now = getattr(effective(subject.definition, today).key_result, key)
    if now == goal:
        show.say(f"the {key} of {key_result.id} is {now:f} already: nothing was written")
        show.next_step("okr status")
        return
    path, file = _file_of(workplace, key_result.id)
    text = path.read_bytes().decode("utf-8")
    if today >= subject.span.start:
        if today > subject.span.due:
            raise UsageError(f"{key_result.id} was due {subject.span.due}", where=file, next_step="okr status")
        edited = add_change(text, file, key_result.id, key=key, value=goal, on=today, reason=reason)
        how = f"a change on {today}; the first one stays on record"
    else:
        edited = move_goal(text, file, key_result.id, key=key, value=goal)
        how = f"in place of {now:f}; it has not started yet"
    workplace.world.write(path, edited.encode("utf-8"), path.stat().st_mode & 0o777)
    show.say(f"wrote {file}: {key} {goal:f} for {key_result.id}, {how}")
    title = in_language(key_result.title, subject.definition.language)
    if f"{now:f}" in title or f"{now:,f}" in title:
        show.say(f"its title still says {now:f}: {title}")
    show.next_step("okr plan, to see what that changes")


def _file_of(workplace: Workplace, key_result: str) -> tuple[Path, str]:
    folder = workplace.home / "okr_config" / "objectives"
    found = [
        path
        for path in sorted(folder.glob("*.yaml"))
        if holds(path.read_bytes().decode("utf-8"), path.name, key_result)
    ]
    if len(found) != 1:
        raise UsageError(
            f"{key_result} stands in {len(found)} files", where="okr_config/objectives/", next_step="okr check"
        )
    return found[0], f"okr_config/objectives/{found[0].name}"
