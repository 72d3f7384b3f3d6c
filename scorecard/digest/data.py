"""What a digest is made from: what the page is, and what came, was corrected and was decided since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from scorecard.i18n.language import Language
from scorecard.i18n.messages import in_language
from scorecard.page.data import PageData
from scorecard.score_row import ScoreRow


@dataclass(frozen=True)
class DigestData:
    """
    page: as the page has it. name: what the team or its shop is called.

    causes: key_result_id, reason, source_id, stream, gone, edited, day, before, after, of corrections since the score
    that is compared with. decisions: key_result_id, since (when it came to its status), at, author, text of what was
    decided last. check_ins: key_result_id and `at` of the newest one.
    """

    page: PageData
    name: str
    causes: pl.DataFrame
    decisions: pl.DataFrame
    check_ins: pl.DataFrame
    changed: pl.DataFrame

    @property
    def language(self) -> Language:
        """The language it is told in."""
        return self.page.language

    @cached_property
    def before(self) -> Mapping[str, ScoreRow]:
        """The scores that are compared with, by key result."""
        return {row["key_result_id"]: ScoreRow.of(row) for row in self.page.week_ago.iter_rows(named=True)}

    @cached_property
    def causes_of(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Corrections by key result."""
        return _by_key_result(self.causes)

    @cached_property
    def edits_of(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Changes of targets by key result, oldest first."""
        return _by_key_result(self.page.definitions_changed)

    @cached_property
    def decision_of(self) -> Mapping[str, Mapping[str, Any]]:
        """Since when a key result has its status, and what was decided last."""
        return {row["key_result_id"]: row for row in self.decisions.iter_rows(named=True)}

    def title_of(self, score: ScoreRow) -> str:
        """Return a key result's title in the digest's language if it has one, else as it was scored."""
        definition = self.page.defined.get(score.key_result_id)
        return in_language(definition.key_result.title if definition else score.title, self.language)

    def owner_of(self, score: ScoreRow) -> str | None:
        """Return who answers for a key result: its own owner, else its objective's."""
        definition = self.page.defined.get(score.key_result_id)
        return (definition.key_result.owner or definition.objective_owner) if definition else score.owner


def _by_key_result(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["key_result_id"], []).append(row)
    return rows
