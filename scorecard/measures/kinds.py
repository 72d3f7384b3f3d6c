"""
How each kind of key result is scored: one row a kind, which measuring, forecasting and explaining read from.

What may be written of it stands in `okr_config.kinds`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from okr_config.models import Kind
from scorecard.forecasting.types import Shape
from scorecard.measures.levels import measure_level
from scorecard.measures.manual import CheckIn, measure_check_ins, measure_milestone, measure_query
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.new_customers import with_caveat
from scorecard.measures.ratios import measure_ratio
from scorecard.measures.totals import measure_total
from scorecard.measures.windows import measure_window


@dataclass(frozen=True)
class Stated:
    """What is known of a key result beside observations: check-ins, oldest first, and the answer to its query."""

    check_ins: Sequence[CheckIn] = ()
    answer: Decimal | None = None
    error: str = ""


@dataclass(frozen=True)
class KindSpec:
    """
    One kind.

    measure: its value, day by day. shape: what the forecast is asked, None where nothing can be foreseen, and
    `why_unforeseen` says why, in English. has_pace: whether so much a day takes it to its target. fewest_told: values
    that people must have brought before anything is foreseen.
    """

    measure: Callable[[Subject, Stated], Measured]
    shape: Shape | None = None
    has_pace: bool = False
    fewest_told: int = 0
    why_unforeseen: str = ""


def _observed(measure: Callable[[Subject], Measured]) -> Callable[[Subject, Stated], Measured]:
    return lambda subject, _: with_caveat(subject, measure(subject))


SPECS: Mapping[Kind, KindSpec] = {
    Kind.TOTAL: KindSpec(_observed(measure_total), Shape.TOTAL, has_pace=True),
    Kind.LEVEL: KindSpec(
        _observed(lambda subject: measure_level(subject, subject.key_result.metric or "")), Shape.LEVEL, has_pace=True
    ),
    Kind.WINDOW: KindSpec(_observed(measure_window), Shape.WINDOW),
    Kind.RATIO: KindSpec(_observed(measure_ratio), Shape.RATIO),
    Kind.MILESTONE: KindSpec(
        _observed(measure_milestone), why_unforeseen="its steps are done or not, so there is no number to choose"
    ),
    Kind.MANUAL: KindSpec(
        lambda subject, stated: measure_check_ins(subject, stated.check_ins), Shape.LEVEL, fewest_told=3
    ),
    Kind.SQL: KindSpec(
        lambda subject, stated: measure_query(subject, stated.answer, stated.error),
        why_unforeseen="a query tells where it stands and not how it came there, so nothing can be foreseen",
    ),
}

_UNSTATED = Stated()


def measure(subject: Subject, stated: Stated = _UNSTATED) -> Measured:
    """Measure a key result at its judged instant and on every day before."""
    return SPECS[subject.key_result.kind].measure(subject, stated)
