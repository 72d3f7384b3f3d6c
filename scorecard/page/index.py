"""The index over periods, and the way from one period's page to the next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scorecard.i18n.formats import NOTHING, day_long, grade_text
from scorecard.i18n.page_messages import count, say
from scorecard.page.data import PageData
from scorecard.page.objectives import Section, table_of
from scorecard.page.overview import heading, lead
from scorecard.parents import parents_first
from scorecard.rollup import weighted
from scorecard.status import WORST_FIRST


@dataclass(frozen=True)
class IndexRow:
    """
    One period, as text. `file` lies beside the index, and so does `retrospective`, empty where there is none.

    standing: each status that occurs, best first, with how many key results have it, in words.
    """

    id: str
    file: str
    retrospective: str
    days: str
    standing: tuple[tuple[str, str], ...]
    key_results: int
    score: str


def index_rows(pages: Sequence[PageData], retrospectives: Mapping[str, str]) -> tuple[IndexRow, ...]:
    """Sum up every period; words are those of the first page's language."""
    return tuple(_row(page, pages[0], retrospectives.get(page.period.id, "")) for page in pages)


@dataclass(frozen=True)
class PeriodCard:
    """A period that is under way: its page's first lines, and its objectives."""

    id: str
    heading: tuple[str, ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]


def under_way(pages: Sequence[PageData]) -> tuple[PeriodCard, ...]:
    """Sum up the periods that are not over, each in the words of its own page."""
    return tuple(
        PeriodCard(page.period.id, heading(page), lead(page), table_of(page, ())) for page in pages if not page.is_over
    )


def index_lead(pages: Sequence[PageData]) -> str:
    """Say how many periods there are."""
    return count(pages[0].language, "index.lead", len(pages))


def neighbours(page: PageData, among: Sequence[PageData]) -> tuple[tuple[str, str], ...]:
    """Return where a page leads besides the index: the text's key and the id of the period before and after it."""
    ids = [one.period.id for one in sorted(among, key=lambda one: one.period.start)]
    if page.period.id not in ids:
        return ()
    at = ids.index(page.period.id)
    before = [("index.before", ids[at - 1])] if at else []
    after = [("index.after", ids[at + 1])] if at + 1 < len(ids) else []
    return (*before, *after)


def _row(page: PageData, reader: PageData, retrospective: str) -> IndexRow:
    language = reader.language
    first, last = (day_long(language, day) for day in (page.period.start, page.period.end))
    counts = Counter(score.status for score in page.scores)
    # those that serve another one of the period count there
    leading = [row for depth, row in parents_first(page.roll_ups) if not depth]
    weights = [Decimal(1) if row.weight is None else Decimal(repr(row.weight)) for row in leading]
    score, _ = weighted([(row.score, weight) for row, weight in zip(leading, weights, strict=True)])
    return IndexRow(
        id=page.period.id,
        file=f"{page.period.id}.html",
        retrospective=retrospective,
        days=say(language, "period", first=first, last=last),
        standing=tuple(
            (status, say(language, "index.count", n=counts[status], status=say(language, f"status.{status}")))
            for status in reversed(WORST_FIRST)
            if counts[status]
        ),
        key_results=len(page.scores),
        score=NOTHING if score is None else grade_text(language, score),
    )
