"""Evidence laid out for looking things up by key result, source and series."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from scorecard.measures.currency import Rates
from scorecard.measures.freshness import Freshness
from scorecard.measures.manual import CheckIn
from scorecard.measures.observations import Observations
from scorecard.measures.refusals import Refusals
from scorecard.schemas import Evidence
from scorecard.score_row import ScoreRow
from scorecard.span import Span


@dataclass(frozen=True)
class Book:
    """The same facts as the evidence, one question away."""

    observations: Observations
    freshness: Freshness
    refusals: Refusals
    check_ins: Mapping[str, tuple[CheckIn, ...]]
    answers: Mapping[str, tuple[Decimal | None, str]]
    grades: Mapping[str, ScoreRow]

    @classmethod
    def of(cls, evidence: Evidence) -> "Book":
        """Lay out the evidence."""
        said: dict[str, list[CheckIn]] = defaultdict(list)
        for key_result_id, *words in (
            evidence.check_ins.sort("at").select("key_result_id", "at", "value", "confidence").iter_rows()
        ):
            said[key_result_id].append(CheckIn(*words))
        frozen = map(ScoreRow.of, evidence.frozen.iter_rows(named=True))
        answers = evidence.sql_values.select("key_result_id", "value", "error").iter_rows()
        return cls(
            observations=Observations(evidence.observations, Rates(evidence.rates)),
            freshness=Freshness(evidence.freshness),
            refusals=Refusals(evidence.refused),
            check_ins={key_result_id: tuple(words) for key_result_id, words in said.items()},
            answers={key_result_id: (value, error or "") for key_result_id, value, error in answers},
            grades={row.key_result_id: row for row in frozen if row.score is not None},
        )

    def said_by(self, key_result_id: str, instant: datetime) -> tuple[CheckIn, ...]:
        """Return the check-ins up to an instant, oldest first."""
        return tuple(one for one in self.check_ins.get(key_result_id, ()) if one.at <= instant)

    def grade(self, key_result_id: str, span: Span) -> ScoreRow | None:
        """Return the row of a grade that no longer moves: given when all had settled, and seen from then or later."""
        row = self.grades.get(key_result_id)
        settled = row is not None and replace(span, as_of=row.as_of).has_settled
        return row if settled and span.has_settled else None
