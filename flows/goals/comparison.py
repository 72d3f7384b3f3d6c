"""
The config in the folder held against the one last used, key result by key result.

Both are judged at the same instant with the same evidence, so that what differs comes from the edit alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from flows.goals.lookahead import Lookahead, look
from flows.project.project import Project
from okr_config import Config
from okr_config.definitions import definition_hash
from okr_config.models import Definition
from scorecard.score_row import ScoreRow
from scorecard.scoring import score
from scorecard.span import Span

_TOLD = ("target", "progress", "probability", "status")
_AROUND = frozenset(
    {"period_id", "objective_id", "objective_title", "objective_owner", "objective_tags", "objective_parents"}
)
_WORDS = frozenset({"title", "description", "owner", "tags", "language"})
"""Keys by which nothing is judged."""


@dataclass(frozen=True)
class Side:
    """One config's definitions and their scores, by key result."""

    definitions: Mapping[str, Definition]
    rows: Mapping[str, ScoreRow]


@dataclass(frozen=True)
class Comparison:
    """What an edit comes to. rows: a mapping for each key result that is new, gone, changed, moved or renamed."""

    config: Config
    used: Side
    edited: Side
    rows: tuple[Mapping[str, Any], ...]


def compare(project: Project) -> Comparison:
    """
    Compare the config last used with the one in the folder.

    Raises:
        ConfigError: when the folder's is wrong somewhere; UsageError: when nothing has been scored yet.
    """
    now = project.world.clock()
    used = _side(look(project, since=now))
    lookahead = look(project, project.config(need_secrets=False).definitions(), since=now)
    names = _renamed(used, lookahead)
    lookahead = _under_new_names(lookahead, names)
    edited = _side(lookahead)
    used = _as_renamed(used, names)
    later = _later(lookahead, used, edited)
    rows = tuple(
        {**row, "renamed_from": names.get(name), "later": later.get(name, [])}
        for name in {**edited.rows, **used.rows}
        if (row := _compared(name, used, edited, names, lookahead.as_of))
    )
    return Comparison(lookahead.config, used, edited, rows)


def _renamed(used: Side, edited: Lookahead) -> dict[str, str]:
    """Return the old id of each key result that was renamed since the config last used."""
    there = {definition.key_result.id for definition in edited.definitions}
    return {
        definition.key_result.id: old
        for definition in edited.definitions
        if (old := definition.key_result.renamed_from)
        and old in used.definitions
        and old not in there
        and definition.key_result.id not in used.definitions
    }


def _as_renamed(used: Side, names: Mapping[str, str]) -> Side:
    """Let the old config speak of key results by their new ids."""
    new = {old: name for name, old in names.items()}
    return Side(
        {new.get(name, name): definition for name, definition in used.definitions.items()},
        {new.get(name, name): row for name, row in used.rows.items()},
    )


def _under_new_names(lookahead: Lookahead, names: Mapping[str, str]) -> Lookahead:
    """Let what people said of a key result, and its grades, count under its new id, as they will after a run."""
    new = {old: name for name, old in names.items()}
    evidence = lookahead.evidence
    changed = {
        name: frame.with_columns(pl.col("key_result_id").replace(new))
        for name in ("check_ins", "frozen")
        if "key_result_id" in (frame := getattr(evidence, name)).columns
    }
    return replace(lookahead, evidence=replace(evidence, **changed))


def _side(lookahead: Lookahead) -> Side:
    return Side(
        {definition.key_result.id: definition for definition in lookahead.definitions},
        _scored(lookahead, lookahead.definitions),
    )


def _scored(lookahead: Lookahead, definitions: Sequence[Definition]) -> dict[str, ScoreRow]:
    scores = score(
        definitions,
        lookahead.evidence,
        as_of=lookahead.as_of,
        known_at=lookahead.as_of,
        metrics=lookahead.metrics,
        recalibration=lookahead.recalibration,
    )
    return {row.key_result_id: row for row in map(ScoreRow.of, scores.key_results.iter_rows(named=True))}


def _compared(name: str, used: Side, edited: Side, names: Mapping[str, str], as_of: datetime) -> dict[str, Any] | None:
    """Return what became of a key result, None where nothing did."""
    old, new = used.definitions.get(name), edited.definitions.get(name)
    if old and new and definition_hash(old) == definition_hash(new) and _place(old) == _place(new):
        return None
    before, then = used.rows.get(name), edited.rows.get(name)
    keys = [key for key in _differing(old, new) if key not in {"id", "renamed_from"}] if old and new else []
    return {
        "key_result_id": name,
        "change": _change(old, new, keys, is_renamed=name in names),
        "keys": keys,
        "moved_from": None if old is None or new is None or _place(old) == _place(new) else "/".join(_place(old)),
        "without_reason": _without_reason(old, new, keys, as_of),
        "target_first": getattr(then or before, "target_original", None),
        **{f"{key}_now": getattr(before, key, None) for key in _TOLD},
        **{f"{key}_then": getattr(then, key, None) for key in _TOLD},
    }


def _place(definition: Definition) -> tuple[str, str]:
    return definition.period_id, definition.objective_id


def _change(old: Definition | None, new: Definition | None, keys: Sequence[str], *, is_renamed: bool) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if is_renamed:
        return "renamed"
    return "moved" if _place(old) != _place(new) and set(keys) <= _AROUND else "changed"


def _without_reason(old: Definition | None, new: Definition | None, keys: Sequence[str], as_of: datetime) -> bool:
    """Whether what a key result is judged by changes under way, or it goes, and nobody says why."""
    if old is None:
        return False
    span = Span.of(old, as_of)
    if span.today < span.start or span.today > span.due:
        return False
    if new is None:
        return True
    known = old.key_result.changes
    coming = [change for change in new.key_result.changes if change not in known]
    return bool(set(keys) - _AROUND - _WORDS - {"changes"}) or any(not change.reason.strip() for change in coming)


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


def _later(lookahead: Lookahead, used: Side, edited: Side) -> Mapping[str, list[dict[str, Any]]]:
    """Return the edit's changes of later days by key result: from when, to what, and its chance if it held today."""
    coming: dict[str, list[dict[str, Any]]] = {}
    for name, definition in edited.definitions.items():
        old = used.definitions.get(name)
        today = Span.of(definition, lookahead.as_of).today
        known = old.key_result.changes if old else ()
        for change in definition.key_result.changes:
            if change.on <= today or change in known:
                continue
            row = _scored(lookahead, [_brought_forward(definition, change.on, today)])[name]
            found = coming.setdefault(name, [])
            before = found[-1]["target"] if found else edited.rows[name].target
            found.append(
                {
                    "on": change.on,
                    "target_before": before,
                    "target": row.target,
                    "probability": row.probability,
                    "reason": change.reason,
                }
            )
    return coming


def _brought_forward(definition: Definition, on: date, today: date) -> Definition:
    """Let the changes up to a later day hold from today on; the goal as first written stays what it was."""
    changes = tuple(
        change.model_copy(update={"on": min(change.on, today)})
        for change in definition.key_result.changes
        if change.on <= on
    )
    return definition.model_copy(update={"key_result": definition.key_result.model_copy(update={"changes": changes})})
