"""The value of a key result, by kind."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from okr_config.models import Kind
from scorecard.measures.levels import measure_level
from scorecard.measures.manual import CheckIn, measure_check_ins, measure_milestone, measure_query
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.new_customers import with_caveat
from scorecard.measures.ratios import measure_ratio
from scorecard.measures.totals import measure_total
from scorecard.measures.windows import measure_window

_FROM_OBSERVATIONS: Mapping[Kind, Callable[[Subject], Measured]] = {
    Kind.TOTAL: measure_total,
    Kind.LEVEL: lambda subject: measure_level(subject, subject.key_result.metric or ""),
    Kind.WINDOW: measure_window,
    Kind.RATIO: measure_ratio,
    Kind.MILESTONE: measure_milestone,
}


def measure(
    subject: Subject, *, check_ins: Sequence[CheckIn] = (), answer: Decimal | None = None, error: str = ""
) -> Measured:
    """
    Measure a key result at its judged instant and on every day before.

    Args:
        subject: the key result and its observations.
        check_ins: what people said about it, oldest first: the value of kind manual.
        answer: what its query gave: the value of kind sql.
        error: why it gave nothing.
    """
    if subject.key_result.kind is Kind.MANUAL:
        return measure_check_ins(subject, check_ins)
    if subject.key_result.kind is Kind.SQL:
        return measure_query(subject, answer, error)
    return with_caveat(subject, _FROM_OBSERVATIONS[subject.key_result.kind](subject))
