"""What changed on the board since the last time, and the board in one line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flows.console import output
from flows.console.legend import TOO_EARLY
from scorecard.score_row import ScoreRow
from scorecard.status import WORST_FIRST

_COMPARED = ("as_of", "status", "probability", "value", "target")


def in_short(rows: Sequence[ScoreRow], zones: Mapping[str, ZoneInfo]) -> str:
    """Count key results by status, worst first; `zones` are those of the periods."""
    counts = Counter(TOO_EARLY if row.is_early(zones[row.period_id]) else row.status for row in rows)
    parts = [f"{counts[word]} {word.replace('_', ' ')}" for word in (*WORST_FIRST, TOO_EARLY) if counts[word]]
    return f"{len(rows)} key result{'s' * (len(rows) != 1)}: {', '.join(parts)}"


def as_before(before: ScoreRow | None) -> dict[str, Any]:
    """Return what a key result was before, each column with `_before` behind its name; null where it was nothing."""
    return {f"{name}_before": None if before is None else getattr(before, name) for name in _COMPARED}


def put_changes(rows: Sequence[ScoreRow], before: Mapping[str, ScoreRow]) -> None:
    """Show a table of what has another status, chance, value or target than before."""
    changed = [(before[row.key_result_id], row) for row in rows if row.key_result_id in before]
    cells = [_cells(then, now) for then, now in changed if _written(then) != _written(now)]
    if not changed:
        output.say("there is no score of a week ago, nor from before that, to compare with")
        return
    since = min(then.as_of for then, _ in changed)
    output.say(f"since {since:%Y-%m-%d %H:%M} UTC: {len(cells)} changed, {len(changed) - len(cells)} did not")
    if cells:
        output.put_table(cells)


def _cells(then: ScoreRow, now: ScoreRow) -> output.Row:
    heads = ("status", "chance", "value", "target")
    pairs = zip(_written(then), _written(now), strict=True)
    return {"key result": now.key_result_id} | {
        head: new if old == new else f"{old} → {new}" for head, (old, new) in zip(heads, pairs, strict=True)
    }


def _written(row: ScoreRow) -> tuple[str, ...]:
    return (
        row.status.replace("_", " "),
        output.percent(row.probability),
        output.amount(row.value, row.unit, row.target),
        output.amount(row.target, row.unit, row.value),
    )
