"""The numbers of the scoreboard with all their digits, for those who want to reckon with them."""

from dataclasses import dataclass
from decimal import Decimal

from scorecard.i18n.formats import Unit
from scorecard.i18n.page_messages import say
from scorecard.page.story import Story

_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Exact:
    """A number of the scoreboard as it is kept: what it is, how it is written, and the number itself."""

    label: str
    text: str
    value: Decimal | float


def exact_numbers(story: Story) -> tuple[Exact, ...]:
    """List what the scoreboard says, in its own digits; what is not known is left out."""
    score, unit = story.score, story.unit
    share = Unit(story.language, "share")
    changed = score.target_original if score.target_original != score.target else None
    listed: tuple[tuple[str, Decimal | float | None, Unit], ...] = (
        ("value", score.value, unit),
        ("baseline", score.baseline, unit),
        ("target", score.target, unit),
        ("target_original", changed, unit),
        ("progress_raw", score.progress_raw, share),
        ("expected", score.expected, share),
        ("probability", score.probability, share),
        ("confidence", score.confidence, Unit(story.language, "")),
        ("confidence_stated", score.confidence_stated, Unit(story.language, "")),
        ("forecast_p10", score.forecast_p10, unit),
        ("forecast_p50", score.forecast_p50, unit),
        ("forecast_p90", score.forecast_p90, unit),
    )
    return tuple(
        Exact(say(story.language, f"exact.{name}"), written.exact(_rounded(value)), value)
        for name, value, written in listed
        if value is not None
    )


def _rounded(value: Decimal | float) -> Decimal:
    """Six decimals, as the warehouse keeps values; more would be noise of the reckoning."""
    return Decimal(repr(value) if isinstance(value, float) else value).quantize(_SIX_PLACES)
