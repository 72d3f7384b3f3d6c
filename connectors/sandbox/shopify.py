"""Shopify's GraphQL Admin API and its token endpoint, over the sandbox's shop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
_THROTTLED = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 - a message

_parse = lru_cache(maxsize=32)(parse)


@dataclass(frozen=True)
class _Filled:
    """An answered query: its data, and what it cost."""

    data: bytes
    errors: list[dict[str, Any]]
    requested: int
    actual: int


@dataclass(frozen=True)
class _Moment:
    """
    What was worked out while the shop looked the same.

    The pages of one pull share their search, and two pulls their pages.
    """

    key: object
    found: dict[tuple[str, str], list[Order]] = field(default_factory=dict)
    filled: dict[bytes, _Filled] = field(default_factory=dict)


class Shopify:
    """The shop's API. `scopes` are what its token may see."""

    def __init__(self, shop: Shop, bucket: Bucket) -> None:
        self.scopes = accounts.SHOP_SCOPES
        self._shop = shop
        self._bucket = bucket
        self._moment = _Moment(None)

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
        snapshot = self._shop.look()
        moment = self._moment_of(snapshot)
        filled = moment.filled.get(body)
        if filled is None:
            filled = moment.filled[body] = self._fill(body, snapshot, moment)
        enough, left = self._bucket.spend(filled.requested, filled.actual)
        cost = {
            "requestedQueryCost": filled.requested,
            "actualQueryCost": filled.actual if enough else None,
            "throttleStatus": {
                "maximumAvailable": float(self._bucket.allowance.size),
                "currentlyAvailable": int(left),
                "restoreRate": float(self._bucket.allowance.restore),
            },
        }
        extensions = orjson.dumps({"cost": cost})
        if not enough:
            return b'{"errors":' + orjson.dumps(_THROTTLED) + b',"extensions":' + extensions + b"}"
        head = b'{"errors":' + orjson.dumps(filled.errors) + b',"data":' if filled.errors else b'{"data":'
        return head + filled.data + b',"extensions":' + extensions + b"}"

    def _moment_of(self, snapshot: Snapshot) -> _Moment:
        key = (snapshot.version, snapshot.at.date(), self.scopes)
        if self._moment.key != key:
            self._moment = _Moment(key)
        return self._moment

    def _fill(self, body: bytes, snapshot: Snapshot, moment: _Moment) -> _Filled:
        query, variables = _read(body)
        template = compile_selection(query.fields, QUERY, variables, self.scopes)
        if template.cost > MOST_COST:
            message = f"Query cost is {template.cost}, which exceeds the single query max cost limit ({MOST_COST})."
            raise GraphqlError(message, "MAX_COST_EXCEEDED", cost=template.cost, maxCost=MOST_COST)
        orders: Sequence[Order] = snapshot.orders
        if "read_all_orders" not in self.scopes:
            orders = [order for order in orders if order.created_at > snapshot.at - _WITHOUT_ALL_ORDERS]
        given = 0

        def page(arguments: Arguments) -> Page:
            nonlocal given
            search, sort_key = arguments.get("query") or "", arguments.get("sortKey") or "PROCESSED_AT"
            mark = mark_of(sort_key)
            if (search, sort_key) not in moment.found:
                moment.found[search, sort_key] = sorted(find_orders(orders, search), key=mark)
            cut = cut_page(moment.found[search, sort_key], mark, arguments)
            given += len(cut.items)
            return cut

        root = Root(snapshot.at, orders, page, lambda search: len(find_orders(orders, search)), self.scopes)
        data = template.fill(root).encode()
        return _Filled(data, _denials(template), max(template.cost, 1), 1 + given)


def _read(body: bytes) -> tuple[Query, Mapping[str, Any]]:
    """Take the document and its variables out of a request."""
    try:
        content = orjson.loads(body)
        query = _parse(content["query"])
        variables = {**query.defaults, **(content.get("variables") or {})}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise GraphqlError("No query was given", "BAD_REQUEST") from error
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
