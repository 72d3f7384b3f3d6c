"""
How the page writes numbers, shares, money, days and instants in Norwegian and English.

Exact forms lose nothing; round forms keep two figures of the gap that matters. Spaces inside a number or between a
number and its unit never break.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from scorecard.i18n.language import Language
from scorecard.i18n.numbers import chance_ends, figures, places_apart
from scorecard.i18n.page_messages import say
from scorecard.span import judged_day

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
_MONTHS = {
    "nb": (
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS = {
    "nb": ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_CODE_LENGTH = 3
_CENTS_BELOW = 100


def number(language: Language, value: Decimal) -> str:
    """Write a number with all its decimals: `1 234 567,9` or `1,234,567.9`."""
    marks = (SPACE, ",") if language == "nb" else (",", ".")
    return figures(value, group=marks[0], point=marks[1]).replace("-", MINUS)


def percent(language: Language, share: Decimal | float, places: int = 0, marks: Sequence[Decimal | None] = ()) -> str:
    """Write a share (0-1) in percent: `12,3 %` or `12.3%`; never as one of the marks (0-1) unless it is that."""
    value = Decimal(str(share)) * 100
    shown = places_apart(value, max(places, 0), [None if mark is None else 100 * mark for mark in marks])
    value = _rounded(value, shown)
    return number(language, value) + (f"{SPACE}%" if language == "nb" else "%")


def chance(language: Language, probability: float | None) -> str:
    """Write a probability in whole percent, and as less than 1 or more than 99 where it is neither 0 nor 1."""
    if probability is None:
        return NOTHING
    mark, written = chance_ends(probability)
    return mark + (SPACE if mark and language == "nb" else "") + percent(language, written)


def way_text(language: Language, progress: float) -> str:
    """Write how much of the way is gone, in whole percent: all of it only where the target is reached."""
    return chance(language, progress)


def grade_text(language: Language, score: Decimal | float) -> str:
    """Write a score (0-1) with two decimals, or those that keep it from being read as 1."""
    return figures(score, 2, marks=(1,), point="," if language == "nb" else ".").replace("-", MINUS)


def day_long(language: Language, day: date) -> str:
    """Write a day in full: `23. november 2026` or `23 November 2026`."""
    return SPACE.join((_ordinal(language, day), _MONTHS[language][day.month - 1], str(day.year)))


def day_short(language: Language, day: date) -> str:
    """Write a day without its year: `23. nov.` or `23 Nov`."""
    return _ordinal(language, day) + SPACE + month(language, day)


def month(language: Language, day: date) -> str:
    """Write a day's month: `nov.` or `Nov`."""
    return _SHORT_MONTHS[language][day.month - 1]


def moment(language: Language, at: datetime) -> str:
    """Write an instant in its own zone: `23. nov. kl. 06.10` or `23 Nov at 06:10`; midnight is the day that it ends."""
    day = judged_day(at, at.tzinfo or UTC)
    if day != at.date():
        return day_short(language, day)
    clock = f"kl.{SPACE}{at:%H.%M}" if language == "nb" else f"at{SPACE}{at:%H:%M}"
    return f"{day_short(language, day)} {clock}"


@dataclass(frozen=True)
class Unit:
    """
    Writes values of one unit: shares in percent, a three-letter code as money, everything else as a plain number.

    Values keep their sign; `None` is written as a dash.
    """

    language: Language
    name: str

    @property
    def is_share(self) -> bool:
        """Whether values are shares, shown in percent."""
        return self.name == "share"

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return len(self.name) == _CODE_LENGTH and self.name.isascii() and self.name.isupper()

    @property
    def bare(self) -> "Unit":
        """The same without a currency, for places where the figure alone says it."""
        return replace(self, name="") if self.is_money else self

    def exact(self, value: Decimal | None) -> str:
        """Write a value with all its decimals."""
        if value is None:
            return NOTHING
        if self.is_share:
            return percent(self.language, value, places=_decimals(value) - 2)
        return self._with_currency(number(self.language, value))

    def worth(self, value: Decimal | None, *marks: Decimal | None) -> str:
        """
        Write a value with all its decimals, a share with two at most: more would be noise of the division.

        marks: what it may not be read as unless it is, such as its target.
        """
        if value is None or not self.is_share:
            return self.exact(value)
        return percent(self.language, value, places=min(_decimals(value) - 2, 2), marks=marks)

    def short(self, value: Decimal | None, *marks: Decimal | None) -> str:
        """
        Write a value as precisely as a reader needs: whole from a hundred on, at most two decimals below.

        marks: what it may not be read as unless it is: of a value its target, of a target the value.
        """
        if value is None:
            return NOTHING
        if self.is_share:
            return percent(self.language, value, places=1, marks=marks)
        places = places_apart(value, 0 if abs(value) >= _CENTS_BELOW else 2, marks)
        return self._with_currency(number(self.language, _rounded(value, places)))

    def whole(self, value: Decimal | None, *marks: Decimal | None) -> str:
        """Write a share without decimals, where it is one of a few parts; anything else as `short` does."""
        if self.is_share and value is not None:
            return percent(self.language, value, marks=marks)
        return self.short(value, *marks)

    def gap(self, value: float) -> str | None:
        """Write a distance to two figures, shares in percentage points; None where it rounds to nothing."""
        if self.is_share:
            points = _near(abs(value) * 100, abs(value) * 100, finest=1)
            if not points:
                return None
            return say(
                self.language, "card.points.one" if points == 1 else "card.points.many", n=number(self.language, points)
            )
        rounded = _near(abs(value), abs(value), finest=0)
        return self._with_currency(number(self.language, rounded)) if rounded else None

    def rate(self, value: float) -> str | None:
        """Write an amount a day to two figures, with at most one decimal; None where that is nothing or a share."""
        rounded = _near(value, value, finest=0 if self.is_money else 1)
        return None if self.is_share or not rounded else self._with_currency(number(self.language, rounded))

    def near(self, value: float, gap: float) -> str:
        """Write a foreseen value to two figures of the gap it is read for."""
        if self.is_share:
            rounded = _near(value * 100, gap * 100, finest=1) / 100
            return percent(self.language, rounded, places=1)
        return self._with_currency(number(self.language, _near(value, gap, finest=0)))

    def _with_currency(self, amount: str) -> str:
        if not self.is_money:
            return amount
        if self.language == "en":
            return f"{self.name}{SPACE}{amount}"
        return f"{amount}{SPACE}{'kr' if self.name == 'NOK' else self.name}"


def _ordinal(language: Language, day: date) -> str:
    return f"{day.day}." if language == "nb" else str(day.day)


def _rounded(value: Decimal, places: int) -> Decimal:
    """Round half up, as readers do; more decimals than there are change nothing."""
    return value.quantize(Decimal(1).scaleb(-max(places, 0)), ROUND_HALF_UP)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _near(value: float, gap: float, finest: int) -> Decimal:
    """Round to two figures of the gap, never to more than `finest` decimals."""
    places = 1 - math.floor(math.log10(abs(gap))) if gap else finest
    places = min(places, finest)
    return Decimal(repr(float(value))).scaleb(places).quantize(Decimal(1), ROUND_HALF_UP).scaleb(-places)
