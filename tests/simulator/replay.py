"""A life, played from its beginning."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from tests.connectors.loopback import Loopback
from tests.simulator.board import Goals
from tests.simulator.cheap import cheaply
from tests.simulator.deeds import Life
from tests.simulator.folder import ProjectFolder, Time
from tests.simulator.life import FORTNIGHT, events_of, first_day
from tests.simulator.oracle import REACH
from tests.simulator.shops import Vendors
from tests.simulator.truth import DAY, OSLO, Order, Truth

BEFORE = 6
"""Days of the period before the first run."""
SHORTEST = 90
"""Days that a period lasts, or longer where the life is."""
TARGETS: dict[str, float] = {
    "orders": 40,
    "gross": 20000,
    "net": 15000,
    "units": 200,
    "later": 9000,
    "paid-back": 4000,
    "visits": 900,
    "sales": 150,
    "members": 40,
    "buyers": 0.2,
    "weekly": 12,
    "visitors": 90,
    "ready": 1,
}


def begin(home: Path, seed: int, days: int) -> tuple[Life, Loopback]:
    """Begin a life of so many days: six more of orders, visits and rows before the first run."""
    first = first_day(seed)
    clock, start = Time(_at(first)), first - DAY * BEFORE
    truth = Truth()
    _give_past(truth, start - DAY * (REACH + 1), seed)
    for number in range(BEFORE):
        at = _at(start + DAY * number)
        truth.visit(at, seed + number)
        truth.write(at, seed * 3 + number)
        for hour in (9, 15, 20):
            truth.sell(at + timedelta(hours=hour), seed * 7 + number + hour)
        truth.refund(at + timedelta(hours=21), seed + number)
    server = Loopback(clock.world(), home)
    server.script = Vendors(truth, lambda: clock.now)
    end = start + DAY * max(SHORTEST, days + BEFORE + FORTNIGHT)
    goals = Goals(start, end, start + DAY * 4, tuple(TARGETS.items()))
    folder = ProjectFolder(home, clock, server.url)
    folder.write_sources()
    folder.write_goals(goals)
    folder.write_sheet(truth)
    return Life(folder, clock, truth, goals), server


def _give_past(truth: Truth, last: date, seed: int) -> None:
    """Give it orders and visits up to a day, all of one month, which no run reaches."""
    past = [day for day in (last, last - DAY, last - 2 * DAY) if day.month == last.month]
    truth.old_visits = tuple((day, 3 + seed % 5) for day in reversed(past))
    truth.old_orders = tuple(
        Order(number, at, at, 1 + seed % 2, 100)
        for number, at in enumerate((_at(day) + timedelta(hours=12) for day in reversed(past)), 1)
    )


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), OSLO).astimezone(UTC)


def replay(home: Path, seed: int, days: int = FORTNIGHT) -> Life:
    """
    Play the life of a seed in an empty folder.

    Raises:
        OracleError: where the folder shows what cannot be; its notes have the log so far.
    """
    life, server = begin(home, seed, days)
    try:
        with cheaply():
            for event in events_of(seed, days):
                life.play(event)
    except Exception as error:
        error.add_note("\n".join(life.log))
        error.add_note(f"replay: uv run python -m tests.simulator {seed} --days {days}")
        raise
    finally:
        with suppress(OSError):
            server.stop()
    return life
