"""What has been published, as typed rows: what a terminal, a badge and `okr explain` show, without a frame."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from okr_config.errors import UsageError
from scorecard.score_row import ObjectiveRow, ScoreRow
from warehouse.reading import BoardPeriod, read_scores, scores_before

if TYPE_CHECKING:
    from scorecard.schemas import Scores

TREND = 14
"""Length of the small chart: this many observed days."""


@dataclass(frozen=True)
class Choice:
    """
    Which key results to show.

    Those of an owner (their objective's, where they have none), a tag, an objective and all that serve it.
    """

    owner: str | None = None
    tag: str | None = None
    objective: str | None = None


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

    def only(self, choice: "Choice") -> "Board":
        """
        Return the board with some of its key results, and the objectives that have any.

        Raises:
            UsageError: when nothing has a name that is asked for.
        """
        if choice == Choice():
            return self
        owners = {(row.period_id, row.objective_id): row.owner for row in self.objectives}
        known = {
            "owner": {row.owner for row in self.key_results if row.owner} | {name for name in owners.values() if name},
            "tag": {tag for row in self.key_results for tag in row.tags or ()},
            "objective": {row.objective_id for row in self.objectives},
        }
        for kind, wanted in vars(choice).items():
            if wanted is not None and wanted not in known[kind]:
                raise UsageError.unknown(kind, wanted, sorted(known[kind]), next_step="okr status")
        kept = tuple(
            row
            for row in self.key_results
            if choice.objective in (None, *self._above(row.objective_id))
            and choice.owner in (None, row.owner or owners.get((row.period_id, row.objective_id)))
            and (choice.tag is None or choice.tag in (row.tags or ()))
        )
        there = {(row.period_id, row.objective_id) for row in kept}
        objectives = tuple(row for row in self.objectives if (row.period_id, row.objective_id) in there)
        return replace(self, key_results=kept, objectives=objectives)

    def _above(self, objective_id: str) -> Iterator[str]:
        """Yield an objective's id and those of all that it serves."""
        parents = {row.objective_id: row.parent for row in self.objectives}
        name: str | None = objective_id
        while name is not None:
            yield name
            name = parents.get(name)

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


def read_before(path: Path, periods: Sequence[BoardPeriod]) -> Mapping[str, ScoreRow]:
    """Return by key result the scores that the newest ones are compared with: a week older, or from before that."""
    rows = (row for period in periods for row in scores_before(path, period))
    return {row["key_result_id"]: ScoreRow.of(row) for row in rows}


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
