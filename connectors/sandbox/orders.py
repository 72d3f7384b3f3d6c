"""
A shop's orders as plain values: what was bought, what came back, and how it all looked at a moment.

Money is whole pence; times are UTC.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple


class Line(NamedTuple):
    """One line of an order; `number` is its place in the order."""

    number: int
    sku: str
    title: str
    quantity: int
    price: int

    @property
    def is_gift_card(self) -> bool:
        """Whether it is a voucher, not goods."""
        return self.sku.startswith("gift_")


class Refund(NamedTuple):
    """What came back at one time: units by line number, and shipping paid back."""

    number: int
    at: datetime
    units: Mapping[int, int]
    shipping: int


@dataclass(frozen=True)
class Order:
    """One order with everything that ever happened to it."""

    number: int
    created_at: datetime
    customer: int | None
    country: str
    lines: tuple[Line, ...]
    shipping: int = 0
    refunds: tuple[Refund, ...] = ()
    touched_at: datetime | None = None
    cancelled_at: datetime | None = None
    edited: bool = False
    test: bool = False

    def seen(self, at: datetime) -> "Order":
        """Return the order as it was known at a time: without refunds still to come."""
        if not self.refunds or self.refunds[-1].at <= at:
            return self
        return replace(self, refunds=tuple(refund for refund in self.refunds if refund.at <= at))

    @cached_property
    def updated_at(self) -> datetime:
        """The last time anything happened to it."""
        times = [self.created_at, *(refund.at for refund in self.refunds)]
        return max([*times, self.touched_at] if self.touched_at else times)

    @cached_property
    def texts(self) -> dict[str, str]:
        """What it was told as, by what was asked: an order never changes, only its place is taken by another."""
        return {}

    @property
    def total(self) -> int:
        """What the customer was charged."""
        return self.shipping + sum(line.quantity * line.price for line in self.lines)

    @property
    def returned(self) -> Counter[int]:
        """Units that came back, by line number."""
        returned: Counter[int] = Counter()
        for refund in self.refunds:
            returned.update(refund.units)
        return returned

    def worth(self, units: Mapping[int, int]) -> int:
        """What some units of its lines cost."""
        return sum(line.price * units.get(line.number, 0) for line in self.lines)

    @property
    def paid_back(self) -> int:
        """What the customer got back, shipping included."""
        return sum(self.worth(refund.units) + refund.shipping for refund in self.refunds)
