"""What is so in the shop, on the site and in the sheet, whoever asks; and what happens there."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
DAY = timedelta(days=1)
UNREADABLE = "n/a"
Thing = TypeVar("Thing")


def local_day(at: datetime) -> date:
    """Return the day in Oslo on which an instant lies."""
    return at.astimezone(OSLO).date()


@dataclass(frozen=True)
class Refund:
    """Units of an order that came back."""

    at: datetime
    units: int


@dataclass(frozen=True)
class Order:
    """A paid order of so many units at a price. changed_at: what the shop says of when it was last changed."""

    number: int
    paid_at: datetime
    changed_at: datetime
    units: int
    price: int
    refunds: tuple[Refund, ...] = ()
    is_trashed: bool = False

    @property
    def left(self) -> int:
        """Units that have not come back."""
        return self.units - sum(refund.units for refund in self.refunds)


@dataclass
class Truth:
    """
    Orders by number, visits and cells of the sheet by day.

    down: what is not there, of "shop", "site" and "sheet". key: which key the shop takes. leaving: an order that is
    deleted as soon as the shop has shown its first page. old_orders, old_visits: of before a run's reach, which stay as
    they are.
    """

    orders: dict[int, Order] = field(default_factory=dict)
    visits: dict[date, int] = field(default_factory=dict)
    sheet: dict[date, str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    key: int = 1
    leaving: int | None = None
    old_orders: tuple[Order, ...] = ()
    old_visits: tuple[tuple[date, int], ...] = ()

    def sell(self, at: datetime, number: int) -> None:
        """Sell something."""
        order = max(self.orders, default=len(self.old_orders)) + 1
        self.orders[order] = Order(order, at, at, 1 + number % 3, (100, 250, 75)[number % 7 % 3])

    def refund(self, at: datetime, number: int) -> None:
        """Take a unit back; the shop notes that the order has changed."""
        if order := _pick((one for one in self.orders.values() if one.left and not one.is_trashed), number):
            refunds = (*order.refunds, Refund(at, 1))
            self.orders[order.number] = replace(order, refunds=refunds, changed_at=at)

    def trash(self, at: datetime, number: int) -> None:
        """Put an order in the trash, which the shop shows."""
        if order := _pick((one for one in self.orders.values() if not one.is_trashed), number):
            self.orders[order.number] = replace(order, is_trashed=True, changed_at=at)

    def edit(self, _at: datetime, number: int) -> None:
        """Change what an order cost, without a newer date."""
        if order := _pick(self._settled(), number):
            self.orders[order.number] = replace(order, price=order.price + 10)

    def delete(self, _at: datetime, number: int) -> None:
        """Delete an order for good, without a trace."""
        if order := _pick(self._settled(), number):
            del self.orders[order.number]

    def shift(self, _at: datetime, number: int) -> None:
        """Delete an order in the midst of the next reading, so that all later ones move up."""
        if order := _pick(self._settled(), number):
            self.leaving = order.number

    def order_leaving(self) -> Order | None:
        """Return the order that is to leave."""
        return None if self.leaving is None else self.orders.get(self.leaving)

    def leave(self) -> None:
        """Delete the order that was to leave."""
        if self.leaving is not None:
            self.orders.pop(self.leaving, None)
            self.leaving = None

    def visit(self, at: datetime, number: int) -> None:
        """Begin a day on the site."""
        self.visits[local_day(at)] = 5 + number % 20

    def hit_late(self, at: datetime, number: int) -> None:
        """Count visits of up to a week ago only now."""
        day = local_day(at) - DAY * (number % 7)
        if day in self.visits:
            self.visits[day] += 1 + number % 9

    def write(self, at: datetime, number: int) -> None:
        """Write today's row of the sheet."""
        self.sheet[local_day(at)] = str(1 + number % 8)

    def correct(self, _at: datetime, number: int) -> None:
        """Write another number in a row."""
        if day := _pick(self.sheet, number):
            self.sheet[day] = str(10 + number % 8)

    def spoil(self, _at: datetime, number: int) -> None:
        """Make a row unreadable, one at a time."""
        if day := _pick(list(self.sheet)[1:], number):
            self.mend()
            self.sheet[day] = UNREADABLE

    def mend(self, _at: datetime | None = None, number: int = 0) -> None:
        """Make the unreadable row readable."""
        self.sheet |= {day: str(2 + number % 5) for day, cell in self.sheet.items() if cell == UNREADABLE}

    def take_out(self, _at: datetime, number: int) -> None:
        """Take a row out of the sheet; the first one stays."""
        if day := _pick(list(self.sheet)[1:], number):
            del self.sheet[day]

    def fall(self, _at: datetime, number: int) -> None:
        """Let shop or site go down, or the sheet be away."""
        self.down.add(("shop", "site", "sheet")[number % 3])

    def rise(self, _at: datetime, _number: int) -> None:
        """Let all of them be there again."""
        self.down.clear()

    def expire(self, _at: datetime, _number: int) -> None:
        """Take the shop's key away: another one is in force."""
        self.key += 1

    def _settled(self) -> list[Order]:
        """Return the orders that nobody has touched of late, which no reading of what has changed comes upon."""
        return sorted(self.orders.values(), key=lambda order: order.changed_at)[:-4]


def _pick(things: Iterable[Thing], number: int) -> Thing | None:
    found = list(things)
    return found[number % len(found)] if found else None
