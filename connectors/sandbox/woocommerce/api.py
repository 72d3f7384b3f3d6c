"""WooCommerce's REST API v3 over plain http, over the sandbox's shop: signed requests, numbered pages, naive times."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.loading import ZONE
from connectors.sandbox.orders import Order, Refund
from connectors.sandbox.shop import Shop, Snapshot
from connectors.sandbox.shopify.values import product_number
from connectors.sandbox.woocommerce.values import Json, order_values, refund_values

_API = "/wp-json/wc/v3"
_MOST_PER_PAGE = 100
# the data tells of neither: one way to pay and one to ship stand for what the shop had
_FIXED: Mapping[str, Sequence[Json]] = {
    "payment_gateways": [{"id": "cheque", "enabled": False}, {"id": "card", "enabled": True}],
    "shipping/zones": [{"id": 0, "name": "Elsewhere"}, {"id": 1, "name": "Europe"}],
    "shipping/zones/0/methods": [],
    "shipping/zones/1/methods": [{"id": 1, "method_id": "flat_rate", "enabled": True}],
}


class _Row(NamedTuple):
    """What can be listed: its number and times, and how it looks once it is wanted."""

    number: int
    created_at: datetime
    modified_at: datetime
    show: Callable[[], Json]


class Woocommerce:
    """The shop's API."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._door = SignatureOnlyEndpoint(_Guests())

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        if request.path == "/wp-json/":
            # the site's front page is open to all
            site = {"name": accounts.SHOP_NAME, "timezone_string": ZONE, "gmt_offset": 0}
            return answer_json(200, _chosen(site, request))
        if trouble := self._stop(request):
            return trouble
        rows = _rows(
            request.path.removeprefix(_API).strip("/"), self._shop.look(), _given(request).get("status", "any")
        )
        if request.method != "GET" or not request.path.startswith(_API) or rows is None:
            return _refuse(404, "rest_no_route", "No route was found matching the URL and request method.")
        return _page(request, rows)

    def _stop(self, request: Request) -> Answer | None:
        if not request.headers.get("authorization", "").startswith("OAuth "):
            # over plain http a login is not even looked at
            return _refuse(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        uri = f"{_address(request)}?{request.query}"
        is_valid, _ = self._door.validate_request(uri, request.method, None, dict(request.headers))
        return None if is_valid else _refuse(401, "woocommerce_rest_authentication_error", "Invalid signature.")


class _Guests(RequestValidator):
    """Knows one key, and every nonce that came; the callers' clock is not the sandbox's, so no age is judged."""

    enforce_ssl = False
    client_key_length = nonce_length = (1, 100)
    timestamp_lifetime = 10**10
    dummy_client = "nobody"

    def __init__(self) -> None:
        super().__init__()
        self._nonces: set[tuple[str, str]] = set()

    def check_client_key(self, client_key: str) -> bool:
        """Take any key for well-formed."""
        return bool(client_key)

    def validate_client_key(self, client_key: str, request: object) -> bool:  # noqa: ARG002 - as the base class asks
        """Know the one key."""
        return client_key == accounts.WOOCOMMERCE_KEY

    def get_client_secret(self, client_key: str, request: object) -> str:  # noqa: ARG002 - as the base class asks
        """Return its secret."""
        return accounts.WOOCOMMERCE_SECRET

    def validate_timestamp_and_nonce(  # noqa: PLR0913, PLR0917 - as the base class asks
        self,
        client_key: str,  # noqa: ARG002 - there is one
        timestamp: str,
        nonce: str,
        request: object,  # noqa: ARG002 - its signature is checked elsewhere
        request_token: str | None = None,  # noqa: ARG002 - there are no tokens
        access_token: str | None = None,  # noqa: ARG002 - there are no tokens
    ) -> bool:
        """Let no request come twice."""
        known = len(self._nonces)
        self._nonces.add((timestamp, nonce))
        return len(self._nonces) > known


def _rows(name: str, seen: Snapshot, status: str) -> list[_Row] | None:
    match name.split("/"):
        case ["orders"]:
            # nothing is ever thrown into the sandbox's trash
            return [] if status == "trash" else [_order(order) for order in seen.orders]
        case ["refunds"]:
            return [_refund(order, refund) for order in seen.orders for refund in order.refunds]
        case ["orders", number, "refunds"]:
            orders = [order for order in seen.orders if str(order.number) == number]
            return [_refund(order, refund) for order in orders for refund in order.refunds]
        case ["products"]:
            sold = {product_number(line.sku) for order in seen.orders for line in order.lines}
            return [_Row(number, seen.at, seen.at, partial(dict, id=number)) for number in sold]
        case _ if name in _FIXED:
            return [_Row(place, seen.at, seen.at, partial(dict, row)) for place, row in enumerate(_FIXED[name])]
        case _:
            return None


def _order(order: Order) -> _Row:
    return _Row(order.number, order.created_at, order.updated_at, partial(order_values, order))


def _refund(order: Order, refund: Refund) -> _Row:
    return _Row(refund.number, refund.at, refund.at, partial(refund_values, order, refund))


def _page(request: Request, rows: Sequence[_Row]) -> Answer:
    given = _given(request)
    per_page, number = int(given.get("per_page", 10)), int(given.get("page", 1))
    by = given.get("orderby", "date")
    if not 1 <= per_page <= _MOST_PER_PAGE or number < 1 or by not in ("id", "date"):
        return _refuse(400, "rest_invalid_param", "Invalid parameter(s).")
    zone = UTC if given.get("dates_are_gmt") == "true" else ZoneInfo(ZONE)
    created, modified = (
        datetime.fromisoformat(given.get(name, "1970-01-01T00:00:00")).replace(tzinfo=zone)
        for name in ("after", "modified_after")
    )
    found = sorted(
        (row for row in rows if row.created_at > created and row.modified_at > modified),
        key=lambda row: row.number if by == "id" else row.created_at.timestamp(),
        reverse=given.get("order", "desc") == "desc",
    )
    pages = -(-len(found) // per_page)
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    beside = {"next": number + 1} if number < pages else {"prev": number - 1} if number > 1 else {}
    for name, other in beside.items():
        headers["Link"] = f'<{_address(request)}?page={other}>; rel="{name}"'
    # an offset takes the place of a page's number
    first = int(given.get("offset", (number - 1) * per_page))
    shown = found[first : first + per_page]
    return answer_json(200, [_chosen(row.show(), request) for row in shown], headers)


def _chosen(row: Mapping[str, Any], request: Request) -> Mapping[str, Any]:
    fields = _given(request).get("_fields")
    return row if fields is None else {name: row[name] for name in fields.split(",") if name in row}


def _given(request: Request) -> Mapping[str, str]:
    return {name: values[-1] for name, values in request.parameters.items()}


def _address(request: Request) -> str:
    return f"http://{request.headers.get('host')}/{request.vendor}{request.path}"


def _refuse(status: int, code: str, message: str) -> Answer:
    return answer_json(status, {"code": code, "message": message, "data": {"status": status}})
