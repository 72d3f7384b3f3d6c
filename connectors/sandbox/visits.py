"""
The visits that the analytics vendors tell of, over the sandbox's shop: all of them the same ones.

A visit stands for an order or a refund, a visitor for the customer behind it (each guest is one of their own), a
page for a line ordered or returned.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.sandbox import loading
from connectors.sandbox.shop import Shop, Snapshot

ZONE = ZoneInfo(loading.ZONE)


class Visit(NamedTuple):
    """One visit: who came, when in the shop's zone, and how many pages they saw."""

    visitor: str
    at: datetime
    pages: int


class Visits:
    """What is known of the shop's visits at a time."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._found: tuple[object, list[Visit]] = (None, [])

    def look(self) -> tuple[datetime, list[Visit]]:
        """Return the time in the shop's zone, and all visits up to then."""
        snapshot = self._shop.look()
        version, found = self._found
        if version != snapshot.version:
            found = list(_find(snapshot))
            self._found = snapshot.version, found
        return snapshot.at.astimezone(ZONE), found


def visitors_of(visits: Sequence[Visit]) -> int:
    """Count the people behind visits."""
    return len({visit.visitor for visit in visits})


def pages_of(visits: Sequence[Visit]) -> int:
    """Count the pages seen."""
    return sum(visit.pages for visit in visits)


def _find(snapshot: Snapshot) -> Iterator[Visit]:
    for order in snapshot.orders:
        visitor = f"customer {order.customer}" if order.customer else f"guest {order.number}"
        yield Visit(visitor, order.created_at.astimezone(ZONE), len(order.lines))
        for refund in order.refunds:
            yield Visit(visitor, refund.at.astimezone(ZONE), max(1, len(refund.units)))
