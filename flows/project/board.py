"""What has been published, as typed rows: what a terminal, a badge and `okr explain` show, without a frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from scorecard.score_row import ObjectiveRow, ScoreRow
from warehouse.reading import BoardPeriod, read_scores


@dataclass(frozen=True)
class Board:
    """
    The newest scores.

    periods: the one under way first. trends: the newest observed values of each key result, oldest first; one with
    none is missing.
    """

    periods: tuple[BoardPeriod, ...]
    key_results: tuple[ScoreRow, ...]
    objectives: tuple[ObjectiveRow, ...]
    trends: Mapping[str, Sequence[Decimal]]

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
    )
