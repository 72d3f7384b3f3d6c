"""
Numbers in figures: one rounding, one grouping, one way to leave a chance open.

What differs are the marks, which each place chooses: the terminal, the page in two languages, and the exact digits of
`okr explain`.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext

_FEW, _MOST = 0.01, 0.99


def figures(value: Decimal | float, places: int | None = None, *, group: str = "", point: str = ".") -> str:
    """Write a number without noise zeros: exactly, or rounded half up, as readers do, to so many decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    with localcontext(rounding=ROUND_HALF_UP):
        text = format(exact.normalize(), ",f") if places is None else format(exact, f",.{places}f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    return text.translate({ord(","): group, ord("."): point})


def chance_ends(probability: float) -> tuple[str, float]:
    """Return the mark before a chance and what is written behind it: nothing is certain before it is decided."""
    if 0 < probability < _FEW:
        return "<", _FEW
    if _MOST < probability < 1:
        return ">", _MOST
    return "", probability
