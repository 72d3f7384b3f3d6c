"""A new goal into the file where a key result is written: a dated change, or another number before its start."""

from decimal import Decimal
from pathlib import Path

from flows.console import output
from flows.project.project import Project
from okr_config.definitions import BOUNDS, effective
from okr_config.errors import UsageError
from okr_config.goal_editing import Goal, add_change, holds, move_goal, written
from scorecard.i18n.messages import in_language
from scorecard.progress import Standing


def write_goal(project: Project, standing: Standing, key: str, goal: Goal, reason: str) -> None:
    """
    Write a key result's new goal into its file, and say what was written.

    Once it is under way the goal is a change of today, so that the first one stays on record and earlier days are
    judged by it; before its start nothing has been judged by it, and it is simply another number. `key` is what the
    goal is called there: target, at_least, at_most, between or need.

    Raises:
        UsageError: when it is over, or its file does not say plainly where the goal stands, or a share that is needed
            would move under way.
    """
    subject = standing.subject
    key_result, today = subject.key_result, project.world.clock().astimezone(subject.span.zone).date()
    now = getattr(effective(subject.definition, today).key_result, key)
    if now is not None and now == (float(goal) if key == "need" and isinstance(goal, Decimal) else goal):
        output.say(f"the {key} of {key_result.id} is {in_words(now)} already: nothing was written")
        output.next_step("okr status")
        return
    path, file = _file_of(project, key_result.id)
    text = path.read_bytes().decode("utf-8")
    if today >= subject.span.start:
        if today > subject.span.due:
            raise UsageError(f"{key_result.id} was due {subject.span.due}", where=file, next_step="okr status")
        if key not in BOUNDS:
            raise UsageError(
                f"{key_result.id} is under way, and {key} has no dated changes",
                where=file,
                next_step=f"write {key}: {written(goal)} by hand, if all its days shall be judged by it",
            )
        edited = add_change(text, file, key_result.id, key=key, value=goal, on=today, reason=reason)
        how = f"a change on {today}; the first one stays on record"
    else:
        edited = move_goal(text, file, key_result.id, key=key, value=goal)
        how = f"in place of {in_words(now)}; it has not started yet"
    project.world.write(path, edited.encode("utf-8"), path.stat().st_mode & 0o777)
    output.say(f"wrote {file}: {key} {in_words(goal)} for {key_result.id}, {how}")
    title = in_language(key_result.title, subject.definition.language)
    if isinstance(now, Decimal) and (f"{now:f}" in title or f"{now:,f}" in title):
        output.say(f"its title still says {now:f}: {title}")
    output.next_step("okr plan, to see what that changes")


def in_words(goal: Goal | float | None) -> str:
    """Write a goal for a reader."""
    if goal is None:
        return "nothing"
    return f"{goal[0]:f} to {goal[1]:f}" if isinstance(goal, tuple) else f"{Decimal(str(goal)):f}"


def _file_of(project: Project, key_result: str) -> tuple[Path, str]:
    folder = project.home / "okr_config" / "objectives"
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
