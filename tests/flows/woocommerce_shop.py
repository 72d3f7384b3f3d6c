"""A WooCommerce shop on loopback, as small as tests of whole runs need it."""

from collections.abc import Mapping
from typing import Any

from tests.connectors.loopback import Reply, Request

WOO_SOURCE = """\
sources:
  - id: butikk
    connector: woocommerce
    url: {url}
    consumer_key: ${{KEY}}
    consumer_secret: ${{KEY}}
    per_page: 2
"""


class WooShop:
    """A WooCommerce shop whose orders keep their dates whatever is done to them."""

    def __init__(self, *days: str) -> None:
        self.orders = {number: woo_order(number, day) for number, day in enumerate(days, 1)}
        self.refunds: dict[int, list[dict[str, Any]]] = {}

    def refund(self, number: int) -> None:
        """Pay one unit back."""
        mark = {"key": "_refunded_item_id", "value": str(number * 10)}
        item = {"id": 900 + number, "quantity": -1, "meta_data": [mark]}
        self.refunds[number] = [
            {"id": 90 + number, "parent_id": number, "date_created_gmt": "2026-11-20T09:00:00", "amount": "100.00"}
            | {"line_items": [item]}
        ]

    def __call__(self, request: Request) -> Reply:
        """Answer as the REST API does."""
        if request.path.endswith("/orders"):
            return self._list(request.query)
        if "/wc-analytics/" in request.path + request.query.get("rest_route", ""):
            return Reply({"code": "rest_no_route"}, 404)
        if request.path.endswith("/refunds"):
            return Reply(self.refunds.get(int(request.path.split("/")[-2]), []))
        return Reply({"timezone_string": "Europe/Oslo"} if request.path.endswith("/wp-json/") else [])

    def _list(self, query: Mapping[str, str]) -> Reply:
        made, changed = query.get("after", ""), query.get("modified_after", "")
        rows = [
            {**order, "refunds": [{"id": one["id"], "total": "-100.00"} for one in self.refunds.get(number, [])]}
            for number, order in sorted(self.orders.items())
            if order["date_created_gmt"] > made and order["date_modified_gmt"] > changed and query["status"] == "any"
        ]
        size, first = int(query["per_page"]), int(query["offset"])
        return Reply(rows[first : first + size], headers={"X-WP-Total": str(len(rows))})


def woo_order(number: int, day: str) -> dict[str, Any]:
    """Return a paid order of two mugs."""
    at = f"{day}T10:00:00"
    totals = {"total": "200.00", "total_tax": "0.00", "shipping_total": "0.00", "shipping_tax": "0.00"}
    line = {"id": number * 10, "product_id": 5, "name": "Mug", "sku": "MUG", "quantity": 2, "meta_data": []}
    return {
        "id": number,
        "status": "processing",
        "currency": "NOK",
        "customer_id": 7,
        **totals,
        **dict.fromkeys(("date_created", "date_created_gmt", "date_paid", "date_paid_gmt", "date_modified_gmt"), at),
        "line_items": [{**line, "total": "200.00", "total_tax": "0.00"}],
    }
