"""The words a key result is judged by: one status, and flags beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # a status line reads these words without paying for the config's models
    from okr_config.models import Thresholds


class Status(StrEnum):
    """Where a key result or an objective stands."""

    NOT_STARTED = "not_started"
    NO_DATA = "no_data"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    ACHIEVED = "achieved"
    MISSED = "missed"


DECIDED = (Status.ACHIEVED, Status.MISSED)
"""Nothing is left to hope or to assume."""

IN_PLAY = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
"""Under way, and known how."""

UNDECIDED = (*IN_PLAY, Status.NO_DATA)
"""Under way: a chance means something."""

BAD = (Status.OFF_TRACK, Status.MISSED)
"""What makes `okr status --exit-code` exit 1."""


@dataclass(frozen=True)
class Look:
    """
    How a status is drawn, so that it can be told without colour as well.

    shape, ascii: one character. colour: one of a terminal's, None for none. ink: of a badge, which stands on white.
    """

    shape: str
    ascii: str
    colour: str | None
    ink: str


LOOKS: Mapping[str, Look] = {
    Status.ON_TRACK: Look("●", "*", "bright_blue", "#0b69be"),
    Status.AT_RISK: Look("▲", "!", "yellow", "#9a5f00"),
    Status.OFF_TRACK: Look("◆", "x", "red", "#7a1f3d"),
    Status.ACHIEVED: Look("✓", "+", "bright_blue", "#0b69be"),
    Status.MISSED: Look("✗", "X", "red", "#7a1f3d"),
    Status.NO_DATA: Look("○", "?", None, "#667085"),
    Status.NOT_STARTED: Look("·", ".", None, "#667085"),
}


class Flag(StrEnum):
    """What a reader should know beside the status; listed in this order."""

    NO_RATE = "no_rate"
    STALE = "stale"
    PARTIAL = "partial"
    PROVISIONAL = "provisional"
    PRIOR_ONLY = "prior_only"
    MET_NOW = "met_now"
    TARGET_CHANGED = "target_changed"
    DISAGREEMENT = "disagreement"
    FAILING_SOURCE = "failing_source"


WORST_FIRST: tuple[Status, ...] = (
    Status.MISSED,
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.NO_DATA,
    Status.ON_TRACK,
    Status.NOT_STARTED,
    Status.ACHIEVED,
)
"""The order in which a reader wants to see them."""

TOO_EARLY = 0.1
"""Share of the time before which a pace says nothing yet."""

GOOD = 0.7
"""The grade that is good where a target was set to stretch; a committed one must be reached."""

_DIGITS = 9
"""Ratios are compared after rounding: 0.72 / 0.9 is 0.8 to a reader, a little less to a computer."""


def by_chance(probability: float, stated: float, thresholds: "Thresholds") -> Status:
    """Judge the chance against the one the team stated (both 0-1): a coin flip that stays one is on track."""
    held = probability / stated if stated else float("inf")
    return _band(held, thresholds.on_track, thresholds.at_risk)


def by_pace(pace: float, thresholds: "Thresholds") -> Status:
    """Judge progress against what was expected by now."""
    return _band(pace, thresholds.pace_on_track, thresholds.pace_at_risk)


def worst(statuses: Iterable[Status]) -> Status:
    """Return an objective's status: its worst key result's, not started only if none has."""
    present = set(statuses)
    judged = (status for status in WORST_FIRST if status is not Status.NOT_STARTED)
    return next((status for status in judged if status in present), Status.NOT_STARTED)


def in_order(flags: Iterable[Flag]) -> list[str]:
    """Return flags as text, in the order of their declaration."""
    present = set(flags)
    return [flag.value for flag in Flag if flag in present]


def _band(value: float, on_track: float, at_risk: float) -> Status:
    value = round(value, _DIGITS)
    if value >= on_track:
        return Status.ON_TRACK
    return Status.AT_RISK if value >= at_risk else Status.OFF_TRACK
