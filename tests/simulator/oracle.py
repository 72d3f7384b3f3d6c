"""
What a folder must show, worked out from the truth alone: nothing of the product is imported here.

Where the product may do one thing or another (what a shop changes without telling is found by the next night at the
latest; a crash may come before or after a commit) there are several possible folders, and what is seen must be one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import product

from tests.simulator.board import Board, Goals, Known, board_of, flags_of
from tests.simulator.truth import DAY, OSLO, UNREADABLE, Order, Truth, local_day

NIGHT = time(3)
OVERLAP = timedelta(minutes=10)
REACH = 120
"""Days before the period that a run reads at most."""


@dataclass(frozen=True)
class Shop:
    """
    What is known of orders.

    read_at: when last. swept_at: since when nothing that changed untold can be missing. doubted: the day of an order
    that left while it was read, so that its refunds were named and could not be had. old: what a backfill has brought.
    """

    orders: tuple[Order, ...] = ()
    read_at: datetime | None = None
    swept_at: datetime | None = None
    fails: bool = False
    doubted: date | None = None
    old: tuple[Order, ...] = ()

    def read(self, shown: Mapping[int, Order], now: datetime) -> list["Shop"]:
        """Read what it shows: all anew in the first reading of a night, later what has changed, and perhaps all."""
        whole = Shop(tuple(sorted(shown.values(), key=lambda order: order.number)), now, now, old=self.old)
        if self.read_at is None or self.swept_at is None or self.swept_at < _last_night(now):
            return [whole]
        since = self.read_at - OVERLAP
        changed = {order.number: order for order in whole.orders if order.changed_at >= since}
        merged = {order.number: order for order in self.orders} | changed
        orders = tuple(merged[number] for number in sorted(merged))
        return [replace(whole, swept_at=self.swept_at), Shop(orders, now, self.swept_at, old=self.old)]


@dataclass(frozen=True)
class Site:
    """What is known of visits: every reading tells all of them."""

    visits: tuple[tuple[date, int], ...] = ()
    read_at: datetime | None = None
    fails: bool = False
    old: tuple[tuple[date, int], ...] = ()

    def read(self, truth: Truth, now: datetime) -> "Site":
        """Read it."""
        if "site" in truth.down:
            return replace(self, fails=True)
        return Site(tuple(truth.visits.items()), now, old=self.old)


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


NOTHING = Board()
"""What is published before the first run."""


@dataclass(frozen=True)
class State:
    """
    A folder as it may be.

    check_ins: value and instant of each. newest: when anything was last recorded. name: what the shop is called in it.
    """

    shop: Shop = Shop()
    site: Site = Site()
    sheet: Sheet = Sheet()
    check_ins: tuple[tuple[int, datetime], ...] = ()
    board: Board = NOTHING
    newest: datetime | None = None
    name: str = ""


@dataclass(frozen=True)
class Meeting:
    """
    What a run comes upon.

    left: an order that left while the shop was read, so that it may have been seen or not. name: the shop's, here.
    """

    truth: Truth
    now: datetime
    is_key_right: bool
    left: Order | None
    name: str


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
    after = [replace(state, shop=shop, site=site, sheet=sheet, newest=now, name=meeting.name) for shop in shops]
    return [replace(one, board=score(one, goals, now)) for one in after]


def backfill(state: State, meeting: Meeting, goals: Goals) -> tuple[list[State], int, set[bool]]:
    """
    Return the folders that a reading of the past may leave, the exit code, and whether it may be scored and shown.

    A shop is asked for all that has changed since: what is new comes along, what was deleted stays until it is missed.
    Where everything has been read already it is shown only if whoever read it was cut off before.
    """
    truth, now = meeting.truth, meeting.now
    lacks_shop, lacks_site = not state.shop.old, not state.site.old
    has_shop, has_site = meeting.is_key_right and "shop" not in truth.down, "site" not in truth.down
    code = int((lacks_shop and not has_shop) or (lacks_site and not has_site))
    shops, site = [state.shop], state.site
    if lacks_shop and has_shop:
        merged = {order.number: order for order in state.shop.orders} | truth.orders
        orders = tuple(merged[number] for number in sorted(merged))
        read = replace(state.shop, orders=orders, old=truth.old_orders)
        shops = [read, replace(read, doubted=None)]
    if lacks_site and has_site:
        site = replace(site, old=truth.old_visits)
    after = [replace(state, shop=shop, site=site, newest=now) for shop in shops]
    brings = (lacks_shop and has_shop) or (lacks_site and has_site)
    shown = {True} if brings else {False} if lacks_shop or lacks_site else {True, False}
    return [replace(one, board=score(one, goals, now)) for one in after], code, shown


def exit_code(state: State) -> int:
    """Return the exit code of a run that left this."""
    return int(state.shop.fails or state.site.fails or state.sheet.fails)


def broken_off(before: Iterable[State], after: Iterable[State]) -> set[State]:
    """Return what a crash may leave of the warehouse: each part as it was or as it would be."""
    found = set()
    for old, new in product(before, after):
        for parts in product(*((getattr(old, name), getattr(new, name)) for name in ("shop", "site", "sheet"))):
            ends = product((old.board, new.board), (old.newest, new.newest), {old.name or new.name, new.name})
            for board, newest, name in ends:
                shop, site, sheet = parts
                found.add(State(shop, site, sheet, old.check_ins, board, newest, name))
    return found


def score(state: State, goals: Goals, now: datetime) -> Board:
    """Score what is known."""
    today = local_day(now)
    shop, site, sheet = state.shop, state.site, state.sheet
    newest_row = max((day for day, _ in sheet.rows), default=today)
    flags = {
        "shop": flags_of(fails=shop.fails, age=_age(shop.read_at, today)),
        "site": flags_of(fails=site.fails, age=_age(site.read_at, today)),
        "sheet": flags_of(fails=sheet.fails, age=(today - newest_row).days)
        | frozenset({"partial"} if sheet.spoilt else ()),
    }
    read_to = {
        "shop": local_day(shop.read_at) if shop.read_at else None,
        "site": local_day(site.read_at) if site.read_at else None,
    }
    members = state.check_ins[-1][0] if state.check_ins else None
    known = Known(shop.orders + shop.old, site.visits + site.old, sheet.rows, members, read_to, flags, shop.doubted)
    return board_of(known, goals, now)


def _age(read_at: datetime | None, today: date) -> int:
    return 0 if read_at is None else (today - local_day(read_at)).days


def _last_night(now: datetime) -> datetime:
    local = now.astimezone(OSLO)
    tonight = datetime.combine(local.date(), NIGHT, OSLO)
    return tonight if local >= tonight else datetime.combine(local.date() - DAY, NIGHT, OSLO)
