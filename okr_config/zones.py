"""Time zones by name."""

from zoneinfo import ZoneInfo, available_timezones

from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.hints import did_you_mean
from okr_config.tokens import quoted


def zone_problems(spot: Spot, name: str | None) -> list[Problem]:
    """Return what is wrong with the name of a zone; no name is no problem."""
    if name is None or is_zone(name):
        return []
    hint = (
        did_you_mean(name, available_timezones()) or "zones are named after places: Europe/Oslo, America/New_York, UTC"
    )
    return spot.tell(f"unknown timezone{quoted(spot)}", hint=hint)


def is_zone(name: str) -> bool:
    """Whether there is a zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
