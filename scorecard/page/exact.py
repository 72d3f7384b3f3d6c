"""
The numbers of the scoreboard for those who want to reckon with them.

Each has all its digits in the markup, and to read as many as it is worth: what was counted has every one, what was
reckoned has no more than can be told apart.
"""

from dataclasses import dataclass
from decimal import Decimal

from scorecard.i18n.formats import number, percent
from scorecard.i18n.page_messages import say
from scorecard.page.story import Story

_ENDS = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Exact:
    """A number of the scoreboard as it is kept: what it is, how it is written, and the number itself."""

    label: str
    text: str
    value: Decimal | float


def exact_numbers(story: Story) -> tuple[Exact, ...]:
    """List what the scoreboard says; what is not known is left out."""
    score, unit, language = story.score, story.unit, story.language
    changed = score.target_original if score.target_original != score.target else None
    counted = {"value": score.value, "baseline": score.baseline, "target": score.target, "target_original": changed}
    shares = {"progress_raw": score.progress_raw, "expected": score.expected, "probability": score.probability}
    tenths = {"confidence": score.confidence, "confidence_stated": score.confidence_stated}
    coming = {name: getattr(score, name) for name in ("forecast_p10", "forecast_p50", "forecast_p90")}
    width = (score.forecast_p90 or 0.0) - (score.forecast_p10 or 0.0)
    listed: tuple[tuple[str, Decimal | float | None, str], ...] = (
        *((name, value, unit.worth(value, *counted.values())) for name, value in counted.items()),
        *((name, value, "" if value is None else percent(language, value, 1, _ENDS)) for name, value in shares.items()),
        *(
            (name, value, "" if value is None else number(language, Decimal(repr(value))))
            for name, value in tenths.items()
        ),
        *((name, value, "" if value is None else unit.near(value, width)) for name, value in coming.items()),
    )
    return tuple(
        Exact(say(language, f"exact.{name}"), text, value) for name, value, text in listed if value is not None
    )
