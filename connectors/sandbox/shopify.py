"""Shopify's GraphQL Admin API and its token endpoint, over the sandbox's shop."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import orjson

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.graphql import GraphqlError, Query, parse
from connectors.sandbox.graphql_types import Arguments, Page, Template, compile_selection, cut_page
from connectors.sandbox.orders import Order
from connectors.sandbox.shop import Shop, Snapshot
from connectors.sandbox.shopify_schema import QUERY, Root
from connectors.sandbox.shopify_search import find_orders, mark_of
from connectors.sandbox.throttle import Bucket

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
MOST_COST = 1000
_GRAPHQL = re.compile(r"/admin/api/(\d{4}-\d{2})/graphql\.json")
_TOKEN_LIFE = 86_399
_WITHOUT_ALL_ORDERS = timedelta(days=60)
_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 - a message

_parse = lru_cache(maxsize=32)(parse)


@dataclass
class _Spending:
    """What a query costs, and how many orders it gave."""

    requested: int
    orders: int = 0

    @property
    def actual(self) -> int:
        return 2 + self.orders


class Shopify:
    """The shop's API. `scopes` are what its token may see."""

    def __init__(self, shop: Shop, bucket: Bucket) -> None:
        self.scopes: Collection[str] = accounts.SHOP_SCOPES
        self._shop = shop
        self._bucket = bucket
        self._sorted: tuple[object, list[Order]] = (None, [])

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        if request.method == "POST" and request.path == "/admin/oauth/access_token":
            return self._grant(request)
        graphql = _GRAPHQL.fullmatch(request.path)
        if request.method != "POST" or graphql is None:
            return answer_json(404, {"errors": "Not Found"})
        if request.headers.get("x-shopify-access-token") != accounts.SHOP_ACCESS_TOKEN:
            return answer_json(401, {"errors": _BAD_TOKEN})
        # a version no longer supported is served as the oldest that is
        version = {"X-Shopify-API-Version": max(graphql[1], VERSIONS[0])}
        try:
            return Answer(200, self._execute(request.body), headers=version)
        except GraphqlError as error:
            return answer_json(200, _refusal(error), version)

    def _grant(self, request: Request) -> Answer:
        wanted = (accounts.SHOP_CLIENT_ID, accounts.SHOP_CLIENT_SECRET, "client_credentials")
        if "json" in request.headers.get("content-type", ""):
            form = orjson.loads(request.body)
        else:
            form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if wanted != (form.get("client_id"), form.get("client_secret"), form.get("grant_type")):
            return answer_json(400, {"error": "invalid_client", "error_description": "The client is not known here."})
        scope = ",".join(sorted(self.scopes))
        token = {"access_token": accounts.SHOP_ACCESS_TOKEN, "scope": scope, "expires_in": _TOKEN_LIFE}
        return answer_json(200, token)

    def _execute(self, body: bytes) -> bytes:
        query, variables = _read(body)
        template = compile_selection(query.fields, QUERY, variables, self.scopes)
        if template.cost > MOST_COST:
            message = f"Query cost is {template.cost}, which exceeds the single query max cost limit ({MOST_COST})."
            raise GraphqlError(message, "MAX_COST_EXCEEDED", cost=template.cost, maxCost=MOST_COST)
        spending = _Spending(max(template.cost, 1))
        data = template.fill(self._root(spending))
        enough, left = self._bucket.spend(spending.requested, spending.actual)
        extensions = {"cost": self._cost(spending, left, actual=spending.actual if enough else None)}
        if not enough:
            throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return orjson.dumps({"errors": [throttled], "extensions": extensions})
        errors = _denials(template)
        head = b'{"errors":' + orjson.dumps(errors) + b',"data":' if errors else b'{"data":'
        return head + data.encode() + b',"extensions":' + orjson.dumps(extensions) + b"}"

    def _cost(self, spending: _Spending, left: float, *, actual: int | None) -> dict[str, Any]:
        allowance = self._bucket.allowance
        return {
            "requestedQueryCost": spending.requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": float(allowance.size),
                "currentlyAvailable": int(left),
                "restoreRate": float(allowance.restore),
            },
        }

    def _root(self, spending: _Spending) -> Root:
        snapshot = self._shop.look()
        orders = snapshot.orders
        if "read_all_orders" not in self.scopes:
            orders = tuple(order for order in orders if order.created_at > snapshot.at - _WITHOUT_ALL_ORDERS)

        def page(arguments: Arguments) -> Page:
            found = self._find(snapshot, orders, arguments)
            cut = cut_page(found, mark_of(arguments.get("sortKey") or "PROCESSED_AT"), arguments)
            spending.orders += len(cut.items)
            return cut

        return Root(snapshot.at, orders, page, lambda search: len(find_orders(orders, search)), self.scopes)

    def _find(self, snapshot: Snapshot, orders: Collection[Order], arguments: Arguments) -> list[Order]:
        """Search and sort; the pages of one pull share the work."""
        search, sort_key = arguments.get("query") or "", arguments.get("sortKey") or "PROCESSED_AT"
        key = (snapshot.version, search, sort_key, self.scopes)
        known, found = self._sorted
        if known != key:
            found = sorted(find_orders(orders, search), key=mark_of(sort_key))
            self._sorted = key, found
        return found


def _read(body: bytes) -> tuple[Query, Mapping[str, Any]]:
    """Take the document and its variables out of a request."""
    try:
        content = orjson.loads(body)
        text, given = content["query"], content.get("variables") or {}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise GraphqlError("No query was given", "BAD_REQUEST") from error
    query = _parse(text)
    variables = {**query.defaults, **given}
    for name in query.required:
        if variables.get(name) is None:
            message = f"Variable ${name} was provided invalid value"
            raise GraphqlError(message, "INVALID_VARIABLE", problems=[{"path": [], "explanation": "Expected value"}])
    return query, variables


def _refusal(error: GraphqlError) -> dict[str, Any]:
    told: dict[str, Any] = {"message": error.message}
    return {"errors": [told | ({"extensions": error.extensions} if error.extensions else {})]}


def _denials(template: Template) -> list[dict[str, Any]]:
    return [
        {
            "message": f"Access denied for {field} field. Required access: `{scope}` access scope.",
            "extensions": {"code": "ACCESS_DENIED", "requiredAccess": f"`{scope}` access scope."},
            "path": [field],
        }
        for field, scope in template.denied
    ]
