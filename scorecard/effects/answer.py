"""One answer: what an event brought a metric, and the plain sentences for it."""

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scorecard.effects.estimate import Effect
from scorecard.i18n.formats import Unit, chance, day_long, percent
from scorecard.i18n.messages import count, say

_ALL = 0.995
"""A control that leaves more of the range than this has nothing to say."""


@dataclass(frozen=True)
class Days:
    """The days an event is said to work: how many there are, have passed, and are known."""

    first: date
    last: date
    passed: int
    known: int

    @property
    def all(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Chance:
    """A key result's chance (0-1), as published, and without what the event brought."""

    key_result_id: str
    title: str
    now: float
    without: float


@dataclass(frozen=True)
class Answer:
    """
    What an event brought a metric, or a plan for one would have to.

    names: of the notes it is told of, none for a plan. title: the metric's. effect: None where nothing can be measured
    (yet), and `why_none` says why; `is_due` where that is no fault of what was asked. control: the title of what it was
    held against, which left `narrow` of the range.
    """

    names: tuple[str, ...]
    metric: str
    title: str
    unit: Unit
    days: Days
    effect: Effect | None = None
    why_none: str = ""
    is_due: bool = True
    chances: tuple[Chance, ...] = ()
    control: str = ""
    narrow: float = 1.0

    @property
    def verdict(self) -> str:
        """One of more, fewer, unclear, none."""
        if self.effect is None:
            return "none"
        return "unclear" if not self.effect.shows else "more" if self.effect.low > 0.0 else "fewer"


def sentences(answer: Answer) -> tuple[str, ...]:
    """Say what an event brought, how sure that is, and what it did to key results."""
    language, days, effect = answer.unit.language, answer.days, answer.effect
    if effect is None:
        return (answer.why_none if answer.why_none.endswith(".") else f"{answer.why_none}.",)
    said = [_effect(answer, effect)]
    if len(answer.names) > 1:
        said.append(say(language, "effect.together", names=", ".join(f"«{name}»" for name in answer.names)))
    if days.passed < days.all:
        said.append(say(language, "effect.so_far", known=days.passed, all=days.all))
    if days.known < days.passed:
        said.append(say(language, "effect.untold", known=days.known, all=days.passed))
    if answer.control and answer.narrow >= _ALL:
        said.append(say(language, "effect.control.unlike", control=answer.control))
    elif answer.control:
        said.append(say(language, "effect.control", control=answer.control, share=percent(language, answer.narrow)))
    said.extend(
        say(
            language,
            "effect.chance",
            title=one.title,
            now=chance(language, one.now),
            without=chance(language, one.without),
        )
        for one in answer.chances
    )
    return tuple(said)


def sentence_of_plan(answer: Answer) -> str:
    """Say what comes anyway, and how much more an event must bring to be seen."""
    language, effect = answer.unit.language, answer.effect
    if effect is None:
        return answer.why_none
    if math.isinf(effect.detectable):
        return say(language, "effect.plan.nothing_before", metric=answer.title)
    share = effect.share(effect.detectable)
    return say(
        language,
        "effect.plan",
        metric=answer.title,
        counted=count(language, "count.day", answer.days.all),
        foreseen=_amount(answer, effect.foreseen),
        low=_amount(answer, effect.foreseen_low),
        high=_amount(answer, effect.foreseen_high),
        detectable=_amount(answer, effect.detectable),
        share="" if share is None else f" (+{percent(language, share)})",
    )


def days_in_words(answer: Answer) -> str:
    """Return the day, or from when until when."""
    language, first, last = answer.unit.language, answer.days.first, answer.days.last
    if first == last:
        return day_long(language, first)
    return say(language, "effect.days", first=day_long(language, first), last=day_long(language, last))


def _effect(answer: Answer, effect: Effect) -> str:
    language = answer.unit.language
    words = {"metric": answer.title, "days": days_in_words(answer), "came": _amount(answer, effect.came)}
    if answer.verdict == "unclear":
        if math.isinf(effect.detectable):
            return say(language, "effect.unclear.nothing_before", **words)
        low, high = _amount(answer, effect.foreseen_low), _amount(answer, effect.foreseen_high)
        return say(
            language, "effect.unclear", detectable=_amount(answer, effect.detectable), low=low, high=high, **words
        )
    least, most = sorted((abs(effect.low), abs(effect.high)))
    part = effect.share(abs(effect.middle))
    key = f"effect.{answer.verdict}"
    return say(
        language,
        key,
        foreseen=_amount(answer, effect.foreseen),
        effect=_amount(answer, abs(effect.middle)),
        low=_amount(answer, least),
        high=_amount(answer, most),
        share="" if part is None else say(language, f"{key}.share", share=percent(language, part)),
        **words,
    )


def _amount(answer: Answer, value: float) -> str:
    """Write an amount as a reader needs it; of what is counted no fractions, a size that would show rounded up."""
    return answer.unit.short(Decimal(repr(float(value))))
