"""A chance as so many of twenty outcomes, with a mark where the team aimed."""

from dataclasses import dataclass

from scorecard.i18n.formats import percent
from scorecard.i18n.page_messages import count, say
from scorecard.page.story import Story
from scorecard.status import UNDECIDED

DOTS = 20


@dataclass(frozen=True)
class Dots:
    """
    A chance as so many of twenty outcomes. `text` stands beside them, `label` is read aloud for them.

    aim: the dot after which the mark of the planned chance stands; aimed: the same in words. is_estimate: the chance is
    the team's own word, alone or mostly, and every dot is empty. is_drawn: whether there is anything to draw, which
    without a number there is not.
    """

    hits: int
    text: str
    label: str
    aim: int
    aimed: str
    is_estimate: bool
    is_drawn: bool


def dots_of(story: Story) -> Dots | None:
    """Draw the chance of what is under way; None where there is none, or nothing is left to hope."""
    score, language = story.score, story.language
    if score.probability is None or score.status not in UNDECIDED or story.span.is_over:
        return None
    hits = round(DOTS * score.probability)
    text, label = _words(story, hits, score.probability)
    key = "card.aimed" if score.confidence_stated is not None else "card.aimed.unstated"
    return Dots(
        hits=hits,
        text=text,
        label=label,
        aim=round(DOTS * story.aim),
        # an estimate is the plan itself: beside it there is nothing to aim at
        aimed="" if story.rests_on_estimate else say(language, key, plan=percent(language, story.aim)),
        is_estimate=story.rests_on_estimate,
        is_drawn=score.value is not None,
    )


def _words(story: Story, hits: int, probability: float) -> tuple[str, str]:
    language = story.language
    if story.rests_on_estimate:
        text = say(language, "card.estimate" if story.score.value is None else "card.estimate.mostly")
        return text, text
    if hits == 0 and probability > 0:
        text = say(language, "card.dots.few")
    elif hits == DOTS and probability < 1:
        text = say(language, "card.dots.most")
    else:
        return count(language, "card.dots", hits), say(language, "card.dots.label", n=hits)
    return text, text
