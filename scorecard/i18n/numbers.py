"""
Numbers in figures: one rounding, one grouping, one way to leave a chance open.

A rounded number is never read as a mark that it is not, such as its target: it gets the digits that keep the two apart.

What differs are the marks, which each place chooses: the terminal, the page in two languages, and the exact digits of
`okr explain`.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

_FEW, _MOST = 0.01, 0.99
_KEPT = 6
"""Decimals that values are kept with: what is the same in these is the same."""
_DIGITS = 80

Number = Decimal | float


def places_apart(value: Number, places: int, marks: Sequence[Number | None]) -> int:
    """Return how many decimals keep a value apart from each mark that it is not: as many as given, or as it takes."""
    if not any(mark is not None for mark in marks):
        return places
    exact = _exact(value)
    others = [_exact(mark) for mark in marks if mark is not None]
    others = [other for other in others if _rounded(other, _KEPT) != _rounded(exact, _KEPT)]
    for shown in range(places, _KEPT):
        if all(_rounded(other, shown) != _rounded(exact, shown) for other in others):
            return shown
    return max(places, _KEPT)


def figures(
    value: Number, places: int | None = None, *, marks: Sequence[Number | None] = (), group: str = "", point: str = "."
) -> str:
    """
    Write a number without noise zeros: exactly, or rounded half up, as readers do, to so many decimals.

    marks: what it may not be read as unless it is, such as its target; it then gets more decimals.
    """
    exact = _exact(value)
    places = None if places is None else places_apart(exact, places, marks)
    with localcontext(rounding=ROUND_HALF_UP):
        text = format(exact.normalize(), ",f") if places is None else format(exact, f",.{places}f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    return text.translate({ord(","): group, ord("."): point})


def places_adding_up(parts: Sequence[Number], total: Number, places: int) -> int:
    """Return how many decimals, from so many on, make parts come to their total as they are written."""
    for shown in range(places, _KEPT):
        if sum(_rounded(_exact(part), shown) for part in parts) == _rounded(_exact(total), shown):
            return shown
    return _KEPT


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _rounded(value: Decimal, places: int) -> Decimal:
    with localcontext(prec=_DIGITS):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if value.is_finite() else value


def chance_ends(probability: float) -> tuple[str, float]:
    """Return the mark before a chance and what is written behind it: nothing is certain before it is decided."""
    if 0 < probability < _FEW:
        return "<", _FEW
    if _MOST < probability < 1:
        return ">", _MOST
    return "", probability
