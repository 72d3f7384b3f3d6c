"""Shopify: exact rows, nested pages, refunds, tokens, throttling and scopes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

import connectors
from connectors._records import RecordKind
from okr_config.errors import SourceError

LOGIN = {"shop": "waldladen.myshopify.com", "access_token": "CANARY-shopify-5e884898da280471"}
SCOPES = ("read_orders", "read_products", "read_customers", "read_all_orders")


def money(amount, currency="NOK"):
    """Return an amount as Shopify writes it."""
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def line(number, **changes):
    """Return a line item."""
    return {
        "id": f"L{number}",
        "sku": "MUG-BLA",
        "title": "Blå kopp ☕",
        "quantity": 3,
        "currentQuantity": 2,
        "isGiftCard": False,
        "product": {"id": "P9"},
        "discountedTotalSet": money("1197.0"),
        **changes,
    }


def refund(number, **changes):
    """Return a refund of one unit."""
    return {
        "id": f"R{number}",
        "createdAt": "2026-11-14T08:15:00Z",
        "totalRefundedSet": money("399.0"),
        "refundLineItems": {"pageInfo": {"hasNextPage": False}, "nodes": [{"quantity": 1}]},
        **changes,
    }


def connection(nodes, after=None):
    """Return a page of a connection."""
    return {"pageInfo": {"hasNextPage": after is not None, "endCursor": after}, "nodes": nodes}


def order(number, **changes):
    """Return an order of three mugs, one of them refunded."""
    return {
        "id": f"O{number}",
        "test": False,
        "createdAt": "2026-11-12T09:12:44Z",
        "processedAt": "2026-11-12T23:30:00Z",
        "updatedAt": f"2026-11-14T08:15:{number:02}Z",
        "cancelledAt": None,
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "customer": {"id": "C7"},
        "totalPriceSet": money("1246.0"),
        "totalRefundedSet": money("399.0"),
        "currentTotalTaxSet": money("169.4"),
        "totalShippingPriceSet": money("49.0"),
        "lineItems": connection([line(number)]),
        "refunds": [refund(number)],
        **changes,
    }


def shop(*pages, scopes=SCOPES, products=None, details=None):
    """Return what a shop answers to each of our queries; `pages` are pages of orders."""

    def answer(request):
        query, variables = request.body["query"], request.body["variables"]
        if "ianaTimezone" in query:
            handles = [{"handle": scope} for scope in scopes]
            return {
                "data": {
                    "shop": {"ianaTimezone": "Europe/Oslo"},
                    "currentAppInstallation": {"accessScopes": handles},
                }
            }
        if "productsCount" in query:
            return {"data": {"productsCount": products or {"count": 12, "precision": "EXACT"}}}
        if "query Orders" in query:
            number = int(variables["after"] or 0)
            following = str(number + 1) if number + 1 < len(pages) else None
            return {"data": {"orders": connection(pages[number] if pages else [], following)}}
        return {"data": {"order": details(query, variables)}}

    return answer


CASE = {
    "settings": LOGIN,
    "good": shop([order(1), order(2)]),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 2},
    "repeated": shop([order(1)], [order(2)], [order(3)]),
}


def ask_shop(server, reply, answer):
    """Have the server be a shop."""
    server.script = lambda request: reply(answer(request))


def test_an_order_becomes_rows(server, pulling, reply):
    """Money is Decimal, times are UTC, the day is the shop's, the customer is a key."""
    ask_shop(server, reply, shop([order(1)]))

    pulled = pulling("shopify", LOGIN)

    created = datetime(2026, 11, 12, 9, 12, 44, tzinfo=UTC)
    processed = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)
    updated = datetime(2026, 11, 14, 8, 15, 1, tzinfo=UTC)
    amounts = (Decimal(1246), Decimal(399), Decimal("169.4"), Decimal(49))
    expected_order = (
        *("O1", created, processed, updated, date(2026, 11, 13), "PARTIALLY_REFUNDED", True, False, "NOK"),
        *amounts,
        "key of 7",
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("O1", "L1", "P9", "MUG-BLA", "Blå kopp ☕", 3, 2, False, "NOK", Decimal(1197))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    expected_refund = ("O1", "R1", datetime(2026, 11, 14, 8, 15, tzinfo=UTC), "NOK", Decimal(399), 1)
    assert [expected_refund] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (updated, "Europe/Oslo", (), ()) == (pulled.cursor, pulled.zone, pulled.notes, pulled.refused)


def test_the_span_is_asked_for_to_the_second(server, pulling, reply):
    """The window goes out in UTC, its end rounded up, and the path carries the version."""
    ask_shop(server, reply, shop())

    pulling("shopify", LOGIN, end=datetime(2026, 11, 23, 8, 59, 59, 1, tzinfo=UTC))

    asked = server.seen[-1]
    expected = "updated_at:>='2026-11-09T00:00:00Z' AND updated_at:<'2026-11-23T09:00:00Z'"
    assert expected == asked.body["variables"]["q"]
    assert "/admin/api/2026-10/graphql.json" == asked.path
    assert LOGIN["access_token"] == asked.headers["x-shopify-access-token"]


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"displayFinancialStatus": "PAID"}, True),
        ({"displayFinancialStatus": "REFUNDED"}, True),
        ({"displayFinancialStatus": "PENDING"}, False),
        ({"displayFinancialStatus": None}, False),
        ({"displayFinancialStatus": "VOIDED"}, False),
        ({"test": True}, False),
        ({"cancelledAt": "2026-11-13T00:00:00Z"}, False),
    ],
)
def test_a_sale_is_paid_no_test_and_not_cancelled(server, pulling, reply, changes, is_sale):
    """A refund does not unmake a sale; a test, a cancellation or no payment does."""
    ask_shop(server, reply, shop([order(1, **changes)]))

    pulled = pulling("shopify", LOGIN)

    assert [is_sale] == pulled.frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_pages_follow_each_other(server, pulling, reply):
    """Every page is read once, by its cursor."""
    ask_shop(server, reply, shop([order(1)], [order(2)], [order(3)]))

    pulled = pulling("shopify", LOGIN)

    assert ["O1", "O2", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert [None, "1", "2"] == [request.body["variables"].get("after") for request in server.seen[1:]]


def test_an_order_that_comes_twice_counts_as_it_came_last(server, pulling, reply):
    """An order changed while we read comes again: its newer state stands, and its lost line is lost."""
    early = order(1, lineItems=connection([line(1), line(2)]))
    late = order(1, updatedAt="2026-11-15T00:00:00Z", lineItems=connection([line(1, quantity=4)]))
    ask_shop(server, reply, shop([early, order(3)], [late]))

    pulled = pulling("shopify", LOGIN)

    assert ["O1", "O3"] == sorted(pulled.frames[RecordKind.ORDERS]["order_id"])
    lines = pulled.frames[RecordKind.ORDER_LINES].sort("line_id").select("line_id", "quantity").rows()
    assert [("L1", 4), ("L3", 3)] == lines


def test_all_lines_of_a_long_order_are_read(server, pulling, reply):
    """Lines beyond the first page are asked for by the order's id until there are no more."""
    pages = {"a": connection([line(2)], "b"), "b": connection([line(3)])}
    ask_shop(
        server,
        reply,
        shop(
            [order(1, lineItems=connection([line(1)], "a"))],
            details=lambda _, variables: {"lineItems": pages[variables["after"]]},
        ),
    )

    pulled = pulling("shopify", LOGIN)

    lines = pulled.frames[RecordKind.ORDER_LINES].select("order_id", "line_id").rows()
    assert [("O1", "L1"), ("O1", "L2"), ("O1", "L3")] == lines


def test_all_refunds_of_an_order_are_read(server, pulling, reply):
    """A refund with more lines than were asked for is asked for again, in full."""
    cut = refund(1, refundLineItems={"pageInfo": {"hasNextPage": True}, "nodes": [{"quantity": 1}]})
    full = refund(1, refundLineItems={"pageInfo": {"hasNextPage": False}, "nodes": [{"quantity": 1}, {"quantity": 5}]})
    ask_shop(server, reply, shop([order(1, refunds=[cut])], details=lambda *_: {"refunds": [full]}))

    pulled = pulling("shopify", LOGIN)

    assert [("R1", 6)] == pulled.frames[RecordKind.REFUNDS].select("refund_id", "quantity").rows()


def test_a_refund_that_is_cut_for_good_has_unknown_units(server, pulling, reply):
    """A count that cannot be had in full is null, not too small."""
    cut = refund(1, refundLineItems={"pageInfo": {"hasNextPage": True}, "nodes": [{"quantity": 1}]})
    ask_shop(server, reply, shop([order(1, refunds=[cut])], details=lambda *_: {"refunds": [cut]}))

    pulled = pulling("shopify", LOGIN)

    assert [None] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()


def test_a_line_that_does_not_fit_withholds_its_order(server, pulling, reply):
    """An order is landed whole or not at all; the refusal names field and type, never the value."""
    bad = order(2, lineItems=connection([line(2, quantity=1.5)]))
    ask_shop(server, reply, shop([order(1), bad, order(3)]))

    pulled = pulling("shopify", LOGIN)

    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDER_LINES]["order_id"].to_list()
    assert ["O1", "O3"] == pulled.frames[RecordKind.REFUNDS]["order_id"].to_list()
    expected = [("order_lines", "quantity is a fraction instead of a count", '{"quantity":"a fraction"}')]
    assert expected == [(row.kind, row.reason, row.payload) for row in pulled.refused]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"totalPriceSet": money("1e999")}, "gross_amount is a number out of range instead of an amount"),
        ({"totalPriceSet": money("NaN")}, "gross_amount is a number out of range instead of an amount"),
        ({"totalPriceSet": None}, "currency is missing instead of text"),
        ({"totalPriceSet": "12"}, "totalPriceSet is a plain value instead of an object"),
        ({"updatedAt": "yesterday"}, "updated_at is text instead of a time with its zone"),
        ({"test": "maybe"}, "test is text instead of true or false"),
        ({"id": None}, "order_id is missing instead of text"),
    ],
)
def test_a_bad_order_is_set_apart(server, pulling, reply, changes, told):
    """One order in three that does not fit is refused with its reason; the others stand."""
    ask_shop(server, reply, shop([order(1), order(2, **changes), order(3)]))

    pulled = pulling("shopify", LOGIN)

    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert [told] == [row.reason for row in pulled.refused]


def test_a_client_secret_is_exchanged_once_and_again_when_refused(server, pulling, reply):
    """The token is asked for once, and once more when it is not taken any longer."""
    tokens = iter(["CANARY-first-token", "CANARY-second-token"])

    def script(request):
        if request.path == "/admin/oauth/access_token":
            return reply({"access_token": next(tokens), "scope": "read_orders", "expires_in": 86399})
        if request.headers["x-shopify-access-token"] == "CANARY-first-token" and "query Orders" in request.body["query"]:
            return reply({"errors": "[API] Invalid API key or access token"}, status=401)
        return reply(shop([order(1)])(request))

    server.script = script
    login = {"shop": LOGIN["shop"], "client_id": "abc", "client_secret": "CANARY-secret"}

    pulled = pulling("shopify", login)

    assert 1 == pulled.frames[RecordKind.ORDERS].height
    exchanges = [request.body for request in server.seen if request.path.endswith("access_token")]
    assert 2 == len(exchanges)
    assert {"grant_type": "client_credentials", "client_id": "abc", "client_secret": "CANARY-secret"} == exchanges[0]


def test_an_app_of_another_organisation_is_told(server, pulling, reply):
    """A refused exchange is `unauthorized` and says why."""
    server.script = lambda _: reply({"error": "shop_not_permitted"}, status=403)

    with pytest.raises(SourceError, match="different organisations") as caught:
        pulling("shopify", {"shop": LOGIN["shop"], "client_id": "abc", "client_secret": "CANARY-secret"})

    assert "unauthorized" == caught.value.reason


def cost(requested, left, rate=100):
    """Return the cost block of an answer."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


def test_throttled_queries_wait_by_their_cost(server, pulling, reply, still):
    """THROTTLED under status 200 waits for the points that are missing and asks again."""
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": cost(312, 12)}
    answers = iter([throttled])

    def script(request):
        return reply(next(answers, None) or shop([order(1)])(request))

    server.script = script

    pulled = pulling("shopify", LOGIN)

    assert [3.0] == still.slept
    assert 1 == pulled.frames[RecordKind.ORDERS].height


def test_a_drained_bucket_is_waited_for(server, pulling, reply, still):
    """When the next query could not be paid for, we wait before asking it."""
    server.script = lambda request: reply({**shop([order(1)])(request), "extensions": cost(300, 250, 50)})

    pulling("shopify", LOGIN)

    assert [1.0, 1.0] == still.slept


@pytest.mark.parametrize(
    ("errors", "reason", "told"),
    [
        ([{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}], "forbidden", "the app needs the scope read_orders"),
        ([{"message": "x", "extensions": {"code": "undefinedField"}}], "bad_answer", "refuses the query (undefinedField)"),
        ([{"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED"}}], "bad_answer", "(MAX_COST_EXCEEDED)"),
        ([{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "server_error", "(4 tries)"),
        ([{"message": "x", "extensions": {"code": "THROTTLED"}}], "rate_limited", "(4 tries)"),
        ("[API] some text", "bad_answer", "refuses the query (no code)"),
        ({"base": ["some text"]}, "bad_answer", "refuses the query (no code)"),
    ],
)
def test_errors_under_200_are_errors(server, pulling, reply, errors, reason, told):
    """Text, list or object: any `errors` is a failure, also beside partial data."""
    server.script = lambda _: reply({"errors": errors, "data": {"shop": {"ianaTimezone": "Europe/Oslo"}}})

    with pytest.raises(SourceError) as caught:
        pulling("shopify", LOGIN)

    assert reason == caught.value.reason
    assert told in caught.value.what


def test_without_the_right_to_customers_orders_still_come(server, pulling, reply):
    """When Shopify denies customer ids, the query is asked without them."""
    denied = {"errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}], "data": {"orders": None}}

    def script(request):
        return reply(denied if "customer {" in request.body["query"] else shop([order(1)])(request))

    server.script = script

    pulled = pulling("shopify", LOGIN)

    assert 1 == pulled.frames[RecordKind.ORDERS].height
    assert ("customers are not counted: Shopify denies their ids to this app",) == pulled.notes


def test_missing_scopes_are_noted(server, pulling, reply):
    """Without read_all_orders only 60 days are visible, without read_customers customers are not asked for."""
    ask_shop(server, reply, shop([order(1)], scopes=("read_orders",)))

    pulled = pulling("shopify", LOGIN, start=datetime(2026, 8, 1, tzinfo=UTC))

    expected = (
        "orders older than 60 days are not visible: the app lacks the scope read_all_orders",
        "customers are not counted: the app lacks the scope read_customers",
    )
    assert expected == pulled.notes
    assert not any("customer {" in request.body["query"] for request in server.seen)


def test_another_version_is_noted(server, pulling, reply):
    """An expired version is served by another one without a word; we say it."""
    server.script = lambda request: reply(shop([order(1)])(request), headers={"X-Shopify-API-Version": "2027-01"})

    pulled = pulling("shopify", LOGIN)

    assert ("Shopify serves another API version than 2026-10: set api_version",) == pulled.notes


def test_published_products_are_a_probe(server, pulling, reply, still):
    """The exact count of published products is the probe's value."""
    ask_shop(server, reply, shop())

    pulled = pulling("shopify", LOGIN, "shop_state")

    expected = [("shop.products_published", still.world.clock(), 12)]
    assert expected == pulled.frames[RecordKind.SHOP_STATE].rows()


def test_a_count_that_is_a_lower_bound_is_no_count(server, pulling, reply):
    """AT_LEAST is not a number of products."""
    ask_shop(server, reply, shop(products={"count": 10000, "precision": "AT_LEAST"}))

    pulled = pulling("shopify", LOGIN, "shop_state")

    assert [] == pulled.frames[RecordKind.SHOP_STATE].rows()
    assert ("Shopify gives no exact count of published products",) == pulled.notes


@pytest.mark.parametrize(
    "login",
    [
        {},
        {"access_token": "a", "client_id": "b", "client_secret": "c"},
        {"client_id": "b"},
        {"client_secret": "c"},
    ],
)
def test_one_login_is_needed(login):
    """Either a token or a client id with its secret: not both, not half."""
    with pytest.raises(ValidationError, match="give either access_token"):
        connectors.load("shopify").settings(id="s", connector="shopify", shop=LOGIN["shop"], **login)
