"""The newest week of what a key result counts, against the weeks people hold it against."""

from decimal import Decimal

from scorecard.effects.weeks import WeekOf
from scorecard.i18n.formats import day_short
from scorecard.i18n.page_messages import say
from scorecard.page.data import PageData


def week_sentence(data: PageData, key_result_id: str) -> str:
    """Say what the newest week brought, what others did, and whether that is chance; empty where none is known."""
    found = data.weeks.get(key_result_id)
    if found is None or data.is_over:
        return ""
    week = found.week
    numbers = {name: amount(found, getattr(week, name)) for name in ("came", "before", "usual", "year_ago")}
    return say(
        data.language,
        "card.week.growth" if found.is_stock else "card.week",
        day=day_short(data.language, found.first),
        low=found.unit.bare.short(Decimal(repr(week.low))),
        high=amount(found, week.high),
        verdict=say(data.language, f"card.week.{week.verdict}"),
        **numbers,
    )


def amount(found: WeekOf, value: float | None) -> str:
    """Write an amount of a week's metric; a dash where it is not known."""
    return found.unit.short(None if value is None else Decimal(repr(value)))
