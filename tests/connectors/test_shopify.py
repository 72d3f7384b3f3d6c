"""Shopify: exact rows, nested pages, refunds, tokens, throttling and scopes (connectors.shop._shopify.graphql)."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request

Json = dict[str, Any]
Shop = Callable[[Request], Json]

LOGIN = {"shop": "waldladen.myshopify.com", "access_token": "CANARY-shopify-5e884898da280471"}
SCOPES = ("read_orders", "read_products", "read_customers", "read_all_orders")


def money(amount: str, currency: str = "NOK") -> Json:
    """Return an amount as Shopify writes it."""
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def line(number: int, **changes: object) -> Json:
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


def refund(number: int, **changes: object) -> Json:
    """Return a refund of one unit."""
    return {
        "id": f"R{number}",
        "createdAt": "2026-11-14T08:15:00Z",
        "totalRefundedSet": money("399.0"),
        "refundLineItems": {"pageInfo": {"hasNextPage": False}, "nodes": [{"quantity": 1}]},
        **changes,
    }


def connection(nodes: Sequence[Json], after: str | None = None) -> Json:
    """Return a page of a connection."""
    return {"pageInfo": {"hasNextPage": after is not None, "endCursor": after}, "nodes": nodes}


def order(number: int, **changes: object) -> Json:
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


def shop(
    *pages: list[Json],
    scopes: Sequence[str] = SCOPES,
    products: Json | None = None,
    details: Callable[[Json], Json] = lambda _: {},
) -> Shop:
    """Return what a shop answers to each of our queries; `pages` are pages of orders."""

    def answer(request: Request) -> Json:
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
        return {"data": {"order": details(variables)}}

    return answer


CASE = {
    "settings": LOGIN,
    "good": shop([order(1), order(2)]),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 2},
    "repeated": shop([order(1)], [order(2)], [order(3)]),
}


def ask_shop(loopback: Loopback, answer: Shop) -> None:
    """Have the server be a shop."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Money is Decimal, times are UTC, the day is the shop's, the customer is a key."""
    ask_shop(loopback, shop([order(1)]))

    pulled = loopback.pull("shopify", LOGIN)

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


def test_the_span_is_asked_for_to_the_second(loopback: Loopback) -> None:
    """The window goes out in UTC, its end rounded up, and the path carries the version."""
    ask_shop(loopback, shop())

    loopback.pull("shopify", LOGIN, window=(START, datetime(2026, 11, 23, 8, 59, 59, 1, tzinfo=UTC)))

    asked = loopback.seen[-1]
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
def test_a_sale_is_paid_no_test_and_not_cancelled(
    loopback: Loopback, changes: dict[str, object], is_sale: bool
) -> None:
    """A refund does not unmake a sale; a test, a cancellation or no payment does."""
    ask_shop(loopback, shop([order(1, **changes)]))

    pulled = loopback.pull("shopify", LOGIN)

    assert [is_sale] == pulled.frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_pages_follow_each_other(loopback: Loopback) -> None:
    """Every page is read once, by its cursor."""
    ask_shop(loopback, shop([order(1)], [order(2)], [order(3)]))

    pulled = loopback.pull("shopify", LOGIN)

    assert ["O1", "O2", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert [None, "1", "2"] == [request.body["variables"].get("after") for request in loopback.seen[1:]]


def test_an_order_that_comes_twice_counts_as_it_came_last(loopback: Loopback) -> None:
    """An order changed while we read comes again: its newer state stands, and its lost line is lost."""
    early = order(1, lineItems=connection([line(1), line(2)]))
    late = order(1, updatedAt="2026-11-15T00:00:00Z", lineItems=connection([line(1, quantity=4)]))
    ask_shop(loopback, shop([early, order(3)], [late]))

    pulled = loopback.pull("shopify", LOGIN)

    assert ["O1", "O3"] == sorted(pulled.frames[RecordKind.ORDERS]["order_id"])
    lines = pulled.frames[RecordKind.ORDER_LINES].sort("line_id").select("line_id", "quantity").rows()
    assert [("L1", 4), ("L3", 3)] == lines


def test_all_lines_of_a_long_order_are_read(loopback: Loopback) -> None:
    """Lines beyond the first page are asked for by the order's id until there are no more."""
    pages = {"a": connection([line(2)], "b"), "b": connection([line(3)])}
    ask_shop(
        loopback,
        shop(
            [order(1, lineItems=connection([line(1)], "a"))],
            details=lambda asked: {"id": asked["id"], "lineItems": pages[asked["after"]]},
        ),
    )

    pulled = loopback.pull("shopify", LOGIN)

    lines = pulled.frames[RecordKind.ORDER_LINES].select("order_id", "line_id").rows()
    assert [("O1", "L1"), ("O1", "L2"), ("O1", "L3")] == lines


def test_all_refunds_of_an_order_are_read(loopback: Loopback) -> None:
    """A refund with more lines than were asked for is asked for again, in full."""
    cut = refund(1, refundLineItems={"pageInfo": {"hasNextPage": True}, "nodes": [{"quantity": 1}]})
    full = refund(1, refundLineItems={"pageInfo": {"hasNextPage": False}, "nodes": [{"quantity": 1}, {"quantity": 5}]})
    ask_shop(loopback, shop([order(1, refunds=[cut])], details=lambda asked: {"id": asked["id"], "refunds": [full]}))

    pulled = loopback.pull("shopify", LOGIN)

    assert [("R1", 6)] == pulled.frames[RecordKind.REFUNDS].select("refund_id", "quantity").rows()


def test_a_refund_that_is_cut_for_good_has_unknown_units(loopback: Loopback) -> None:
    """A count that cannot be had in full is null, not too small."""
    cut = refund(1, refundLineItems={"pageInfo": {"hasNextPage": True}, "nodes": [{"quantity": 1}]})
    ask_shop(loopback, shop([order(1, refunds=[cut])], details=lambda asked: {"id": asked["id"], "refunds": [cut]}))

    pulled = loopback.pull("shopify", LOGIN)

    assert [None] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()


def test_a_line_that_does_not_fit_withholds_its_order(loopback: Loopback) -> None:
    """An order is landed whole or not at all; the refusal names field and type, never the value."""
    bad = order(2, lineItems=connection([line(2, quantity="many")]))
    ask_shop(loopback, shop([order(1), bad, order(3)]))

    pulled = loopback.pull("shopify", LOGIN)

    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDER_LINES]["order_id"].to_list()
    assert ["O1", "O3"] == pulled.frames[RecordKind.REFUNDS]["order_id"].to_list()
    expected = [("order_lines", "quantity is text instead of a count", '{"quantity":"text"}')]
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
def test_a_bad_order_is_set_apart(loopback: Loopback, changes: dict[str, object], told: str) -> None:
    """One order in three that does not fit is refused with its reason; the others stand."""
    ask_shop(loopback, shop([order(1), order(2, **changes), order(3)]))

    pulled = loopback.pull("shopify", LOGIN)

    assert ["O1", "O3"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert {told} == {row.reason for row in pulled.refused}


def test_a_client_secret_is_exchanged_once_and_again_when_refused(loopback: Loopback) -> None:
    """The token is asked for once, and once more when it is not taken any longer."""
    tokens = iter(["CANARY-first-token", "CANARY-second-token"])

    def script(request: Request) -> Reply:
        if request.path == "/admin/oauth/access_token":
            return Reply({"access_token": next(tokens), "scope": "read_orders", "expires_in": 86399})
        if (
            request.headers["x-shopify-access-token"] == "CANARY-first-token"
            and "query Orders" in request.body["query"]
        ):
            return Reply({"errors": "[API] Invalid API key or access token"}, status=401)
        return Reply(shop([order(1)])(request))

    loopback.script = script
    login = {"shop": LOGIN["shop"], "client_id": "abc", "client_secret": "CANARY-secret"}

    pulled = loopback.pull("shopify", login)

    assert 1 == pulled.frames[RecordKind.ORDERS].height
    exchanges = [request.body for request in loopback.seen if request.path.endswith("access_token")]
    assert 2 == len(exchanges)
    assert {"grant_type": "client_credentials", "client_id": "abc", "client_secret": "CANARY-secret"} == exchanges[0]


def test_an_app_of_another_organisation_is_told(loopback: Loopback) -> None:
    """A refused exchange is `unauthorized` and says why."""
    loopback.script = lambda _: Reply({"error": "shop_not_permitted"}, status=403)

    with pytest.raises(SourceError, match="different organisations") as caught:
        loopback.pull("shopify", {"shop": LOGIN["shop"], "client_id": "abc", "client_secret": "CANARY-secret"})

    assert "unauthorized" == caught.value.reason


def cost(requested: int, left: int, rate: int = 100) -> Json:
    """Return the cost block of an answer."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


def test_throttled_queries_wait_by_their_cost(loopback: Loopback, clock: Clock) -> None:
    """THROTTLED under status 200 waits for the points that are missing and asks again."""
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": cost(312, 12)}
    answers = iter([throttled])

    def script(request: Request) -> Reply:
        return Reply(next(answers, None) or shop([order(1)])(request))

    loopback.script = script

    pulled = loopback.pull("shopify", LOGIN)

    assert [3.0] == clock.slept
    assert 1 == pulled.frames[RecordKind.ORDERS].height


def test_a_drained_bucket_is_waited_for(loopback: Loopback, clock: Clock) -> None:
    """When the next query could not be paid for, we wait before asking it."""
    loopback.script = lambda request: Reply({**shop([order(1)])(request), "extensions": cost(300, 250, 50)})

    loopback.pull("shopify", LOGIN)

    assert [1.0, 1.0] == clock.slept


@pytest.mark.parametrize(
    ("errors", "reason", "told"),
    [
        (
            [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}],
            "forbidden",
            "the app needs the scope read_orders",
        ),
        (
            [{"message": "x", "extensions": {"code": "undefinedField"}}],
            "bad_answer",
            "refuses the query (undefinedField)",
        ),
        ([{"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED"}}], "bad_answer", "(MAX_COST_EXCEEDED)"),
        ([{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "server_error", "(4 tries)"),
        ([{"message": "x", "extensions": {"code": "THROTTLED"}}], "rate_limited", "(4 tries)"),
        ("[API] some text", "bad_answer", "refuses the query (no code)"),
        ({"base": ["some text"]}, "bad_answer", "refuses the query (no code)"),
    ],
)
def test_errors_under_200_are_errors(loopback: Loopback, errors: object, reason: str, told: str) -> None:
    """Text, list or object: any `errors` is a failure, also beside partial data."""
    loopback.script = lambda _: Reply({"errors": errors, "data": {"shop": {"ianaTimezone": "Europe/Oslo"}}})

    with pytest.raises(SourceError) as caught:
        loopback.pull("shopify", LOGIN)

    assert reason == caught.value.reason
    assert told in caught.value.what


def test_without_the_right_to_customers_orders_still_come(loopback: Loopback) -> None:
    """When Shopify denies customer ids, the query is asked without them."""
    denied = {"errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}], "data": {"orders": None}}

    def script(request: Request) -> Reply:
        return Reply(denied if "customer {" in request.body["query"] else shop([order(1)])(request))

    loopback.script = script

    pulled = loopback.pull("shopify", LOGIN)

    assert 1 == pulled.frames[RecordKind.ORDERS].height
    assert ("customers are not counted: Shopify denies their ids to this app",) == pulled.notes


def test_missing_scopes_are_noted(loopback: Loopback) -> None:
    """Without read_all_orders only 60 days are visible, without read_customers customers are not asked for."""
    ask_shop(loopback, shop([order(1)], scopes=("read_orders",)))

    pulled = loopback.pull("shopify", LOGIN, window=(datetime(2026, 8, 1, tzinfo=UTC), NOW))

    expected = (
        "orders older than 60 days are not visible: the app lacks the scope read_all_orders",
        "customers are not counted: the app lacks the scope read_customers",
    )
    assert expected == pulled.notes
    assert not any("customer {" in request.body["query"] for request in loopback.seen)


def test_another_version_is_noted(loopback: Loopback) -> None:
    """An expired version is served by another one without a word; we say it."""
    loopback.script = lambda request: Reply(shop([order(1)])(request), headers={"X-Shopify-API-Version": "2027-01"})

    pulled = loopback.pull("shopify", LOGIN)

    assert ("Shopify serves another API version than 2026-10: set api_version",) == pulled.notes


def test_published_products_are_a_probe(loopback: Loopback) -> None:
    """The exact count of published products is the probe's value."""
    ask_shop(loopback, shop())

    pulled = loopback.pull("shopify", LOGIN, "shop_state")

    expected = [("shop.products_published", NOW, 12)]
    assert expected == pulled.frames[RecordKind.SHOP_STATE].rows()


def test_a_count_that_is_a_lower_bound_is_no_count(loopback: Loopback) -> None:
    """AT_LEAST is not a number of products."""
    ask_shop(loopback, shop(products={"count": 10000, "precision": "AT_LEAST"}))

    pulled = loopback.pull("shopify", LOGIN, "shop_state")

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
def test_one_login_is_needed(login: dict[str, str]) -> None:
    """Either a token or a client id with its secret: not both, not half."""
    with pytest.raises(ValidationError, match="give either access_token"):
        connectors.load("shopify").settings(id="s", connector="shopify", shop=LOGIN["shop"], **login)


def test_an_order_came_to_what_was_received_for_it(loopback: Loopback) -> None:
    """What was taken out before the payment was never charged; an import, and an unpaid order, have their price."""
    short = order(1, displayFinancialStatus="PAID", totalReceivedSet=money("847.0"))
    imported = order(2, displayFinancialStatus="PAID", totalReceivedSet=money("0.0"))
    unpaid = order(3, displayFinancialStatus="PARTIALLY_PAID", totalReceivedSet=money("100.0"))
    ask_shop(loopback, shop([short, imported, unpaid]))

    orders = loopback.pull("shopify", LOGIN).frames[RecordKind.ORDERS]

    assert [Decimal(847), Decimal(1246), Decimal(1246)] == orders["gross_amount"].to_list()


def test_a_gift_card_is_money_when_it_is_sold_and_when_it_is_used(loopback: Loopback) -> None:
    """An order does not tell which of its payments were by card: both have their price, and the card is no unit."""
    whole = {"displayFinancialStatus": "PAID", "refunds": [], "totalRefundedSet": money("0.0")}
    sold = order(1, totalPriceSet=money("500.0"), totalReceivedSet=money("500.0"), **whole)
    used = order(2, totalPriceSet=money("300.0"), totalReceivedSet=money("300.0"), **whole)
    sold["lineItems"] = connection([line(1, isGiftCard=True, quantity=1, currentQuantity=1)])
    ask_shop(loopback, shop([sold, used]))

    frames = loopback.pull("shopify", LOGIN).frames

    assert [Decimal(500), Decimal(300)] == frames[RecordKind.ORDERS]["gross_amount"].to_list()
    assert [True, False] == frames[RecordKind.ORDER_LINES]["is_gift_card"].to_list()
