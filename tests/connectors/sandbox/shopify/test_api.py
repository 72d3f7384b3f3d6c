"""Shopify's API over real HTTP (.schema, .values)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import polars as pl
import pytest

from connectors.sandbox import STANDARD, Sandbox, accounts, serve
from connectors.sandbox.orders import Line
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller

AMOUNT = "{ shopMoney { amount currencyCode } }"
LINE = f"""id sku title quantity currentQuantity isGiftCard product {{ id }} variant {{ id }}
  originalTotalSet {AMOUNT} discountedTotalSet {AMOUNT}"""
ORDERS = f"""
query Orders($first: Int!, $after: String, $q: String!) {{
  orders(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id legacyResourceId name test
      createdAt processedAt updatedAt cancelledAt cancelReason closedAt edited
      sourceName currencyCode presentmentCurrencyCode taxesIncluded
      displayFinancialStatus displayFulfillmentStatus
      subtotalLineItemsQuantity currentSubtotalLineItemsQuantity
      totalPriceSet {AMOUNT} currentTotalPriceSet {AMOUNT} currentSubtotalPriceSet {AMOUNT}
      currentTotalTaxSet {AMOUNT} totalDiscountsSet {AMOUNT} totalShippingPriceSet {AMOUNT}
      totalRefundedSet {AMOUNT} totalReceivedSet {AMOUNT} netPaymentSet {AMOUNT}
      customer {{ id }}
      lineItems(first: 50) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {LINE} }} }}
      refunds(first: 20) {{ id createdAt totalRefundedSet {AMOUNT}
        refundLineItems(first: 50) {{ nodes {{ quantity lineItem {{ id }} subtotalSet {AMOUNT} }} }} }}
    }}
  }}
}}"""
BACK = "2011-11-21T11:48:00Z"


def _money(amount: str) -> dict[str, dict[str, str]]:
    return {"shopMoney": {"amount": amount, "currencyCode": "GBP"}}


def _pages(caller: Caller, query: str, **variables: object) -> Iterator[Any]:
    after = None
    while True:
        orders = caller.graphql(query, after=after, **variables)["data"]["orders"]
        yield orders["nodes"]
        after = orders["pageInfo"]["endCursor"]
        if not orders["pageInfo"]["hasNextPage"]:
            return


def test_the_shop_tells_its_facts(caller: Caller) -> None:
    """Zone, currency and plan are the shop's; the offset is that of the clock's day."""
    query = """{ shop { name myshopifyDomain currencyCode ianaTimezone timezoneOffset taxesIncluded
                        plan { publicDisplayName partnerDevelopment } } }"""

    assert {
        "name": "Export Counter",
        "myshopifyDomain": "exportcounter.myshopify.com",
        "currencyCode": "GBP",
        "ianaTimezone": "Europe/London",
        "timezoneOffset": "+0000",
        "taxesIncluded": True,
        "plan": {"publicDisplayName": "Plus", "partnerDevelopment": False},
    } == caller.graphql(query)["data"]["shop"]


def test_an_order_with_a_refund_is_told_in_full(caller: Caller, evening: Clock) -> None:
    """Every field of an order, a line and a refund, as they stand after the refund of order 574713."""
    evening.now = datetime(2011, 11, 22, tzinfo=UTC)

    answer = caller.graphql(ORDERS, first=1, q=f"updated_at:'{BACK}'")["data"]["orders"]

    (order,) = answer["nodes"]
    lines, refunds = order.pop("lineItems"), order.pop("refunds")
    assert {
        "id": "gid://shopify/Order/574713",
        "legacyResourceId": "574713",
        "name": "#574713",
        "test": False,
        "createdAt": "2011-11-06T14:26:00Z",
        "processedAt": "2011-11-06T14:26:00Z",
        "updatedAt": BACK,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "edited": False,
        "sourceName": "web",
        "currencyCode": "GBP",
        "presentmentCurrencyCode": "GBP",
        "taxesIncluded": True,
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "FULFILLED",
        "subtotalLineItemsQuantity": 105,
        "currentSubtotalLineItemsQuantity": 102,
        "totalPriceSet": _money("237.57"),
        "currentTotalPriceSet": _money("220.72"),
        "currentSubtotalPriceSet": _money("202.72"),
        "currentTotalTaxSet": _money("0.0"),
        "totalDiscountsSet": _money("0.0"),
        "totalShippingPriceSet": _money("18.0"),
        "totalRefundedSet": _money("16.85"),
        "totalReceivedSet": _money("237.57"),
        "netPaymentSet": _money("220.72"),
        "customer": {"id": "gid://shopify/Customer/12628"},
    } == order
    assert {
        "id": "gid://shopify/LineItem/574713008",
        "sku": "22654",
        "title": "DELUXE SEWING KIT",
        "quantity": 3,
        "currentQuantity": 1,
        "isGiftCard": False,
        "product": {"id": "gid://shopify/Product/3460504"},
        "variant": {"id": "gid://shopify/ProductVariant/3460504"},
        "originalTotalSet": _money("17.85"),
        "discountedTotalSet": _money("17.85"),
    } == lines["nodes"][7]
    assert [
        {
            "id": "gid://shopify/Refund/577693574713",
            "createdAt": BACK,
            "totalRefundedSet": _money("16.85"),
            "refundLineItems": {
                "nodes": [
                    {
                        "quantity": 1,
                        "lineItem": {"id": "gid://shopify/LineItem/574713004"},
                        "subtotalSet": _money("4.95"),
                    },
                    {
                        "quantity": 2,
                        "lineItem": {"id": "gid://shopify/LineItem/574713008"},
                        "subtotalSet": _money("11.9"),
                    },
                ]
            },
        }
    ] == refunds


def test_the_day_before_it_was_whole(caller: Caller) -> None:
    """Until the refund's time the order is paid, unchanged and has nothing returned."""
    fields = "updatedAt displayFinancialStatus currentSubtotalLineItemsQuantity refunds(first: 5) { id }"

    assert {
        "updatedAt": "2011-11-06T14:26:00Z",
        "displayFinancialStatus": "PAID",
        "currentSubtotalLineItemsQuantity": 105,
        "refunds": [],
    } == caller.order(574713, fields)


def test_pages_give_each_order_of_the_span_once(caller: Caller, rows: pl.DataFrame) -> None:
    """Pages of 25 cover a fortnight's orders, oldest change first, and add up to the data's money."""
    query = "updated_at:>='2011-11-01T00:00:00Z' AND updated_at:<'2011-11-15T00:00:00Z' AND created_at:>='2011-11-01'"
    pages = list(_pages(caller, ORDERS, first=25, q=query))

    orders = [order for page in pages for order in page]
    sold = rows.filter(
        pl.col("RefundOf").is_null(),
        pl.col("InvoiceDate").dt.date().is_between(pl.date(2011, 11, 1), pl.date(2011, 11, 14)),
    )
    touched = rows.filter(
        pl.col("InvoiceDate") >= pl.date(2011, 11, 15), pl.col("InvoiceDate") < pl.datetime(2011, 11, 20, 21)
    )
    sold = sold.join(touched.drop_nulls("RefundOf"), left_on="InvoiceNo", right_on="RefundOf", how="anti")
    assert sorted(sold["InvoiceNo"].unique()) == sorted(order["legacyResourceId"] for order in orders)
    assert sorted(order["updatedAt"] for order in orders) == [order["updatedAt"] for order in orders]
    assert [25] * (len(pages) - 1) == [len(page) for page in pages[:-1]]
    pence = sum(round(float(order["totalPriceSet"]["shopMoney"]["amount"]) * 100) for order in orders)
    assert sold.select((pl.col("Quantity") * pl.col("UnitPrice") * 100).sum()).item() == pence


def test_an_order_longer_than_a_page_goes_on_by_its_own_cursor(caller: Caller, rows: pl.DataFrame) -> None:
    """Order 574740 has 130 lines; the rest is read through order(id) and through node(id)."""
    info = "lineItems(first: 60%s) { pageInfo { hasNextPage endCursor } nodes { sku } }"
    first = caller.order(574740, info % "")["lineItems"]
    second = caller.order(574740, info % f', after: "{first["pageInfo"]["endCursor"]}"')["lineItems"]
    after = second["pageInfo"]["endCursor"]
    third = caller.graphql(
        "query($id: ID!, $after: String) { node(id: $id) { ... on Order { lineItems(first: 60, after: $after)"
        " { pageInfo { hasNextPage } nodes { sku } } } } }",
        id="gid://shopify/Order/574740",
        after=after,
    )["data"]["node"]["lineItems"]

    goods = rows.filter(pl.col("InvoiceNo") == "574740", pl.col("RefundOf").is_null(), pl.col("StockCode") != "POST")
    assert [True, True, False] == [part["pageInfo"]["hasNextPage"] for part in (first, second, third)]
    assert goods["StockCode"].to_list() == [line["sku"] for part in (first, second, third) for line in part["nodes"]]


def test_edges_aliases_and_type_names(caller: Caller) -> None:
    """A connection also has edges with cursors; an alias names the field in the answer."""
    answer = caller.graphql("""{ oldest: orders(first: 1, sortKey: CREATED_AT) {
        pageInfo { hasPreviousPage startCursor endCursor } edges { cursor node { __typename number: name } } } }""")
    oldest = answer["data"]["oldest"]

    (edge,) = oldest["edges"]
    assert {"__typename": "Order", "number": "#536370"} == edge["node"]
    assert {"hasPreviousPage": False, "startCursor": edge["cursor"], "endCursor": edge["cursor"]} == oldest["pageInfo"]


def test_a_guest_has_no_customer(caller: Caller, sandbox: Sandbox) -> None:
    """The customer of an order without one is null, not an error."""
    sandbox.shop.add_order(1, [Line(1, "22423", "MUG", 1, 250)])

    assert {"customer": None} == caller.order(1, "customer { id }")


def test_titles_are_text_whatever_they_hold(caller: Caller, sandbox: Sandbox) -> None:
    """Quotes, percent signs and other alphabets come through."""
    title = '50 % "øre" \\ 雪 \n'
    sandbox.shop.add_order(1, [Line(1, "22423", title, 1, 250)])

    lines = caller.order(1, "lineItems(first: 1) { nodes { title } }")["lineItems"]

    assert [{"title": title}] == lines["nodes"]


def test_a_cancelled_order_is_paid_back(caller: Caller, sandbox: Sandbox) -> None:
    """Cancelling shows in the times, the status and the money."""
    sandbox.shop.cancel(574713)

    assert {
        "cancelledAt": "2011-11-20T21:00:00Z",
        "cancelReason": "CUSTOMER",
        "updatedAt": "2011-11-20T21:00:00Z",
        "displayFinancialStatus": "REFUNDED",
        "currentSubtotalLineItemsQuantity": 0,
        "netPaymentSet": _money("0.0"),
    } == caller.order(
        574713,
        "cancelledAt cancelReason updatedAt displayFinancialStatus currentSubtotalLineItemsQuantity"
        f" netPaymentSet {AMOUNT}",
    )


def test_what_is_not_there_is_null(caller: Caller) -> None:
    """An order of the future and a thing of another kind are not found."""
    ids = ("gid://shopify/Order/581587", "gid://shopify/Product/1", "x")

    assert [None] * 3 == [
        caller.graphql("query($id: ID!) { node(id: $id) { id } }", id=one)["data"]["node"] for one in ids
    ]


def test_counts_say_how_exact_they_are(caller: Caller, rows: pl.DataFrame) -> None:
    """A count above its limit is AT_LEAST."""
    query = """{ all: ordersCount { count precision } few: ordersCount(limit: 100) { count precision }
        november: ordersCount(query: "created_at:>='2011-11-01'") { count precision }
        productsCount(query: "status:active published_status:published") { count precision }
        customersCount { count precision } abandonedCheckoutsCount { count precision } }"""
    past = rows.filter(pl.col("RefundOf").is_null(), pl.col("InvoiceDate") < pl.datetime(2011, 11, 20, 21))
    goods = past.filter(~pl.col("StockCode").is_in(["POST", "DOT", "C2"]))

    counts = {name: (found["count"], found["precision"]) for name, found in caller.graphql(query)["data"].items()}

    assert {
        "all": (past["InvoiceNo"].n_unique(), "EXACT"),
        "few": (100, "AT_LEAST"),
        "november": (past.filter(pl.col("InvoiceDate") >= pl.date(2011, 11, 1))["InvoiceNo"].n_unique(), "EXACT"),
        "productsCount": (goods["StockCode"].str.to_uppercase().n_unique(), "EXACT"),
        "customersCount": (past["CustomerID"].drop_nulls().n_unique(), "EXACT"),
        "abandonedCheckoutsCount": (0, "EXACT"),
    } == counts


def test_scopes_bound_what_is_seen(caller: Caller, sandbox: Sandbox) -> None:
    """Without read_all_orders the last 60 days, without read_customers no customer, without read_orders none at all."""
    everything = caller.graphql("{ ordersCount { count } }")["data"]["ordersCount"]["count"]
    sandbox.shopify.scopes = frozenset({"read_orders"})

    handles = caller.graphql("{ currentAppInstallation { accessScopes { handle } } }")["data"]["currentAppInstallation"]
    recent = caller.graphql("{ ordersCount { count } }")["data"]["ordersCount"]["count"]
    named = caller.graphql("{ orders(first: 1, sortKey: CREATED_AT) { nodes { createdAt customer { id } } } }")
    sandbox.shopify.scopes = frozenset()
    denied = caller.graphql("{ orders(first: 1) { nodes { id } } }")

    assert {"accessScopes": [{"handle": "read_orders"}]} == handles
    assert (1712, 467) == (everything, recent)
    assert [{"createdAt": "2011-09-22T09:37:00Z", "customer": None}] == named["data"]["orders"]["nodes"]
    assert ["Access denied for customer field. Required access: `read_customers` access scope."] == [
        error["message"] for error in named["errors"]
    ]
    assert {"orders": None} == denied["data"]
    assert ["ACCESS_DENIED"] == [error["extensions"]["code"] for error in denied["errors"]]


def test_a_wrong_token_is_401_with_a_text(caller: Caller) -> None:
    """`errors` is a string here."""
    answer = caller.post_graphql({"query": "{ shop { name } }"}, token="shpat_wrong")

    assert (401, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}) == (
        answer.status_code,
        answer.json(),
    )


@pytest.mark.parametrize("how", ["data", "json"])
def test_client_credentials_give_a_token(caller: Caller, how: str) -> None:
    """The exchange takes a form or JSON, and what it gives opens the API."""
    login = {
        "grant_type": "client_credentials",
        "client_id": accounts.SHOP_CLIENT_ID,
        "client_secret": accounts.SHOP_CLIENT_SECRET,
    }
    granted: dict[str, Any] = {how: login}

    token = caller.http.post("/shopify/admin/oauth/access_token", **granted).json()

    assert ("read_all_orders,read_customers,read_orders,read_products", 86399) == (token["scope"], token["expires_in"])
    assert 200 == caller.post_graphql({"query": "{ shop { name } }"}, token=token["access_token"]).status_code


def test_a_wrong_secret_gives_no_token(caller: Caller) -> None:
    """The error has a word and a description."""
    login = {"grant_type": "client_credentials", "client_id": accounts.SHOP_CLIENT_ID, "client_secret": "wrong"}

    answer = caller.http.post("/shopify/admin/oauth/access_token", data=login)

    assert (400, "invalid_client") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(("asked", "served"), [("2026-10", "2026-10"), ("2026-01", "2026-01"), ("2025-07", "2026-01")])
def test_the_served_version_is_told(caller: Caller, asked: str, served: str) -> None:
    """A version no longer supported falls forward to the oldest that is."""
    answer = caller.http.post(
        f"/shopify/admin/api/{asked}/graphql.json",
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": accounts.SHOP_ACCESS_TOKEN},
    )

    assert served == answer.headers["X-Shopify-API-Version"]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ shop { colour } }", "undefinedField", "Field 'colour' doesn't exist on type 'Shop'"),
        ("{ shop { plan { price } } }", "undefinedField", "Field 'price' doesn't exist on type 'ShopPlan'"),
        ("{ shop }", "selectionMismatch", "Field 'shop' must have selections"),
        ("{ shop { name { first } } }", "selectionMismatch", "Field 'name' can't have selections"),
        ("{ orders(first: 1, color: 2) { nodes { id } } }", "argumentNotAccepted", "doesn't accept argument 'color'"),
        ("{ orders(first: 251) { nodes { id } } }", "BAD_USER_INPUT", "first must be between 1 and 250"),
        ("{ orders { nodes { id } } }", "BAD_USER_INPUT", "first must be between 1 and 250"),
        ("query($n: Int!) { orders(first: $n) { nodes { id } } }", "INVALID_VARIABLE", "Variable $n"),
        (
            "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }",
            "MAX_COST_EXCEEDED",
            "Query cost is 2002, which exceeds the single query max cost limit (1000).",
        ),
    ],
)
def test_a_bad_query_is_an_error_under_200(caller: Caller, query: str, code: str, message: str) -> None:
    """There is a code and no data."""
    answer = caller.post_graphql({"query": query})

    (error,) = answer.json()["errors"]
    assert (200, code) == (answer.status_code, error["extensions"]["code"])
    assert message in error["message"]
    assert "data" not in answer.json()


@pytest.mark.parametrize("content", [{}, [], {"query": 5}, {"query": "{ shop {"}, {"query": "{ a }", "variables": 3}])
def test_what_is_no_query_is_an_error_under_200(caller: Caller, content: object) -> None:
    """A body of another shape is told so, like any other bad query."""
    answer = caller.post_graphql(content)

    assert (200, 1) == (answer.status_code, len(answer.json()["errors"]))


def test_costs_are_told_and_the_drained_bucket_throttles(evening: Clock) -> None:
    """A standard shop's 2000 points last for a while; then the answer is THROTTLED under 200, until time has passed."""
    with (
        serve(evening, allowance=STANDARD, seconds=evening.seconds) as sandbox,
        httpx.Client(base_url=sandbox.url) as http,
    ):
        caller = Caller(http)
        query = {"q": "", "first": 50}
        answers = [caller.graphql(ORDERS, **query) for _ in range(26)]
        evening.move(seconds=1)
        again = caller.graphql(ORDERS, **query)

    cost = {"requestedQueryCost": 752, "actualQueryCost": 51}
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1949, "restoreRate": 100.0}
    assert {**cost, "throttleStatus": status} == answers[0]["extensions"]["cost"]
    assert [True] * 25 + [False] == ["data" in answer for answer in answers]
    assert [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}] == answers[-1]["errors"]
    assert {**cost, "actualQueryCost": None} | {"throttleStatus": {**status, "currentlyAvailable": 725}} == (
        answers[-1]["extensions"]["cost"]
    )
    assert "data" in again


def test_an_unknown_path_is_404(caller: Caller) -> None:
    """The REST API is not there."""
    assert 404 == caller.http.get("/shopify/admin/api/2026-10/orders.json").status_code
