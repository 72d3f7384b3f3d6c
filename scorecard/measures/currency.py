"""Amounts in one currency, each at the rate of its own day."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

BASE = "EUR"
CARRIED = timedelta(days=7)
"""Central banks set no rates on weekends and holidays: the last one before holds this long."""


class Rates:
    """Exchange rates by currency and day, as units of the currency for one euro."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        for currency, day, rate in frame.select("currency", "day", "rate").drop_nulls().sort("day").iter_rows():
            self._days[currency].append(day)
            self._rates[currency].append(Decimal(rate))

    def convert(self, amount: Decimal, currency: str, wanted: str, day: date) -> Decimal | None:
        """Return an amount in the wanted currency, None where a rate is missing; nothing is nothing in any currency."""
        if currency == wanted or not amount:
            return amount
        own, other = self._rate(currency, day), self._rate(wanted, day)
        return amount * other / own if own and other else None

    def _rate(self, currency: str, day: date) -> Decimal | None:
        if currency == BASE:
            return Decimal(1)
        days = self._days.get(currency, [])
        newest = bisect_right(days, day) - 1
        if newest < 0 or day - days[newest] > CARRIED:
            return None
        return self._rates[currency][newest]
