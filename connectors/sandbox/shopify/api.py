"""Shopify's GraphQL Admin API and its token endpoint, over the sandbox's shop."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import orjson

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.orders import Order
from connectors.sandbox.shop import Shop
from connectors.sandbox.shopify.graphql import GraphqlError, Query, parse
from connectors.sandbox.shopify.graphql_types import Template, compile_selection
from connectors.sandbox.shopify.schema import QUERY
from connectors.sandbox.shopify.search import View
from connectors.sandbox.shopify.throttle import Bucket

OLDEST_VERSION = "2026-01"
MOST_COST = 1000
_GRAPHQL = re.compile(r"/admin/api/(\d{4}-\d{2})/graphql\.json")
_TOKEN_LIFE = 86_399
_WITHOUT_ALL_ORDERS = timedelta(days=60)
_THROTTLED = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 - a message

_parse = lru_cache(maxsize=32)(parse)


class Shopify:
    """The shop's API. `scopes` are what its token may see."""

    def __init__(self, shop: Shop, bucket: Bucket) -> None:
        self.scopes = accounts.SHOP_SCOPES
        self._shop = shop
        self._bucket = bucket
        self._found: tuple[object, dict[tuple[str, str], list[Order]]] = (None, {})

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
        version = {"X-Shopify-API-Version": max(graphql[1], OLDEST_VERSION)}
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
        view = self._view()
        data = template.fill(view)
        requested, actual = max(1, template.cost), 1 + view.given
        enough, left = self._bucket.spend(requested, actual)
        cost = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual if enough else None,
            "throttleStatus": {
                "maximumAvailable": float(self._bucket.allowance.size),
                "currentlyAvailable": int(left),
                "restoreRate": float(self._bucket.allowance.restore),
            },
        }
        errors = _denials(template) if enough else _THROTTLED
        parts = [b'"errors":' + orjson.dumps(errors)] if errors else []
        parts += [b'"data":' + data.encode()] if enough else []
        parts += [b'"extensions":' + orjson.dumps({"cost": cost})]
        return b"{" + b",".join(parts) + b"}"

    def _view(self) -> View:
        snapshot = self._shop.look()
        orders: Sequence[Order] = snapshot.orders
        if "read_all_orders" not in self.scopes:
            orders = [order for order in orders if order.created_at > snapshot.at - _WITHOUT_ALL_ORDERS]
        # the pages of a pull share their search, while the shop and what one may see of it stay the same
        key = (snapshot.version, orders[0].number if orders else None)
        if self._found[0] != key:
            self._found = key, {}
        return View(snapshot.at, orders, self.scopes, self._found[1])


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
