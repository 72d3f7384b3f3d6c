"""
What a folder must score, worked out from what is known of the truth: nothing of the product is imported here.

A number that cannot be told has none; what is missing is marked, by the flags that the simulator looks at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.simulator.truth import DAY, OSLO, Order, local_day

MOST_DAYS_OLD = 3
"""Days for which a number stands without being called old."""
DIGITS = 6
"""Decimals that a number is kept with."""
Flags = frozenset[str]
WEEK = 7


@dataclass(frozen=True)
class Number:
    """A key result as it stands on the scoreboard."""

    value: float | None
    progress: float | None
    flags: Flags = frozenset()


@dataclass(frozen=True)
class Board:
    """What a run has scored: key results by id, and (where a run came to its end) numbers by metric and day."""

    numbers: tuple[tuple[str, Number], ...] = ()
    days: tuple[tuple[str, date, int], ...] = ()


@dataclass(frozen=True)
class Goals:
    """
    The period, the day from which the younger key results count, and the targets by key result.

    done: on which day each step of the milestone was done. weights: of the steps.
    """

    start: date
    end: date
    later: date
    targets: tuple[tuple[str, float], ...]
    done: tuple[date | None, ...] = (None, None, None)
    weights: tuple[int, ...] = (1, 2, 1)


@dataclass(frozen=True)
class Known:
    """
    What is known of the world, and of each source how it stands.

    visits: by day. rows: of the sheet, by day. members: as checked in last. read_to: the newest day that was read, by
    source. flags: by source. doubted: the day of an order whose refunds were named and could not be had.
    """

    orders: tuple[Order, ...]
    visits: tuple[tuple[date, int], ...]
    rows: tuple[tuple[date, int], ...]
    members: int | None
    read_to: Mapping[str, date | None]
    flags: Mapping[str, Flags]
    doubted: date | None = None


def board_of(known: Known, goals: Goals, now: datetime) -> Board:
    """Score what is known."""
    today, targets = local_day(now), dict(goals.targets)
    orders = [one for one in known.orders if not one.is_trashed]
    per_day: dict[tuple[str, date], int] = {}

    def add(metric: str, day: date, number: int) -> None:
        per_day[metric, day] = per_day.get((metric, day), 0) + number

    for order in orders:
        day = local_day(order.paid_at)
        add("shop.orders", day, 1)
        add("shop.gross_revenue", day, order.units * order.price)
        add("shop.net_revenue", day, order.left * order.price)
        add("shop.units_sold", day, order.left)
    for day, visits in known.visits:
        add("web.visits", day, visits)
    for day, number in known.rows:
        add("sheet.sales", day, number)
    returned = [(local_day(refund.at), refund.units * order.price) for order in orders for refund in order.refunds]

    def total(metric: str, first: date = goals.start, last: date = today) -> int:
        return sum(number for (name, day), number in per_day.items() if name == metric and first <= day <= last)

    shop, site, sheet = (known.flags[name] for name in ("shop", "site", "sheet"))
    sold = shop | _doubt(known, goals.start)
    late = shop | _doubt(known, goals.later)
    orders_so_far, visits_so_far = total("shop.orders"), total("web.visits")
    weeks = _weeks(goals, today)
    paid = {first: total("shop.orders", first, last) for first, last in weeks}
    seen = {first: total("web.visits", first, last) for first, last in weeks}
    values: Mapping[str, tuple[float | None, Flags]] = {
        "orders": (orders_so_far, sold),
        "gross": (total("shop.gross_revenue"), sold),
        "net": (total("shop.net_revenue"), sold),
        "units": (total("shop.units_sold"), sold),
        "later": (total("shop.net_revenue", goals.later), late),
        "paid-back": (sum(amount for day, amount in returned if goals.later <= day <= today), late),
        "visits": (visits_so_far, site),
        "sales": (total("sheet.sales"), sheet),
        "members": (known.members, frozenset()),
        "buyers": (orders_so_far / visits_so_far if visits_so_far else None, sold | site),
        "weekly": _of_weeks(paid, weeks, today, known.read_to["shop"], sold, is_mean=True),
        # a week that was read does not grow old
        "visitors": _of_weeks(seen, weeks, today, known.read_to["site"], site - {"stale"}, is_mean=False),
        "ready": (_done(goals, today), frozenset()),
    }
    numbers = {name: _number(value, targets[name], flags) for name, (value, flags) in values.items()}
    days = tuple(sorted((metric, day, number) for (metric, day), number in per_day.items() if number))
    return Board(tuple(sorted(numbers.items())), days)


def flags_of(*, fails: bool, age: int) -> Flags:
    """Return the flags of a source that could not be read, or whose numbers are so many days old."""
    return frozenset({"failing_source"} if fails else ()) | frozenset({"stale"} if age > MOST_DAYS_OLD else ())


def expected_share(now: datetime, first: date, due: date) -> float:
    """Return the share of the time between two days, both of them whole, that has gone by."""
    begin, end = (datetime.combine(day, time(), OSLO).timestamp() for day in (first, due + DAY))
    return min(1, max(0, (now.timestamp() - begin) / (end - begin)))


def _weeks(goals: Goals, today: date) -> list[tuple[date, date]]:
    """Return the first and last days of the weeks from Monday that lie in the period and have begun."""
    monday = goals.start + DAY * (-goals.start.weekday() % WEEK)
    found = []
    while monday <= today and monday + DAY * (WEEK - 1) <= goals.end:
        found.append((monday, monday + DAY * (WEEK - 1)))
        monday += timedelta(weeks=1)
    return found


def _of_weeks(  # noqa: PLR0913 - what a number by weeks hangs on
    counted: Mapping[date, int],
    weeks: list[tuple[date, date]],
    today: date,
    read_to: date | None,
    flags: Flags,
    *,
    is_mean: bool,
) -> tuple[float | None, Flags]:
    """Judge the weeks that are over, or before the first of them the one under way; one not read has no number."""
    closed = [first for first, last in weeks if last < today]
    read = [first for first in closed if read_to and first <= read_to]
    if closed and read != closed:
        # one that is over and was not read at all is missing; where it is the last one, what stands is old
        is_last_missing = not read or read[-1] != closed[-1]
        if is_last_missing or is_mean:
            flags |= {"partial"} | ({"stale"} if read else set())
    if read:
        values = [counted[first] for first in read]
        return (sum(values) / len(values) if is_mean else values[-1]), flags
    begun = [first for first, _ in weeks if first not in closed and read_to and first <= read_to]
    return (counted[begun[0]] if begun else None), flags


def _done(goals: Goals, today: date) -> float:
    weights = zip(goals.weights, goals.done, strict=True)
    return sum(weight for weight, day in weights if day and day <= today) / sum(goals.weights)


def _number(value: float | None, target: float, flags: Flags) -> Number:
    if value is None:
        return Number(None, None, flags)
    return Number(round(value, DIGITS), round(min(1, max(0, value / target)), DIGITS), flags)


def _doubt(known: Known, first: date) -> Flags:
    """Mark what counts from a day on, where refunds are missing of an order that may lie behind it."""
    return frozenset({"partial"} if known.doubted and known.doubted + DAY >= first else ())
