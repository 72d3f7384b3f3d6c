"""
What WooCommerce's own page Analytics, Revenue says of each day, by the API behind it (`wc-analytics`).

Orders lie there on the day that was asked for as date type, here the day they were paid; refunds on the day they were
made. Total sales are what customers were charged less what was paid back.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.shop._woocommerce.site import Settings, ask_route, zone_of_site
from connectors.source import Pull
from okr_config.delivery import VendorTotal

_DAYS = 100
_METRICS = {"orders_count": "shop.orders", "num_items_sold": "shop.units_sold", "total_sales": "shop.net_revenue"}
FAULTS = {
    "split_refund": "WooCommerce 8.2 to 11.0 takes the units of an order that was paid back in parts off once too often"
}


def totals(pull: Pull[Settings]) -> Iterator[VendorTotal]:
    """Yield the totals of each full day of the window, a hundred days a request."""
    zone = zone_of_site(pull)
    first, last = pull.window.start.astimezone(zone).date(), pull.now.astimezone(zone).date() - timedelta(days=1)
    while first <= last:
        end = min(last, first + timedelta(days=_DAYS - 1))
        for day, counts in _days(_ask(pull, first, end)):
            for name, metric in _METRICS.items():
                yield VendorTotal(day, metric, Decimal(str(counts[name])))
        first = end + timedelta(days=1)


def _ask(pull: Pull[Settings], first: date, last: date) -> Answer:
    params = {
        "after": f"{first}T00:00:00",
        "before": f"{last}T23:59:59",
        "interval": "day",
        "orderby": "date",
        "order": "asc",
        "per_page": str(_DAYS),
        "date_type": "date_paid",
        "force_cache_refresh": "true",
    }
    return ask_route(pull, "/wc-analytics/reports/revenue/stats", params)


def _days(answer: Answer) -> Iterator[tuple[date, dict[str, Any]]]:
    match answer.json():
        case {"intervals": [*intervals]}:
            for interval in intervals:
                yield date.fromisoformat(interval["interval"]), interval["subtotals"]
        case _:
            raise RequestError("bad_answer", "answered without days")
