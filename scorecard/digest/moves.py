"""What moved since the last time, and why: corrections, changed targets, and the numbers that came."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scorecard.digest.data import DigestData
from scorecard.digest.usual import usual_range
from scorecard.i18n.digest_messages import count, say
from scorecard.i18n.formats import Unit, chance, day_short
from scorecard.score_row import ScoreRow
from scorecard.status import DECIDED, WORST_FIRST, Status

_ENOUGH = 0.01
"""A chance that moved by less has not."""

_LEAST = Decimal("0.01")
"""Corrections of less than this part of the way are named where something else moved, and are no news themselves."""


@dataclass(frozen=True)
class Move:
    """
    How a key result moved.

    causes: why, as parts of a sentence. is_news: its chance went beyond what luck does in that time, it was decided,
    or its numbers or target were changed. is_worse: the news is that its chance fell beyond that, or it was missed.
    """

    score: ScoreRow
    before: ScoreRow
    causes: tuple[str, ...]
    text: str
    is_news: bool
    is_worse: bool

    @property
    def is_seen(self) -> bool:
        """Whether it is worth a line: news, or called otherwise now."""
        return self.is_news or self.before.status != self.score.status

    @property
    def weight(self) -> tuple[bool, bool, float]:
        """What a reader should see first is smallest."""
        return not self.is_worse, not self.is_news, -abs(_difference(self.before, self.score))


def moves(data: DigestData) -> tuple[Move, ...]:
    """Return how each key result moved that was scored before, most telling first."""
    scores = [score for score in data.page.scores if score.key_result_id in data.before]
    found = [move_of(data, score) for score in scores]
    return tuple(sorted(found, key=lambda move: move.weight))


def move_of(data: DigestData, score: ScoreRow) -> Move:
    """Return how a key result moved; it was scored before."""
    before = data.before[score.key_result_id]
    targets = tuple(_targets(data, score))
    beyond = _is_beyond(data, before, score)
    was_decided = score.status in DECIDED and before.status not in DECIDED
    is_first = before.value is None and score.value is not None
    is_news = beyond or was_decided or is_first or bool(targets) or _is_corrected(data, score)
    is_worse = (beyond and _difference(before, score) < 0) or (was_decided and score.status == Status.MISSED)
    fell = WORST_FIRST.index(Status(score.status)) < WORST_FIRST.index(Status(before.status))
    is_usual = fell and not is_news and None not in (before.probability, score.probability)
    causes = (*_corrections(data, score), *targets, *_numbers(data, before, score))
    effects = ", ".join(_effects(data, before, score, is_usual=is_usual))
    language = data.language
    title = say(language, "quoted", title=data.title_of(score))
    text = say(language, "moved", title=title, told="; ".join(filter(None, (*causes, effects))))
    return Move(score, before, causes, text, is_news, is_worse)


def _is_beyond(data: DigestData, before: ScoreRow, score: ScoreRow) -> bool:
    if before.probability is None or score.probability is None or before.target != score.target:
        return False
    if abs(_difference(before, score)) < _ENOUGH:
        return False
    span = before.span(data.page.zone)
    low, high = usual_range(
        before.probability, span.ends - before.as_of, score.as_of - before.as_of, len(data.page.scores)
    )
    return not low <= score.probability <= high


def _is_corrected(data: DigestData, score: ScoreRow) -> bool:
    """Whether corrections moved it by a hundredth of the way or more; one whose way is not known by any."""
    rows = data.causes_of.get(score.key_result_id, ())
    way = None if score.target is None or score.baseline is None else abs(score.target - score.baseline)
    return any(
        not way or None in (row["before"], row["after"]) or abs(row["after"] - row["before"]) >= way * _LEAST
        for row in rows
    )


def _difference(before: ScoreRow, score: ScoreRow) -> float:
    if before.probability is None or score.probability is None:
        return 0.0
    return score.probability - before.probability


def _corrections(data: DigestData, score: ScoreRow) -> Iterator[str]:
    language, unit = data.language, Unit(data.language, score.unit or "")
    for row in data.causes_of.get(score.key_result_id, ()):
        stream = f".{row['stream']}" if row["stream"] == "orders" else ""
        swept = False
        for what in ("gone", "edited"):
            if row[what]:
                swept = True
                yield count(language, f"cause.{what}{stream}", row[what], source=row["source_id"])
        if not swept:
            yield say(
                language,
                "cause.corrected",
                source=row["source_id"],
                old=unit.short(row["before"], score.target, row["after"]),
                new=unit.short(row["after"], score.target, row["before"]),
                when=day_short(language, row["day"]),
            )


def _targets(data: DigestData, score: ScoreRow) -> Iterator[str]:
    language, unit = data.language, Unit(data.language, score.unit or "")
    since = data.before[score.key_result_id].as_of
    for row in data.edits_of.get(score.key_result_id, ()):
        if row["at"] <= since or row["old_target"] == row["new_target"]:
            continue
        values = {
            "old": unit.short(row["old_target"], row["new_target"]),
            "new": unit.short(row["new_target"], row["old_target"]),
        }
        key = "cause.target.reason" if row["reason"] else "cause.target"
        yield say(language, key, reason=row["reason"], **values)


def _numbers(data: DigestData, before: ScoreRow, score: ScoreRow) -> Iterator[str]:
    """Say where the value went, unless a correction alone has moved it there."""
    unit = Unit(data.language, score.unit or "")
    values = {"new": unit.short(score.value, score.target), "target": unit.bare.short(score.target, score.value)}
    corrected = {(row["before"], row["after"]) for row in data.causes_of.get(score.key_result_id, ())}
    if score.value is None or score.value == before.value:
        yield say(data.language, "cause.still", **values)
    elif before.value is None:
        yield say(data.language, "cause.first", **values)
    elif corrected != {(before.value, score.value)}:
        yield say(data.language, "cause.value", old=unit.bare.short(before.value, score.target), **values)


def _effects(data: DigestData, before: ScoreRow, score: ScoreRow, *, is_usual: bool) -> Iterator[str]:
    language = data.language
    old, new = chance(language, before.probability), chance(language, score.probability)
    if score.probability is not None and score.status not in DECIDED:
        yield say(language, "effect.chance.same" if old == new else "effect.chance", old=old, new=new)
    if before.status != score.status:
        words = (say(language, f"status.{status}") for status in (before.status, score.status))
        yield say(language, "effect.status", **dict(zip(("old", "new"), words, strict=True)))
    if is_usual:
        yield say(language, "effect.usual")
