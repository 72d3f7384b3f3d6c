"""What the marks of the scoreboard mean: its flags and its statuses, in a line each."""

from collections.abc import Iterable

from scorecard.status import WORST_FIRST, Flag, Status

FLAGS: dict[str, tuple[str, str]] = {
    Flag.NO_RATE: ("no rate", "an exchange rate is missing"),
    Flag.STALE: ("stale", "newer numbers are due and have not come"),
    Flag.PARTIAL: ("partial", "some of what it counts is missing"),
    Flag.PROVISIONAL: ("provisional", "the vendor may still change its newest numbers"),
    Flag.PRIOR_ONLY: ("little history", "too few numbers yet: the chance, in brackets, is mostly the team's own"),
    Flag.MET_NOW: ("met now", "the target is met, and may be lost again before it is due"),
    Flag.TARGET_CHANGED: ("new target", "the target was changed under way"),
    Flag.DISAGREEMENT: ("disagrees", "the team and the numbers disagree about the chance"),
    Flag.FAILING_SOURCE: ("source fails", "a source it counts on failed at the last run"),
}
"""Each flag as the scoreboard writes it, and what it means."""

STATUSES: dict[str, str] = {
    Status.MISSED: "it is over, and the target was not reached",
    Status.OFF_TRACK: "its chance, or its pace, is far below what was planned",
    Status.AT_RISK: "its chance, or its pace, is below what was planned",
    Status.NO_DATA: "nothing is known of it yet",
    Status.ON_TRACK: "its chance, or its pace, is what was planned, or better",
    Status.NOT_STARTED: "it begins later",
    Status.ACHIEVED: "the target is reached",
}
"""What each status says."""

TOO_EARLY = "too early"
"""What stands in place of `on track` while a pace says nothing yet."""

COLUMNS: dict[str, str] = {
    "value of target": "where it stands, and where it should get to",
    "trend": "its last 14 observed days",
    "way": "how much of the way from baseline to target is done",
    "time": "how much of its time has passed",
    "chance": "how likely it is to be reached; of an objective: that all of it is",
    "data": "how old its newest number is",
}
"""What the heads of the scoreboard stand for."""


def flag_word(flag: str) -> str:
    """Return a flag as the scoreboard writes it."""
    return FLAGS[flag][0] if flag in FLAGS else flag.replace("_", " ")


def flag_legend(shown: Iterable[str]) -> str:
    """Return one line that explains the flags that are shown, in the order of their declaration; "" for none."""
    present = set(shown)
    return "; ".join(f"{word}: {meaning}" for flag, (word, meaning) in FLAGS.items() if flag in present)


def legend() -> list[dict[str, str]]:
    """Return every column, status and flag with its meaning, worst status first."""
    return [
        *({"what": "column", "mark": name, "meaning": meaning} for name, meaning in COLUMNS.items()),
        *({"what": "status", "mark": name, "meaning": STATUSES[name]} for name in WORST_FIRST),
        {
            "what": "status",
            "mark": TOO_EARLY,
            "meaning": "less than a tenth of its time has passed: nobody can tell yet",
        },
        *({"what": "flag", "mark": word, "meaning": meaning} for word, meaning in FLAGS.values()),
    ]
