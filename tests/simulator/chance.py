"""What must hold of chances and statuses, whatever they are: laws between the columns of what is published."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.simulator.board import expected_share

Row = Mapping[str, Any]
WITHIN = 0.02
"""By how much a chance and the outcomes it is read from may differ."""
NEAR = 1e-6
QUANTILES = (("p05", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95))
HELD = 0.95
EVEN = 0.5
"""What a team that states nothing stands for: a coin flip."""
WORST_FIRST = ("missed", "off_track", "at_risk", "no_data", "on_track", "achieved")


def broken_laws(rows: Iterable[Row], objectives: Iterable[Row], fans: Iterable[Row]) -> list[str]:
    """Return what cannot be, a sentence each."""
    rows = list(rows)
    last = {fan["key_result_id"]: fan for fan in fans}
    found = [f"{row['key_result_id']}: {text}" for row in rows for text in _of_key_result(row, last)]
    found += [f"{fan['key_result_id']} on {fan['day']}: quantiles cross" for fan in fans if _crosses(fan)]
    return found + [f"{one['objective_id']}: {text}" for one in objectives for text in _of_objective(one, rows)]


def _of_key_result(row: Row, last: Mapping[str, Row]) -> Iterator[str]:
    chance, status = row["probability"], row["status"]
    expected = expected_share(row["as_of"], row["start"], row["due"])
    if row["expected"] is None or abs(row["expected"] - expected) > NEAR:
        yield f"expected {row['expected']}, by the calendar {expected}"
    if row["progress"] is not None and expected:
        pace = float(row["progress"]) / expected
        if row["pace"] is None or abs(row["pace"] - pace) > 1e-4 * max(1, pace):
            yield f"pace {row['pace']}, by progress and time {pace}"
    if row["value"] is not None and (row["status"] == "no_data") is (row["progress"] is not None):
        yield f"status {status} with the value {row['value']}"
    if chance is None:
        return
    if not 0 <= chance <= 1:
        yield f"a chance of {chance}"
    is_met = row["value"] is not None and row["value"] >= row["target"]
    if row["value"] is not None and expected < 1:
        held = chance / ((row["confidence_stated"] or 10 * EVEN) / 10)
        worded = "on_track" if held >= 0.8 else "at_risk" if held >= 0.4 else "off_track"
        right = "achieved" if is_met and chance >= HELD else worded
        if status != right:
            yield f"status {status} at a chance of {chance}, which is {right}"
    if (fan := last.get(row["key_result_id"])) and fan["day"] == row["due"] and 0 < chance < 1:
        yield from _against_outcomes(chance, float(row["target"]), fan)


def _against_outcomes(chance: float, target: float, fan: Row) -> Iterator[str]:
    """Hold a chance against the outcomes on the last day: it is their share that meets the target."""
    below = max((level for name, level in QUANTILES if fan[name] < target - NEAR), default=0)
    above = min((level for name, level in QUANTILES if fan[name] >= target + NEAR), default=1)
    if not 1 - above - WITHIN <= chance <= 1 - below + WITHIN:
        yield f"a chance of {chance}, and between {1 - above:.2f} and {1 - below:.2f} of the outcomes meet {target}"


def _of_objective(one: Row, rows: Iterable[Row]) -> Iterator[str]:
    mine = [row for row in rows if row["objective_id"] == one["objective_id"]]
    scored = [float(row["progress"]) for row in mine if row["progress"] is not None]
    chances = [row["probability"] for row in mine if row["probability"] is not None]
    if scored and abs(one["score"] - sum(scored) / len(scored)) > NEAR:
        yield f"score {one['score']}, of its key results {sum(scored) / len(scored)}"
    if abs(one["coverage"] - len(scored) / len(mine)) > NEAR:
        yield f"coverage {one['coverage']}, of its key results {len(scored) / len(mine)}"
    if one["expected_hits"] is not None and abs(one["expected_hits"] - sum(chances)) > NEAR * len(mine):
        yield f"expected hits {one['expected_hits']}, of its key results {sum(chances)}"
    least, most = max(0, sum(chances) - len(chances) + 1), min(chances, default=1)
    if one["probability_all"] is not None and not least - NEAR <= one["probability_all"] <= most + NEAR:
        yield f"all at once {one['probability_all']}, which lies between {least} and {most}"
    statuses = {row["status"] for row in mine}
    if one["status"] != (worst := next(name for name in WORST_FIRST if name in statuses)):
        yield f"status {one['status']}, of its key results {worst}"


def _crosses(fan: Row) -> bool:
    values = [fan[name] for name, _ in QUANTILES]
    return any(high < low - NEAR for low, high in pairwise(values))
