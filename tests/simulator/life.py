"""What happens in a life, by a seed: in the world, and in the folder."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from tests.simulator.truth import OSLO

WORLD = {
    "refund": 0.35,
    "edit": 0.25,
    "delete": 0.15,
    "trash": 0.1,
    "shift": 0.12,
    "hit_late": 0.4,
    "correct": 0.15,
    "spoil": 0.12,
    "mend": 0.12,
    "take_out": 0.08,
    "fall": 0.12,
    "rise": 0.25,
    "expire": 0.05,
}
"""How often a day each of these happens, by the name of what the truth has for it."""
FOLDER = {
    "check_in": 0.25,
    "crash": 0.12,
    "fault": 0.08,
    "jump": 0.1,
    "target": 0.08,
    "rename": 0.05,
    "misspell": 0.05,
    "restore": 0.06,
    "lose": 0.05,
    "full": 0.06,
    "ahead": 0.04,
    "backfill": 0.05,
    "finish": 0.1,
    "renew": 0.3,
}
"""The same of what is done to the folder."""
RUNS = (0, 1, 1, 1, 2)
"""How many runs a day may have."""
FORTNIGHT = 14
LONG = 60
"""Days from which on a life has a run a week, and all that happens as seldom; each day has its visits and sales."""


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens at an instant; `number` decides what to."""

    at: datetime
    what: str
    number: int


def first_day(seed: int) -> date:
    """Return the first day of a life; some have the end of summer time in them."""
    return date(2026, 10, 12) + timedelta(days=Random(seed).randrange(30))  # noqa: S311 - a seed is the point


def events_of(seed: int, days: int = FORTNIGHT) -> list[Event]:
    """Return what happens, in order; the first thing is a run."""
    seldom = 7 if days >= LONG else 1
    random = Random(f"life {seed}")  # noqa: S311 - the same
    events = []
    lazy = random.randrange(days)

    def happens(day: date, what: str) -> None:
        minute = random.randrange(30, 23 * 60 + 30)
        at = datetime.combine(day, time(minute // 60, minute % 60, random.randrange(60)), OSLO)
        events.append(Event(at, what, random.randrange(1_000_000)))

    for number in range(days):
        day = first_day(seed) + timedelta(days=number)
        begin = datetime.combine(day, time(0, 5), OSLO)
        events.append(Event(begin, "visit", random.randrange(1000)))
        for _ in range(random.randrange(4)):
            happens(day, "sell")
        # for some days nobody writes the sheet
        if not lazy <= number < lazy + 6:
            happens(day, "write")
        if not number % seldom:
            for _ in range(random.choice(RUNS)):
                happens(day, "run")
        for what, chance in {**WORLD, **FOLDER}.items():
            if random.random() < chance / seldom:
                happens(day, what)
    events.append(Event(datetime.combine(first_day(seed), time(0, 6), OSLO), "run", 0))
    return sorted(events)
