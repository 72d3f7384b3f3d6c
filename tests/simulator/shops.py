"""The shop and the site over HTTP, as their vendors would have them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.connectors.loopback import Reply, Request
from tests.simulator.truth import OSLO, Order, Truth


class Vendors:
    """Answers for both. now: the time as it is, which every answer tells."""

    def __init__(self, truth: Truth, now: Callable[[], datetime]) -> None:
        self.truth, self._now = truth, now

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        is_site = request.path.endswith("/index.php")
        if ("site" if is_site else "shop") in self.truth.down:
            reply = Reply({"message": "down for maintenance"}, 403)
        elif is_site:
            reply = self._site(request.body)
        elif f'oauth_consumer_key="ck_{self.truth.key}"' not in _credentials(request):
            reply = Reply({"code": "woocommerce_rest_cannot_view"}, 401)
        else:
            reply = self._shop(request)
        return Reply(reply.body, reply.status, {**reply.headers, "Date": format_datetime(self._now(), usegmt=True)})

    def _shop(self, request: Request) -> Reply:
        path = request.path
        if path.endswith("/orders"):
            return self._orders(request.query)
        if path.endswith("/refunds"):
            return self._refunds(path, request.query)
        if "/wc-analytics/" in path:
            return Reply({"code": "rest_no_route"}, 404)
        return Reply({"timezone_string": "Europe/Oslo"} if path.endswith("/wp-json/") else [])

    def _orders(self, query: dict[str, str]) -> Reply:
        made, changed = query.get("after", ""), query.get("modified_after", "")
        found = [
            row
            for row in map(order_row, (*self.truth.old_orders, *(one for _, one in sorted(self.truth.orders.items()))))
            if row["date_created_gmt"] > made
            and row["date_modified_gmt"] > changed
            and (row["status"] == "trash") == (query["status"] == "trash")
        ]
        size, first = int(query["per_page"]), int(query["offset"])
        reply = Reply(found[first : first + size], headers={"X-WP-Total": str(len(found))})
        if len(found) > size:
            self.truth.leave()
        return reply

    def _refunds(self, path: str, query: dict[str, str]) -> Reply:
        parts = path.split("/")
        if not parts[-2].isdigit():
            return Reply({"code": "rest_no_route"}, 404)
        order = self.truth.orders.get(int(parts[-2]))
        return Reply(refund_rows(order) if order and query.get("page", "1") == "1" else [])

    def _site(self, form: dict[str, str]) -> Reply:
        if form["method"] == "Live.getLastVisitsDetails":
            return Reply([])
        first, last = (date.fromisoformat(day) for day in form["date"].split(","))
        periods: dict[str, dict[str, int]] = {}
        for day, visits in (*self.truth.old_visits, *sorted(self.truth.visits.items())):
            if first <= day <= last:
                counts = periods.setdefault(_period(day, form["period"]), {"nb_visits": 0})
                counts["nb_visits"] += visits
                counts["nb_uniq_visitors"] = counts["nb_pageviews"] = counts["nb_visits"]
        return Reply(periods)


def _credentials(request: Request) -> str:
    query = request.query.get("oauth_consumer_key")
    return f'oauth_consumer_key="{query}"' if query else request.headers.get("authorization", "")


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def order_row(order: Order) -> dict[str, Any]:
    """Return an order as WooCommerce shows it."""
    paid, local = _stamp(order.paid_at), f"{order.paid_at.astimezone(OSLO):%Y-%m-%dT%H:%M:%S}"
    total = f"{order.units * order.price}.00"
    line = {"id": order.number * 10, "product_id": 5, "name": "Mug", "sku": "MUG", "quantity": order.units}
    return {
        "id": order.number,
        "status": "trash" if order.is_trashed else "processing",
        "currency": "NOK",
        "customer_id": 7,
        "total": total,
        **dict.fromkeys(("total_tax", "shipping_total", "shipping_tax"), "0.00"),
        **dict.fromkeys(("date_created_gmt", "date_paid_gmt"), paid),
        **dict.fromkeys(("date_created", "date_paid"), local),
        "date_modified_gmt": _stamp(order.changed_at),
        "line_items": [{**line, "meta_data": [], "total": total, "total_tax": "0.00"}],
        "refunds": [{"id": row["id"], "total": f"-{row['amount']}"} for row in refund_rows(order)],
    }


def refund_rows(order: Order) -> list[dict[str, Any]]:
    """Return an order's refunds as WooCommerce shows them."""
    mark = {"key": "_refunded_item_id", "value": str(order.number * 10)}
    return [
        {
            "id": order.number * 1000 + place,
            "parent_id": order.number,
            "date_created_gmt": _stamp(refund.at),
            "amount": f"{refund.units * order.price}.00",
            "line_items": [{"id": order.number * 1000 + place, "quantity": -refund.units, "meta_data": [mark]}],
        }
        for place, refund in enumerate(order.refunds, 1)
    ]


def _period(day: date, grain: str) -> str:
    if grain == "week":
        monday = day - timedelta(days=day.weekday())
        return f"{monday},{monday + timedelta(days=6)}"
    return f"{day:%Y-%m}" if grain == "month" else str(day)
