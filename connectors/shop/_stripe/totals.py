"""
What Stripe's balance says of each day: the movements that its own reports are made of.

Amounts are in the currency that the account is settled in. An authorisation that is captured in part comes as the whole
charge, and its rest as a movement against it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from connectors.rows.decode import TEXT
from connectors.shop._stripe.refunds import money
from okr_config.delivery import VendorTotal

_CHARGED = ("charge", "partial_capture_reversal")
_WENT_BACK = ("refund", "refund_failure", "dispute", "dispute_reversal")


def day_totals(movements: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[VendorTotal]:
    """Yield gross and net revenue of each day with a movement, by currency."""
    named = [{name: str(row[name]) for name in ("amount", "currency")} for row in movements]
    amounts = pl.DataFrame(named, {"amount": TEXT, "currency": TEXT}).select(money("amount")).to_series()
    sums: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for row, amount in zip(movements, amounts, strict=True):
        day = datetime.fromtimestamp(int(row["created"]), UTC).astimezone(zone).date()
        currency = str(row["currency"]).upper()
        charged, back = (Decimal(amount or 0) * (row["reporting_category"] in one) for one in (_CHARGED, _WENT_BACK))
        sums[day, "shop.gross_revenue", currency] += charged
        sums[day, "shop.net_revenue", currency] += charged + back
    for (day, metric, currency), value in sorted(sums.items()):
        yield VendorTotal(day, metric, value, currency)
