"""A week's digest: ten lines at most, and a message on statuses that have changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from scorecard.digest.data import DigestData
from scorecard.digest.decision import Question, decision, questions
from scorecard.digest.missing import missing
from scorecard.digest.moves import Move, moves
from scorecard.i18n.digest_messages import count, say
from scorecard.i18n.formats import day_long, day_short, grade_text, way_text
from scorecard.i18n.page_messages import count as count_on_page
from scorecard.i18n.page_messages import say as say_on_page
from scorecard.page.weeks import amount
from scorecard.score_row import ScoreRow, worst_objective_first
from scorecard.span import DAY, judged_day
from scorecard.status import Status

Part = Literal["lead", "moved", "decision", "missing"]

_MOST_MOVED, _MOST_MISSING, _MOST_LED = 3, 2, 2
_FORTNIGHT = timedelta(days=14)
_EARLY = "early"
_TOLD_FIRST = (
    Status.ACHIEVED,
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.OFF_TRACK,
    Status.MISSED,
    Status.NO_DATA,
    _EARLY,
    Status.NOT_STARTED,
)


@dataclass(frozen=True)
class Line:
    """A sentence, which part of the digest it belongs to, and what and whom it is about."""

    part: Part
    text: str
    key_result_id: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Digest:
    """
    What is told: a title and at most nine lines below it.

    is_calm: nothing went beyond what luck does, and nothing was decided, corrected or changed.
    """

    title: str
    lines: tuple[Line, ...]
    is_calm: bool


def build_digest(data: DigestData, *, owner: str | None = None) -> Digest:
    """Tell a period's week; with `owner` only what is about the key results of one person."""
    moved = moves(data)
    seen = [move for move in moved if move.is_seen and owner in (None, data.owner_of(move.score))]
    weeks = tuple(_weeks(data, owner))
    is_calm = not weeks and not any(move.is_news for move in seen)
    asked = tuple(one for one in questions(data, moved) if owner in (None, one.owner))
    brought = tuple(_brought(data, owner))
    lines = [
        Line("lead", " ".join(filter(None, (_as_of(data), _counts(data), *_led(data))))),
        *_moved(data, seen, is_calm=is_calm, most=_MOST_MOVED - len(brought) - len(weeks)),
        *weeks,
        *brought,
        _decision(data, asked),
        *_missing(data, owner),
    ]
    return Digest(_title(data), tuple(lines), is_calm)


def _title(data: DigestData) -> str:
    at = data.page.as_of
    # what is told on a Monday is the week that ended the day before
    week = max(judged_day(at, data.page.zone) - DAY, data.page.period.start).isocalendar().week if at else "-"
    return say(data.language, "title", name=data.name, week=week)


def _as_of(data: DigestData) -> str:
    page, language = data.page, data.language
    if page.as_of is None:
        return ""
    day = judged_day(page.as_of, page.zone)
    left, when = (page.period.end - day).days, day_long(language, day)
    if day < page.period.start:
        return say(language, "as_of.early", when=when)
    if left <= 0:
        return say(language, "as_of.over" if left < 0 else "as_of.last", when=when)
    return count(language, "as_of", left, when=when)


def _counts(data: DigestData) -> str:
    """Count key results by status in the page's own words."""
    language, total = data.language, len(data.page.scores)
    if not total:
        return say_on_page(language, "no_key_results").unescape()
    counts = Counter(_EARLY if data.page.is_early(score) else score.status for score in data.page.scores)
    first, *rest = (status for status in _TOLD_FIRST if counts[status])
    if total == 1:
        return say_on_page(language, f"only.{first}").unescape()
    told = [count_on_page(language, f"first.{first}", counts[first], of=total)]
    told += [count_on_page(language, f"next.{status}", counts[status]) for status in rest]
    return " ".join(text.unescape() for text in told)


def _led(data: DigestData) -> Iterator[str]:
    """Tell what the worst objectives that others serve come to: those on top, and of how much of the weight."""
    rows = data.page.family
    served = {row.parent for _, row in rows}
    leading = [row for depth, row in rows if not depth and row.objective_id in served and row.score is not None]
    for row in sorted(leading, key=worst_objective_first)[:_MOST_LED]:
        title = say(data.language, "quoted", title=data.page.objective_title(row).striptags())
        score = grade_text(data.language, row.score or 0)
        key = "led" if row.coverage == 1 else "led.part"
        yield say(data.language, key, title=title, score=score, share=way_text(data.language, row.coverage or 0))


def _moved(data: DigestData, seen: Sequence[Move], *, is_calm: bool, most: int) -> Iterator[Line]:
    language, days = data.language, data.page.days_since
    if not data.before:
        yield Line("moved", say(language, "first_time"))
        return
    if is_calm:  # what luck does is no news, whatever it is called now
        yield Line("moved", say(language, "calm") if days is None else say(language, "calm.since", n=days))
        seen = [move for move in seen if None in (move.before.probability, move.score.probability)]
        most -= 1
    for move in seen[:most]:
        yield Line("moved", move.text, move.score.key_result_id, data.owner_of(move.score))
    if len(seen) > most:
        yield Line("moved", count(language, "moved.more", len(seen) - most))


def _weeks(data: DigestData, owner: str | None) -> Iterator[Line]:
    """Tell of the worst key result's newest week that was beyond what all of them together do by chance."""
    page = data.page
    for score in page.scores:
        found = page.weeks.get(score.key_result_id)
        if found is None or page.is_over or not found.week.is_news or owner not in (None, data.owner_of(score)):
            continue
        text = say(
            data.language,
            f"week.{found.week.verdict}.growth" if found.is_stock else f"week.{found.week.verdict}",
            title=say(data.language, "quoted", title=data.title_of(score)),
            came=amount(found, found.week.came),
            before=amount(found, found.week.before),
            low=found.unit.bare.short(Decimal(repr(found.week.low))),
            high=amount(found, found.week.high),
            day=day_short(data.language, found.first),
        )
        yield Line("moved", text, score.key_result_id, data.owner_of(score))
        return


def _brought(data: DigestData, owner: str | None) -> Iterator[Line]:
    """Tell of the newest event of the last fortnight what it brought the worst key result that it was measured on."""
    page = data.page
    if page.as_of is None or not page.effects:
        return
    since = judged_day(page.as_of, page.zone) - _FORTNIGHT
    for row in page.notes.sort("last_day", "name", descending=True).iter_rows(named=True):
        about = [score for score in page.scores if (score.key_result_id, row["name"]) in page.effects]
        about = [score for score in about if owner in (None, data.owner_of(score))]
        if about and row["last_day"] >= since:
            text = say(
                data.language, "brought", name=row["name"], text=page.effects[about[0].key_result_id, row["name"]]
            )
            yield Line("moved", text, about[0].key_result_id, data.owner_of(about[0]))
            return


def _decision(data: DigestData, asked: Sequence[Question]) -> Line:
    first = asked[0] if asked else None
    text = decision(data, asked)
    return Line("decision", text, first.score.key_result_id, first.owner) if first else Line("decision", text)


def _missing(data: DigestData, owner: str | None) -> Iterator[Line]:
    found = [one for one in missing(data) if owner is None or one.score is None or one.owner == owner]
    if not found:
        yield Line("missing", say(data.language, "missing.none"))
    for one in found[:_MOST_MISSING]:
        yield Line("missing", one.text, one.score.key_result_id if one.score else None, one.owner)
    if len(found) > _MOST_MISSING:
        yield Line("missing", count(data.language, "missing.more", len(found) - _MOST_MISSING))


def status_digest(data: DigestData, changed: Sequence[tuple[ScoreRow, str]]) -> Digest:
    """Tell which key results have another status now; each with the one it had."""
    language = data.language
    lines = [
        Line(
            "moved",
            say(
                language,
                "status.line",
                title=say(language, "quoted", title=data.title_of(score)),
                status=say(language, f"status.{score.status}"),
                old=say(language, f"status.{old}"),
                explanation=score.explanation or "",
            ).strip(),
            score.key_result_id,
            data.owner_of(score),
        )
        for score, old in changed
    ]
    return Digest(count(language, "status.subject", len(changed), name=data.name), tuple(lines), is_calm=False)


def reminder_digest(data: DigestData, lines: Sequence[Line]) -> Digest:
    """Remind of numbers that are missing."""
    return Digest(say(data.language, "reminder.subject", name=data.name), tuple(lines), is_calm=True)
