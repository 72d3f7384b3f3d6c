"""What would become of a key result under an assumption: a small table below its card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from scorecard.i18n.formats import NOTHING, Unit, chance
from scorecard.page.data import PageData

_WHOLE_FROM = 10


@dataclass(frozen=True)
class WhatIf:
    """A row: what is assumed, where it lands, the chance of the target then, and how likely the assumption is."""

    text: Markup
    lands: str
    chance: str
    comes_true: str


def whatif(data: PageData, unit: Unit, rows: Sequence[Mapping[str, Any]]) -> tuple[WhatIf, ...]:
    """Write a key result's rows of `key_result_whatif`; nothing where there is only how it goes now."""
    if len(rows) < 2:  # noqa: PLR2004 - the first is how it goes now
        return ()
    return tuple(
        WhatIf(
            text=data.said(row["text"]),
            # the range around it stands in the forecast's own sentence
            lands=NOTHING if row["lands_p50"] is None else _lands(unit.bare, row["lands_p50"]),
            chance=chance(data.language, row["probability"]),
            comes_true=NOTHING if row["likelihood"] is None else chance(data.language, row["likelihood"]),
        )
        for row in rows
    )


def _lands(unit: Unit, value: float) -> str:
    """Write where it lands: a reckoned value, from ten on without decimals."""
    exact = Decimal(repr(value))
    return unit.short(exact if unit.is_share or abs(exact) < _WHOLE_FROM else exact.quantize(Decimal(1), ROUND_HALF_UP))
