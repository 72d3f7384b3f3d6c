"""
A shop on loopback that serves prepared bytes: WooCommerce's orders of 3.2 kB, Shopify's of 1.3 kB, two lines each.

    python benchmarks/ingest_server.py ORDERS [--latency 0.1]

It prints its port. `POST /changed?share=0.01` has that share of the orders, spread evenly, changed today; what asks for
changes since then gets these alone. No more than the protocol is worked out here, so that a reader's time is its own.
"""

import argparse
import json
import re
import time
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CHANGED_ON = "2026-11-20"
_SHOP = {
    "data": {
        "shop": {"ianaTimezone": "Europe/Oslo"},
        "currentAppInstallation": {
            "accessScopes": [{"handle": name} for name in ("read_orders", "read_all_orders", "read_customers")]
        },
    }
}
_PERSON = {
    "first_name": "Kari",
    "last_name": "Nordmann",
    "company": "",
    "address_1": "Storgata 1",
    "address_2": "",
    "city": "Oslo",
    "state": "",
    "postcode": "0155",
    "country": "NO",
}


def woo_order(number: int, *, changed: bool) -> bytes:
    """Return an order as the REST API v3 writes it, with the fields that nobody needs."""
    day, second = f"2026-{1 + number % 9:02}-{1 + number % 28:02}", f"{number % 24:02}:{number % 60:02}:07"
    made = f"{day}T{second}"
    link = f"https://shop.example/wp-json/wc/v3/orders/{number}"
    lines = [
        {
            "id": 10 * number + place,
            "name": f"Kaffe nr. {number % 97 + place}",
            "product_id": 100 + number % 97 + place,
            "variation_id": 0,
            "quantity": 1 + (number + place) % 3,
            "tax_class": "",
            "subtotal": f"{80 + number % 400}.00",
            "subtotal_tax": "20.00",
            "total": f"{80 + number % 400}.00",
            "total_tax": "20.00",
            "taxes": [{"id": 1, "total": "20", "subtotal": "20"}],
            "meta_data": [{"id": 7 * number, "key": "_reduced_stock", "value": "1", "display_key": "_reduced_stock"}],
            "sku": f"K-{number % 97 + place}",
            "price": 80 + number % 400,
            "image": {"id": "31", "src": "https://shop.example/wp-content/uploads/2026/01/kaffe.jpg"},
            "parent_name": None,
        }
        for place in (1, 2)
    ]
    order = {
        "id": number,
        "parent_id": 0,
        "status": "on-hold" if changed else "completed",
        "currency": "NOK",
        "version": "9.3.3",
        "prices_include_tax": True,
        "date_created": made,
        "date_modified": f"{CHANGED_ON}T10:00:00" if changed else made,
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "49.00",
        "shipping_tax": "12.25",
        "cart_tax": "40.00",
        "total": f"{221 + 2 * (number % 400)}.25",
        "total_tax": "52.25",
        "customer_id": number % 30_011,
        "order_key": f"wc_order_{number:012}",
        "billing": {**_PERSON, "email": "kari@example.org", "phone": "22334455"},
        "shipping": {**_PERSON, "phone": ""},
        "payment_method": "vipps",
        "payment_method_title": "Vipps MobilePay",
        "transaction_id": f"t{number:010}",
        "customer_ip_address": "192.0.2.17",
        "customer_user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
        "created_via": "checkout",
        "customer_note": "",
        "date_completed": made,
        "date_paid": made,
        "cart_hash": f"{number:032x}",
        "number": str(number),
        "meta_data": [{"id": 9 * number, "key": "_new_order_email_sent", "value": "true"}],
        "line_items": lines,
        "tax_lines": [{"id": 11 * number, "rate_code": "NO-MVA-1", "rate_id": 1, "label": "MVA", "tax_total": "40.00"}],
        "shipping_lines": [
            {"id": 13 * number, "method_title": "Hent selv", "method_id": "flat_rate", "total": "49.00"}
        ],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "payment_url": f"{link}/pay",
        "is_editable": False,
        "needs_payment": False,
        "needs_processing": False,
        "date_created_gmt": made,
        "date_modified_gmt": f"{CHANGED_ON}T10:00:00" if changed else made,
        "date_completed_gmt": made,
        "date_paid_gmt": made,
        "currency_symbol": "kr",
        "_links": {"self": [{"href": link}], "collection": [{"href": "https://shop.example/wp-json/wc/v3/orders"}]},
    }
    return json.dumps(order, separators=(",", ":")).encode()


def shopify_order(number: int, *, changed: bool) -> bytes:
    """Return an order as the GraphQL Admin API answers our query."""
    made = f"2026-{1 + number % 9:02}-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:07Z"

    def money(amount: str) -> dict[str, Any]:
        return {"shopMoney": {"amount": amount}}

    lines = [
        {
            "id": f"gid://shopify/LineItem/{10 * number + place}",
            "sku": f"K-{number % 97 + place}",
            "title": f"Kaffe nr. {number % 97 + place}",
            "quantity": 1 + (number + place) % 3,
            "currentQuantity": 1 + (number + place) % 3,
            "isGiftCard": False,
            "product": {"id": f"gid://shopify/Product/{100 + number % 97 + place}"},
            "discountedTotalSet": money(f"{100 + number % 400}.0"),
        }
        for place in (1, 2)
    ]
    order = {
        "id": f"gid://shopify/Order/{number}",
        "test": False,
        "createdAt": made,
        "processedAt": made,
        "updatedAt": f"{CHANGED_ON}T10:00:00Z" if changed else made,
        "cancelledAt": f"{CHANGED_ON}T10:00:00Z" if changed else None,
        "displayFinancialStatus": "PAID",
        "customer": {"id": f"gid://shopify/Customer/{number % 30_011}"},
        "totalPriceSet": {"shopMoney": {"amount": f"{249 + 2 * (number % 400)}.0", "currencyCode": "NOK"}},
        "totalReceivedSet": money(f"{249 + 2 * (number % 400)}.0"),
        "totalRefundedSet": money("0.0"),
        "currentTotalTaxSet": money("50.0"),
        "totalShippingPriceSet": money("49.0"),
        "lineItems": {"pageInfo": {"hasNextPage": False, "endCursor": f"c{number}"}, "nodes": lines},
        "refunds": [],
    }
    return json.dumps(order, separators=(",", ":")).encode()


class Shop:
    """Orders by their number, from 1 on."""

    def __init__(self, orders: int) -> None:
        self.orders = orders
        self.step = 0
        # as many pages as 100,000 orders make
        self._woo = lru_cache(4_200)(self._woo_page)
        self._shopify = lru_cache(2_100)(self._shopify_page)

    def change(self, share: float) -> None:
        """Have a share of the orders changed."""
        self.step = round(1 / share) if share else 0
        self._woo.cache_clear()
        self._shopify.cache_clear()

    def woo(self, query: dict[str, list[str]]) -> tuple[bytes, int]:
        """Return a page and how many orders there are."""
        if query.get("status") == ["trash"]:
            return b"[]", 0
        numbers = self._numbers(query.get("modified_after", ["2000"])[0])
        size = int(query.get("per_page", ["10"])[0])
        page = int(query.get("page", ["1"])[0])
        first = int(query["offset"][0]) if "offset" in query else (page - 1) * size
        return self._woo(numbers, first, size), len(numbers)

    def shopify(self, asked: dict[str, Any]) -> bytes:
        """Return a page of orders."""
        variables = asked.get("variables", {})
        since = re.search(r"updated_at:>='([^']+)'", variables.get("q", ""))
        numbers = self._numbers(since[1] if since else "2000")
        return self._shopify(numbers, int(variables.get("after") or 0), 50)

    def _numbers(self, since: str) -> range:
        return range(self.step, self.orders + 1, self.step) if self.step and since >= "2026-11" else self._all

    @property
    def _all(self) -> range:
        return range(1, self.orders + 1)

    def _is_changed(self, number: int) -> bool:
        return bool(self.step) and number % self.step == 0

    def _woo_page(self, numbers: range, first: int, size: int) -> bytes:
        rows = (woo_order(number, changed=self._is_changed(number)) for number in numbers[first : first + size])
        return b"[" + b",".join(rows) + b"]"

    def _shopify_page(self, numbers: range, first: int, size: int) -> bytes:
        rows = (shopify_order(number, changed=self._is_changed(number)) for number in numbers[first : first + size])
        last = min(first + size, len(numbers))
        more = b"true" if last < len(numbers) else b"false"
        head = b'{"data":{"orders":{"pageInfo":{"hasNextPage":' + more + b',"endCursor":"%d"},"nodes":[' % last
        return head + b",".join(rows) + b"]}}}"


class Handler(BaseHTTPRequestHandler):
    """Answers both shops."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    shop: Shop
    latency = 0.0

    def do_GET(self) -> None:
        """Answer WooCommerce's questions."""
        path = urlsplit(self.path)
        if path.path.endswith("/orders"):
            body, total = self.shop.woo(parse_qs(path.query))
            self._send(body, {"X-WP-Total": str(total)})
        elif path.path.endswith("/refunds"):
            self._send(b"[]", {"X-WP-Total": "0", "X-WP-TotalPages": "0"})
        else:
            self._send(b'{"timezone_string":"Europe/Oslo"}')

    def do_POST(self) -> None:
        """Answer Shopify's questions, or change orders."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        path = urlsplit(self.path)
        if path.path == "/changed":
            self.shop.change(float(parse_qs(path.query)["share"][0]))
            self._send(b"{}")
            return
        asked = json.loads(body)
        if "ianaTimezone" in asked["query"]:
            self._send(json.dumps(_SHOP).encode())
        elif "ordersCount" in asked["query"]:
            self._send(b'{"data":{"ordersCount":{"count":0}}}')
        else:
            self._send(self.shop.shopify(asked))

    def _send(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        time.sleep(self.latency)
        self.send_response(200)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=int)
    parser.add_argument("--latency", type=float, default=0.0)
    asked = parser.parse_args()
    Handler.shop, Handler.latency = Shop(asked.orders), asked.latency
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
