"""The next period's objectives out of an earlier one's: what is done is left out, goals as they were last."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flows.project.board import read_board
from flows.scaffold.beginning import Beginning
from flows.scaffold.folder import Extent, next_extent, refuse_running
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.kinds import Origin, kinds_from
from okr_config.models import KeyResult, Objective, ObjectiveFile
from okr_config.world import World
from okr_config.yaml_text import flow, item_lines
from scorecard.closing.grades import times_over
from scorecard.status import Status

_EVEN = 5.0


@dataclass(frozen=True)
class Earlier:
    """A period, and what it came to: milestones that were reached, and by id how many times over a target was met."""

    period: str
    done: frozenset[str] = frozenset()
    too_low: Mapping[str, int] = field(default_factory=dict)


def read_earlier(published: Path, previous: str) -> Earlier:
    """Return what a period came to, as far as it has been published."""
    if not published.exists():
        return Earlier(previous)
    rows = [row for row in read_board(published, days=0).key_results if row.period_id == previous]
    milestones = [kind.value for kind in kinds_from(Origin.STEPS)]
    return Earlier(
        previous,
        frozenset(row.key_result_id for row in rows if row.kind in milestones and row.status == Status.ACHIEVED),
        {row.key_result_id: times for row in rows if (times := times_over(row))},
    )


def write_next_period(
    folder: Path, earlier: Earlier, beginning: Beginning, world: World, there: Config | None
) -> list[Path]:
    """
    Write the objectives of a period from today on, as those of an earlier one were in the end.

    Steps and milestones that are done are left out, those that `earlier` tells of too; confidence is even anew.

    Raises:
        UsageError: when there is no such period, one is running, or nothing of it is left. Nothing is written then.
    """
    previous = earlier.period
    files = {file.period.id: file for file in there.files} if there else {}
    if there is None or previous not in files:
        raise UsageError.unknown("period", previous, files, next_step="okr init, without --from")
    refuse_running(folder, there, world)
    extent = next_extent(there, beginning.weeks, world)
    path = folder / "okr_config" / "objectives" / f"{extent.period}.yaml"
    text = _written(files[previous], extent, earlier.done)
    if text is None:
        raise UsageError(
            f"everything in {previous} is done", where=str(path.parent), next_step="okr init, without --from"
        )
    world.write(path, text.encode(), 0o644)
    return [path]


def _written(file: ObjectiveFile, extent: Extent, done: Collection[str]) -> str | None:
    left = {one.id: _left(one, file, done) for one in file.objectives}
    by_id = {one.id: one for one in file.objectives}
    kept = {name for name, key_results in left.items() if key_results}
    for name in tuple(kept):
        while (parent := by_id[name].parent) in by_id:  # whoever is served goes on, although all of its own is done
            kept.add(name := parent)
    objectives = [_objective(one, file, extent, left[one.id]) for one in file.objectives if one.id in kept]
    if not objectives:
        return None
    head = [
        "# yaml-language-server: $schema=../schema.json",
        f"period: {{id: {extent.period}, start: {extent.start}, end: {extent.end}}}",
        f"timezone: {file.timezone}",
        f"week_start: {file.week_start}",
        f"currency: {file.currency}",
        f"language: {file.language}",
    ]
    if thresholds := file.status.model_dump(exclude_defaults=True):
        head.append(f"status: {flow(thresholds)}")
    return "\n".join([*head, "objectives:", *(line for lines in objectives for line in lines)]) + "\n"


def _left(objective: Objective, file: ObjectiveFile, done: Collection[str]) -> list[Mapping[str, Any]]:
    return [kept for one in objective.key_results if one.id not in done and (kept := _key_result(one, file))]


def _objective(
    objective: Objective, file: ObjectiveFile, extent: Extent, left: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    own = objective.model_dump(exclude_defaults=True, exclude={"key_results"})
    own["id"] = _renamed(objective.id, file.period.id, extent.period)
    if objective.parent in {one.id for one in file.objectives}:
        own["parent"] = _renamed(str(objective.parent), file.period.id, extent.period)
    yield from item_lines(own, "  ")
    if left:
        yield "    key_results:"
    for key_result in left:
        yield from item_lines(
            {**key_result, "id": _renamed(str(key_result["id"]), file.period.id, extent.period)}, "      "
        )


def _key_result(key_result: KeyResult, file: ObjectiveFile) -> Mapping[str, Any] | None:
    """Return a key result as it goes on, None where it is done."""
    own = key_result.model_dump(exclude_defaults=True, exclude={"changes", "start", "due", "steps"})
    own |= {bound: value for bound, value in _goal(key_result, file.period.end).items() if value is not None}
    if key_result.confidence is not None:
        own["confidence"] = _EVEN
    if not key_result.steps:
        return own
    steps = [step.model_dump(exclude_defaults=True) for step in key_result.steps if step.done is None]
    return (
        {**own, "steps": [{**step, **({} if "probe" in step else {"done": None})} for step in steps]} if steps else None
    )


def _goal(key_result: KeyResult, end: date) -> Mapping[str, Any]:
    moved: dict[str, Any] = {}
    for change in sorted(key_result.changes, key=lambda change: change.on):
        if change.on <= end:
            moved |= change.model_dump(exclude={"on", "reason"}, exclude_none=True)
    return moved


def _renamed(name: str, previous: str, period: str) -> str:
    """Return an id that was never used: that of an earlier period, with this one's behind it."""
    return f"{name.removesuffix(f'-{previous}')}-{period}"
