"""
`okr plan`: what the edited config would change, before a run uses it.

Both configs, the one last used and the one in the folder, are judged at the same instant with the same evidence, so
that what differs comes from the edit alone. Nothing is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import show
from flows.foreseeing import Sight, look
from flows.workplace import Workplace
from okr_config.definitions import definition_hash
from okr_config.models import Definition
from scorecard.scoring import score

_TOLD = ("target", "progress", "probability", "status")


@dataclass(frozen=True)
class _Side:
    """One config's definitions and their scores, by key result."""

    definitions: Mapping[str, Definition]
    rows: Mapping[str, Mapping[str, Any]]


def show_plan(workplace: Workplace, *, as_json: bool) -> None:
    """Show each key result that is new, gone or changed, as it stands by the old config and by the new one."""
    now = workplace.world.clock()
    used = _side(look(workplace, since=now))
    edited = _side(look(workplace, workplace.config(need_secrets=False).definitions(), since=now))
    rows = [row for name in {**edited.rows, **used.rows} if (row := _compared(name, used, edited))]
    if as_json:
        show.put_json(rows)
        return
    if rows:
        show.put_table([_cells(row, used, edited) for row in rows])
    for line in _later(edited, now):
        show.say(line)
    same = len(edited.rows) - sum(row["change"] != "gone" for row in rows)
    show.say(f"{same} key result{'s' * (same != 1)} unchanged; nothing was saved")
    show.next_step("okr run, to use it" if rows else "okr suggest")


def _side(sight: Sight) -> _Side:
    scores = score(
        sight.definitions,
        sight.evidence,
        as_of=sight.as_of,
        known_at=sight.as_of,
        natures=sight.natures,
        recalibration=sight.recalibration,
    )
    return _Side(
        {definition.key_result.id: definition for definition in sight.definitions},
        {row["key_result_id"]: row for row in scores.key_results.to_dicts()},
    )


def _compared(name: str, used: _Side, edited: _Side) -> dict[str, Any] | None:
    """Return what became of a key result, None where nothing did."""
    old, new = used.definitions.get(name), edited.definitions.get(name)
    if old and new and definition_hash(old) == definition_hash(new):
        return None
    before, then = used.rows.get(name, {}), edited.rows.get(name, {})
    return {
        "key_result_id": name,
        "change": "new" if old is None else "gone" if new is None else "changed",
        "keys": _differing(old, new) if old and new else [],
        **{f"{key}_now": before.get(key) for key in _TOLD},
        **{f"{key}_then": then.get(key) for key in _TOLD},
    }


def _differing(old: Definition, new: Definition) -> Sequence[str]:
    """Return the keys that say something else, those of the key result first."""
    mine = [
        name
        for name in type(old.key_result).model_fields
        if getattr(old.key_result, name) != getattr(new.key_result, name)
    ]
    around = [
        name
        for name in type(old).model_fields
        if name not in {"key_result", *mine} and getattr(old, name) != getattr(new, name)
    ]
    return [*mine, *around]


def _cells(row: Mapping[str, Any], used: _Side, edited: _Side) -> show.Row:
    name = row["key_result_id"]
    unit = {**used.rows, **edited.rows}[name]["unit"]

    def both(key: str, written: Any) -> str:  # noqa: ANN401 - how a value is written
        before, then = (written(row[f"{key}_{side}"]) for side in ("now", "then"))
        if row["change"] != "changed":
            return str(then if row["change"] == "new" else before)
        return str(then) if before == then else f"{before} → {then}"

    return {
        "key result": name,
        "change": f"{row['change']}: {', '.join(row['keys'])}" if row["keys"] else row["change"],
        "target": both("target", lambda value: show.amount(value, unit)),
        "progress": both("progress", show.percent),
        "chance": both("probability", show.percent),
        "status": both("status", lambda status: status.replace("_", " ") if status else "-"),
    }


def _later(edited: _Side, now: datetime) -> Sequence[str]:
    """Say which changes take effect on a later day and so are not in the numbers yet."""
    return [
        f"{name}: the change on {change.on} takes effect that day"
        for name, definition in edited.definitions.items()
        for change in definition.key_result.changes
        if change.on > now.date()
    ]
