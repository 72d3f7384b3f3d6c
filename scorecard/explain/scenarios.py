"""An assumption in words, in the language of the key result's file."""

from decimal import Decimal

from okr_config.models import Every
from scorecard.i18n.formats import Unit
from scorecard.i18n.messages import count, say
from scorecard.progress import Standing


def told(standing: Standing, assumption: str, amount: float | None) -> str:
    """Say what is assumed: `amount` is a pace a day, a number of days or a target, as the assumption has it."""
    subject = standing.subject
    language, unit = subject.definition.language, Unit(subject.definition.language, subject.metric_unit)
    if assumption == "now" or amount is None:
        return say(language, "whatif.now")
    if assumption == "repeat_last":
        return count(language, "whatif.repeat_last", int(amount))
    if assumption == "target":
        return say(language, "whatif.target", target=unit.short(Decimal(repr(amount))))
    if assumption == "needed" and standing.goal.is_falling and subject.rules.is_sum:
        assumption = "room"
    return say(language, f"whatif.{assumption}", pace=pace_in_words(standing, amount))


def pace_in_words(standing: Standing, a_day: float) -> str:
    """Write a pace a day as the key result counts: so much, or so much more or less."""
    subject = standing.subject
    language, unit = subject.definition.language, Unit(subject.definition.language, subject.metric_unit)
    change = "" if subject.rules.is_sum else ".less" if a_day < 0 else ".more"
    size = abs(a_day) if change else a_day
    return say(language, f"per.{Every.DAY}{change}", n=unit.short(Decimal(repr(round(size, 6)))))
