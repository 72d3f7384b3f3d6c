"""What has been published, as typed rows: what a terminal, a badge and `okr explain` show, without a frame."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard.score_row import ObjectiveRow, ScoreRow
from warehouse.reading import BoardPeriod, read_scores

if TYPE_CHECKING:
    from scorecard.schemas import Scores

TREND = 14
"""Length of the small chart: this many observed days."""


@dataclass(frozen=True)
class Board:
    """
    The newest scores.

    periods: the one under way first. trends: the newest observed values of each key result, oldest first; one with
    none is missing. findings: names of the checks by which something looks wrong, those silenced left out.
    """

    periods: tuple[BoardPeriod, ...]
    key_results: tuple[ScoreRow, ...]
    objectives: tuple[ObjectiveRow, ...]
    trends: Mapping[str, Sequence[Decimal]]
    findings: tuple[str, ...] = ()

    def of(self, periods: Sequence[BoardPeriod]) -> tuple[ScoreRow, ...]:
        """Return the key results of some periods."""
        shown = {period.id for period in periods}
        return tuple(row for row in self.key_results if row.period_id in shown)


def read_board(path: Path, *, days: int) -> Board:
    """
    Read the newest scores by period, objective and key result, each with its last observed days.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    scores = read_scores(path, days=days)
    return Board(
        periods=scores.periods,
        key_results=tuple(map(ScoreRow.of, scores.key_results)),
        objectives=tuple(map(ObjectiveRow.of, scores.objectives)),
        trends=scores.trends,
        findings=tuple(row["check_id"] for row in scores.findings if row["state"] != "silenced"),
    )


def board_of(scores: "Scores", definitions: Sequence[str]) -> Board:
    """Lay out scores that have just been worked out; `definitions` (JSON) are those they were judged by."""
    from okr_config.models import Definition  # noqa: PLC0415 - a status line does without pydantic

    defined = [Definition.model_validate_json(text) for text in definitions]
    key_results = tuple(map(ScoreRow.of, scores.key_results.iter_rows(named=True)))
    days: dict[str, list[Decimal]] = defaultdict(list)
    for key_result_id, value in scores.daily.drop_nulls("value").sort("day").select("key_result_id", "value").rows():
        days[key_result_id].append(value)
    periods = [
        BoardPeriod(
            id=name,
            start=min(row.start for row in key_results if row.period_id == name),
            end=max(row.due for row in key_results if row.period_id == name),
            timezone=next(one.timezone for one in defined if one.period_id == name),
            language=next(one.language for one in defined if one.period_id == name),
            as_of=max(row.as_of for row in key_results if row.period_id == name),
        )
        for name in dict.fromkeys(row.period_id for row in key_results)
    ]
    return Board(
        periods=tuple(sorted(periods, key=lambda period: period.start, reverse=True)),
        key_results=key_results,
        objectives=tuple(map(ObjectiveRow.of, scores.objectives.iter_rows(named=True))),
        trends={name: values[-TREND:] for name, values in days.items()},
    )
