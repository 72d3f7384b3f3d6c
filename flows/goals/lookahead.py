"""
Looking ahead from what is published: the same evidence and the same distribution as the scoreboard, without a run.

Everything is judged as of the newest published score and with what was known then, so that nothing said here can
disagree with the scoreboard; a run that goes on meanwhile is not waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from flows.project.board import read_board
from flows.project.project import Project
from flows.scoring import Judged, gather
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.metrics import BUILT_IN, Metric
from okr_config.models import Definition
from scorecard.forecasting.calibration import learn
from scorecard.forecasting.recalibration import Recalibration
from scorecard.schemas import Evidence
from scorecard.score_row import ScoreRow
from scorecard.scoring import Foreseen, foresee
from warehouse.reader import read_warehouse


@dataclass(frozen=True)
class Lookahead:
    """
    What can be seen from the newest published score.

    board: the newest scores by key result. known_at: what had been landed by then is what counts.
    """

    config: Config
    as_of: datetime
    known_at: datetime
    board: dict[str, ScoreRow]
    definitions: tuple[Definition, ...]
    evidence: Evidence
    recalibration: Recalibration

    @classmethod
    def of(cls, judged: Judged, config: Config) -> Self:
        """Look ahead from scores that have just been worked out, without reading anything again."""
        rows = map(ScoreRow.of, judged.scores.key_results.iter_rows(named=True))
        return cls(
            config=config,
            as_of=judged.as_of,
            known_at=judged.known_at,
            board={row.key_result_id: row for row in rows},
            definitions=judged.definitions,
            evidence=judged.evidence,
            recalibration=judged.recalibration,
        )

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Metrics by id, the team's own included."""
        return {**BUILT_IN, **self.config.own_metrics()}

    @cached_property
    def foreseen(self) -> tuple[Foreseen, ...]:
        """What is foreseen for each definition."""
        return foresee(
            self.definitions, self.evidence, as_of=self.as_of, metrics=self.metrics, recalibration=self.recalibration
        )

    def only(self, key_result: str) -> Foreseen:
        """
        Return what is foreseen for one key result.

        Raises:
            UsageError: when none is called so.
        """
        for definition, one in zip(self.definitions, self.foreseen, strict=True):
            if definition.key_result.id == key_result:
                return one
        raise unknown(key_result, [definition.key_result.id for definition in self.definitions])


def look(
    project: Project,
    definitions: Sequence[Definition] | None = None,
    *,
    since: datetime | None = None,
    all_metrics: bool = False,
) -> Lookahead:
    """
    Look ahead for some definitions, by default for those that were scored.

    `since` moves the judged instant on to it, where it is later than the newest score. `all_metrics` brings what is
    known of every metric, not only of those that the definitions count.

    Raises:
        ConfigError: when the config is wrong somewhere.
        UsageError: when nothing has been scored yet.
        WarehouseError: when the published copy cannot be read.
    """
    path = project.reading.scored()
    board = read_board(path, days=0).key_results
    if not board:
        raise UsageError("nothing has been scored yet", where=str(path), next_step="okr run")
    newest = max(board, key=lambda row: row.as_of)
    as_of, known_at = newest.as_of, newest.known_at
    if since is not None:
        as_of = known_at = max(as_of, known_at, since)
    config = project.config(need_secrets=False)
    with read_warehouse(path, world=project.world) as warehouse:
        if definitions is None:
            texts = warehouse.definitions(as_of=as_of, known_at=known_at)
            definitions = [Definition.model_validate_json(text) for text in texts]
        evidence = gather(warehouse, config, definitions, as_of=as_of, known_at=known_at, all_metrics=all_metrics)
        recalibration = learn(warehouse.calibration(known_at))
    return Lookahead(
        config=config,
        as_of=as_of,
        known_at=known_at,
        board={row.key_result_id: row for row in board},
        definitions=tuple(definitions),
        evidence=evidence,
        recalibration=recalibration,
    )


def unknown(key_result: str, known: Sequence[str]) -> UsageError:
    """Return the error for a key result that is not there."""
    return UsageError.unknown("key result", key_result, known, next_step="okr status")
