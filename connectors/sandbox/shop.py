"""
The one shop behind all of the sandbox's APIs, seen at its clock's time; a test may change it while it is open.

Every change happens at the clock's time and moves the order's `updated_at` there.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from connectors.sandbox.orders import Line, Order, Refund


@dataclass(frozen=True)
class Snapshot:
    """What can be seen at a time. Two snapshots of the same `version` hold the same orders."""

    at: datetime
    version: tuple[int, int]
    orders: tuple[Order, ...]


class Shop:
    """
    Orders behind a clock.

    Not visible before its time: an order before it was placed, a refund before it was paid back.
    """

    def __init__(self, orders: Iterable[Order], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._orders = {order.number: order for order in orders}
        self._edits = 0
        self._times = self._event_times()
        self._snapshot: Snapshot | None = None

    def look(self) -> Snapshot:
        """Return the shop as it is at the clock's time."""
        with self._lock:
            at = self._clock()
            version = bisect_right(self._times, at), self._edits
            if self._snapshot is None or self._snapshot.version != version:
                seen = tuple(order.seen(at) for order in self._orders.values() if order.created_at <= at)
                self._snapshot = Snapshot(at, version, seen)
            return replace(self._snapshot, at=at)

    def add_order(
        self, number: int, lines: Iterable[Line], *, customer: int | None = None, country: str = "", test: bool = False
    ) -> None:
        """Place an order now."""
        self._put(Order(number, self._clock(), customer, country, tuple(lines), test=test))

    def edit_line(self, number: int, line: int, *, quantity: int | None = None, price: int | None = None) -> None:
        """Change a line's quantity or price (pence), as if it had been ordered so; a quantity of 0 removes it."""
        order = self._orders[number]
        changed = (
            one._replace(
                quantity=one.quantity if quantity is None else quantity, price=one.price if price is None else price
            )
            if one.number == line
            else one
            for one in order.lines
        )
        lines = tuple(one for one in changed if one.quantity)
        self._put(replace(order, lines=lines, edited=True, touched_at=self._clock()))

    def refund(self, number: int, units: Mapping[int, int], *, shipping: int = 0) -> None:
        """Take units of lines back now, and pay shipping (pence) back."""
        order = self._orders[number]
        refund = Refund(number * 1000 + len(order.refunds), self._clock(), dict(units), shipping)
        self._put(replace(order, refunds=tuple(sorted([*order.refunds, refund], key=lambda one: one.at))))

    def cancel(self, number: int) -> None:
        """Cancel an order now and pay back everything that is left of it."""
        now, order = self._clock(), self._orders[number].seen(self._clock())
        returned = order.returned
        kept = {line.number: line.quantity - returned[line.number] for line in order.lines}
        left = {number: units for number, units in kept.items() if units}
        shipping = order.shipping - sum(refund.shipping for refund in order.refunds)
        refund = Refund(number * 1000 + len(order.refunds), now, left, shipping)
        self._put(replace(order, refunds=(*order.refunds, refund), cancelled_at=now, touched_at=now))

    def delete(self, number: int) -> None:
        """Delete an order, as if it had never been."""
        with self._lock:
            del self._orders[number]
            self._changed()

    def _put(self, order: Order) -> None:
        with self._lock:
            self._orders[order.number] = order
            self._changed()

    def _changed(self) -> None:
        self._edits += 1
        self._times = self._event_times()

    def _event_times(self) -> list[datetime]:
        orders = self._orders.values()
        return sorted(
            [order.created_at for order in orders] + [refund.at for order in orders for refund in order.refunds]
        )
