"""
What a folder must show, worked out from the truth alone: nothing of the product is imported here.

Where the product may do one thing or another (what a shop changes without telling is found by the next night at the
latest; a crash may come before or after a commit) there are several possible folders, and what is seen must be one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import product

from tests.simulator.truth import DAY, OSLO, UNREADABLE, Order, Truth, local_day

NIGHT = time(3)
MOST_DAYS_OLD = 3
"""Days for which a number stands without being called old."""
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True)
class Shop:
    """
    What is known of orders.

    read_at: when last. swept_at: since when nothing that changed untold can be missing. doubted: the day of an order
    that left while it was read, so that its refunds were named and could not be had.
    """

    orders: tuple[Order, ...] = ()
    read_at: datetime | None = None
    swept_at: datetime | None = None
    fails: bool = False
    doubted: date | None = None

    def read(self, shown: Mapping[int, Order], now: datetime) -> list["Shop"]:
        """Read what it shows: all anew in the first reading of a night, later what has changed, and perhaps all."""
        whole = Shop(tuple(sorted(shown.values(), key=lambda order: order.number)), now, now)
        if self.read_at is None or self.swept_at is None or self.swept_at < _last_night(now):
            return [whole]
        since = self.read_at - OVERLAP
        changed = {order.number: order for order in whole.orders if order.changed_at >= since}
        merged = {order.number: order for order in self.orders} | changed
        orders = tuple(merged[number] for number in sorted(merged))
        return [replace(whole, swept_at=self.swept_at), Shop(orders, now, self.swept_at)]


@dataclass(frozen=True)
class Site:
    """What is known of visits: every reading tells all of them."""

    visits: tuple[tuple[date, int], ...] = ()
    read_at: datetime | None = None
    fails: bool = False

    def read(self, truth: Truth, now: datetime) -> "Site":
        """Read it."""
        if "site" in truth.down:
            return replace(self, fails=True)
        return Site(tuple(truth.visits.items()), now)


@dataclass(frozen=True)
class Sheet:
    """What is known of the sheet: the last readable number of each row that is there. spoilt: the unreadable rows."""

    rows: tuple[tuple[date, int], ...] = ()
    spoilt: tuple[date, ...] = ()
    fails: bool = False

    def read(self, truth: Truth) -> "Sheet":
        """Read it."""
        if "sheet" in truth.down:
            return replace(self, fails=True)
        good = dict(self.rows)
        cells = {day: good.get(day) if cell == UNREADABLE else int(cell) for day, cell in truth.sheet.items()}
        rows = tuple((day, number) for day, number in cells.items() if number is not None)
        return Sheet(rows, tuple(day for day, cell in truth.sheet.items() if cell == UNREADABLE))


@dataclass(frozen=True)
class Number:
    """A key result as it stands on the scoreboard."""

    value: int | None
    progress: float | None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Board:
    """What a run has scored: key results by id, and (where a run came to its end) numbers by metric and day."""

    numbers: tuple[tuple[str, Number], ...] = ()
    days: tuple[tuple[str, date, int], ...] = ()


@dataclass(frozen=True)
class State:
    """A folder as it may be. check_ins: value and instant of each. newest: when anything was last recorded."""

    shop: Shop = Shop()
    site: Site = Site()
    sheet: Sheet = Sheet()
    check_ins: tuple[tuple[int, datetime], ...] = ()
    board: Board = Board()
    newest: datetime | None = None


@dataclass(frozen=True)
class Goals:
    """The period, the day from which the younger key results count, and the targets by key result."""

    start: date
    later: date
    targets: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Meeting:
    """What a run comes upon. left: an order that left while the shop was read, so that it may have been seen or not."""

    truth: Truth
    now: datetime
    is_key_right: bool
    left: Order | None


def run(state: State, meeting: Meeting, goals: Goals) -> list[State]:
    """Return the folders that a run may leave."""
    truth, now = meeting.truth, meeting.now
    site, sheet = state.site.read(truth, now), state.sheet.read(truth)
    shown = [truth.orders] + ([truth.orders | {meeting.left.number: meeting.left}] if meeting.left else [])
    is_answering = meeting.is_key_right and "shop" not in truth.down
    shops = (
        {shop for orders in shown for shop in state.shop.read(orders, now)}
        if is_answering
        else {replace(state.shop, fails=True)}
    )
    if is_answering and meeting.left and meeting.left.refunds:
        shops |= {replace(shop, doubted=local_day(meeting.left.paid_at)) for shop in shops}
    after = [replace(state, shop=shop, site=site, sheet=sheet, newest=now) for shop in shops]
    return [replace(one, board=board_of(one, goals, now)) for one in after]


def exit_code(state: State) -> int:
    """Return the exit code of a run that left this."""
    return int(state.shop.fails or state.site.fails or state.sheet.fails)


def broken_off(before: Iterable[State], after: Iterable[State]) -> set[State]:
    """Return what a crash may leave of the warehouse: each part as it was or as it would be."""
    found = set()
    for old, new in product(before, after):
        for parts in product(*((getattr(old, name), getattr(new, name)) for name in ("shop", "site", "sheet"))):
            for board, newest in product((old.board, new.board), (old.newest, new.newest)):
                shop, site, sheet = parts
                found.add(State(shop, site, sheet, old.check_ins, board, newest))
    return found


def board_of(state: State, goals: Goals, now: datetime) -> Board:
    """Score what is known."""
    today, targets = local_day(now), dict(goals.targets)
    orders = [one for one in state.shop.orders if not one.is_trashed]
    per_day: dict[tuple[str, date], int] = {}

    def add(metric: str, day: date, number: int) -> None:
        per_day[metric, day] = per_day.get((metric, day), 0) + number

    for order in orders:
        day = local_day(order.paid_at)
        add("shop.orders", day, 1)
        add("shop.gross_revenue", day, order.units * order.price)
        add("shop.net_revenue", day, order.left * order.price)
        add("shop.units_sold", day, order.left)
    for day, visits in state.site.visits:
        add("web.visits", day, visits)
    for day, number in state.sheet.rows:
        add("sheet.sales", day, number)
    returned = [(local_day(refund.at), refund.units * order.price) for order in orders for refund in order.refunds]

    def total(metric: str, first: date = goals.start) -> int:
        return sum(number for (name, day), number in per_day.items() if name == metric and first <= day <= today)

    shop = _flags(state.shop.fails, _age(state.shop.read_at, today))
    site = _flags(state.site.fails, _age(state.site.read_at, today))
    age = (today - max((day for day, _ in state.sheet.rows), default=today)).days
    sheet = _flags(state.sheet.fails, age) | ({"partial"} if state.sheet.spoilt else set())
    sold = shop | _doubt(state.shop, goals.start)
    late = shop | _doubt(state.shop, goals.later)
    values: Mapping[str, tuple[int | None, frozenset[str]]] = {
        "orders": (total("shop.orders"), sold),
        "gross": (total("shop.gross_revenue"), sold),
        "net": (total("shop.net_revenue"), sold),
        "units": (total("shop.units_sold"), sold),
        "later": (total("shop.net_revenue", goals.later), late),
        "paid-back": (sum(amount for day, amount in returned if goals.later <= day <= today), late),
        "visits": (total("web.visits"), site),
        "sales": (total("sheet.sales"), frozenset(sheet)),
        "members": (state.check_ins[-1][0] if state.check_ins else None, frozenset()),
    }
    numbers = {name: _number(value, targets[name], flags) for name, (value, flags) in values.items()}
    days = tuple(sorted((metric, day, number) for (metric, day), number in per_day.items() if number))
    return Board(tuple(sorted(numbers.items())), days)


def _number(value: int | None, target: int, flags: frozenset[str]) -> Number:
    return Number(value, None if value is None else round(min(1, max(0, value / target)), 9), flags)


def _flags(fails: bool, age: int) -> frozenset[str]:
    return frozenset({"failing_source"} if fails else ()) | frozenset({"stale"} if age > MOST_DAYS_OLD else ())


def _doubt(shop: Shop, first: date) -> frozenset[str]:
    """Mark what counts from a day on, where refunds are missing of an order that may lie behind it."""
    return frozenset({"partial"} if shop.doubted and shop.doubted + DAY >= first else ())


def _age(read_at: datetime | None, today: date) -> int:
    return 0 if read_at is None else (today - local_day(read_at)).days


def _last_night(now: datetime) -> datetime:
    local = now.astimezone(OSLO)
    tonight = datetime.combine(local.date(), NIGHT, OSLO)
    return tonight if local >= tonight else datetime.combine(local.date() - DAY, NIGHT, OSLO)
