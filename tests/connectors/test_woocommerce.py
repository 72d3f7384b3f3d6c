"""WooCommerce: exact rows, refunds, logins, pages that slip (connectors.shop._woocommerce.lines, .refunds, .site)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from oauthlib.oauth1.rfc5849 import signature

import connectors
from connectors.credentials import Vault
from connectors.pulling import open_client
from connectors.records import RecordKind
from connectors.source import Pull
from okr_config.delivery import Window
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

KEY, SECRET = "CANARY-ck-5e884898", "CANARY-cs-da280471"
LOGIN = {"url": "https://butikk.example", "consumer_key": KEY, "consumer_secret": SECRET}
API = "/wp-json/wc/v3"
ZONE = {"timezone_string": "Europe/Oslo", "gmt_offset": 1}


def line(number: int, **changes: object) -> Json:
    """Return a line of two mugs, as the sheet has it."""
    return {
        "id": number,
        "name": "Blå kopp ☕",
        "product_id": 52,
        "variation_id": 0,
        "quantity": 2,
        "total": "470.00",
        "total_tax": "117.50",
        "sku": "MUG",
        "price": 235,
        "meta_data": [],
        **changes,
    }


def order(number: int, **changes: object) -> Json:
    """Return an order without refunds, as the sheet has it."""
    return {
        "id": number,
        "status": "processing",
        "currency": "NOK",
        "date_created": "2026-11-13T00:05:12",
        "date_created_gmt": "2026-11-12T23:05:12",
        "date_modified_gmt": "2026-11-14T09:05:14",
        "date_paid": "2026-11-13T00:05:14",
        "date_paid_gmt": "2026-11-12T23:05:14",
        "shipping_total": "49.00",
        "shipping_tax": "12.25",
        "total": "648.75",
        "total_tax": "129.75",
        "customer_id": 7,
        "line_items": [line(890)],
        "refunds": [],
        **changes,
    }


def refund(number: int, parent: int, units: int = 1, line_id: object = "890", **changes: object) -> Json:
    """Return a refund of units of a line."""
    meta = [{"id": 9, "key": "_refunded_item_id", "value": line_id}]
    return {
        "id": number,
        "parent_id": parent,
        "date_created_gmt": "2026-11-15T11:00:00",
        "amount": "100.00",
        "line_items": [{"id": 141, "quantity": -units, "total": "-80.00", "meta_data": meta}] if units else [],
        **changes,
    }


def shop(
    *pages: list[Json],
    trash: tuple[Json, ...] = (),
    refunds: tuple[Json, ...] = (),
    answers: dict[str, Any] | None = None,
) -> Callable[[Request], Any]:
    """Return what a shop answers; `pages` are pages of orders, `answers` are for other paths."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        path = request.path.removeprefix(API)
        first = int(request.query.get("offset", 0))
        if answers and path in answers:
            return answers[path]
        if path == "/orders" and request.query["status"] == "trash":
            return list(trash)
        if path == "/orders":
            rows = [row for page in pages for row in page]
            return rows[first : first + int(request.query["per_page"])]
        if path == "/refunds":
            return list(refunds)
        if path.endswith("/refunds"):
            return [each for each in refunds if f"/orders/{each['parent_id']}/refunds" == path]
        return ZONE

    return answer


REFUNDED = order(963, refunds=[{"id": 1172, "reason": "", "total": "-100.00"}])

CASE = {
    "settings": {**LOGIN, "per_page": 2},
    "good": shop([REFUNDED, order(964)], [order(965)], refunds=(refund(1172, 963),)),
    "empty": shop(),
    "rows": {"orders": 3, "order_lines": 3, "refunds": 1},
    "asked": {404: 2},  # plain permalinks know no paths
    "repeated": lambda request: [order(1), order(2)] if request.path.endswith("/orders") else ZONE,
    "numbered": Numbered(
        lambda ids: shop([order(number) for number in ids]),
        lambda request: request.query.get("status") == "any",
        12,
        {**LOGIN, "per_page": 5},
    ),
}


def ask_shop(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a shop."""
    loopback.script = lambda request: Reply(answer(request))


def asked(loopback: Loopback, path: str) -> list[Request]:
    """Return the requests for a path of the API."""
    return [request for request in loopback.seen if request.path == API + path]


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Amounts are what was charged, tax included; the day is the shop's; units that came back are off their line."""
    ask_shop(loopback, shop([REFUNDED], refunds=(refund(1172, 963),)))

    pulled = loopback.pull("woocommerce", LOGIN)

    created, paid = datetime(2026, 11, 12, 23, 5, 12, tzinfo=UTC), datetime(2026, 11, 12, 23, 5, 14, tzinfo=UTC)
    updated = datetime(2026, 11, 14, 9, 5, 14, tzinfo=UTC)
    amounts = (Decimal("648.75"), Decimal(100), Decimal("129.75"), Decimal("61.25"))
    expected_order = (
        *("963", created, paid, updated, date(2026, 11, 13), "processing", True, False, "NOK"),
        *amounts,
        "key of 7",
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("963", "890", "52", "MUG", "Blå kopp ☕", 2, 1, False, "NOK", Decimal("587.5"))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    expected_refund = ("963", "1172", datetime(2026, 11, 15, 11, tzinfo=UTC), "NOK", Decimal(100), 1)
    assert [expected_refund] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (updated, "Europe/Oslo", (), ()) == (pulled.cursor, pulled.zone, pulled.notes, pulled.refused)


def test_only_what_a_metric_needs_is_asked_for(loopback: Loopback) -> None:
    """The window goes out in UTC, a second wider as its edge is exclusive; no address and no name is asked for."""
    ask_shop(loopback, shop())

    loopback.pull("woocommerce", LOGIN)

    query = asked(loopback, "/orders")[0].query
    assert ("2026-11-08T23:59:59", "true", "any") == (
        query["modified_after"],
        query["dates_are_gmt"],
        query["status"],
    )
    assert ("id", "asc", "100") == (query["orderby"], query["order"], query["per_page"])
    assert not {"billing", "shipping", "meta_data"} & set(query["_fields"].split(","))


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"status": "completed"}, True),
        ({"status": "refunded"}, True),
        ({"status": "sendt-med-posten"}, True),
        ({"status": "processing", "date_paid": None, "date_paid_gmt": None}, False),
        ({"status": "on-hold"}, True),
        ({"status": "on-hold", "date_paid": None, "date_paid_gmt": None}, False),
        ({"status": "completed", "date_paid": None, "date_paid_gmt": None}, True),
        ({"status": "cancelled"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_a_sale_was_paid_and_is_not_cancelled(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """Cash on delivery is a sale once it is completed; a status that a plugin brought is as good as its payment."""
    ask_shop(loopback, shop([order(1, **changes)]))

    pulled = loopback.pull("woocommerce", LOGIN)

    assert [is_sale] == pulled.frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_a_completed_order_may_lack_its_day_of_payment(loopback: Loopback) -> None:
    """Orders that were moved or imported do: they were paid by the day they were completed, else made."""
    undated: Json = {"status": "completed", "date_paid": None, "date_paid_gmt": None}
    done = {"date_completed": "2026-11-14T00:30:00", "date_completed_gmt": "2026-11-13T23:30:00"}
    ask_shop(loopback, shop([order(1, **undated, **done), order(2, **undated)]))

    orders = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]

    assert [(True, date(2026, 11, 14)), (True, date(2026, 11, 13))] == orders.select("is_sale", "day").rows()


def test_an_order_may_lack_the_time_of_its_change(loopback: Loopback) -> None:
    """Then it changed when it was paid, else when it was made."""
    ask_shop(loopback, shop([order(1, date_modified_gmt=None)]))

    orders = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]

    assert [datetime(2026, 11, 12, 23, 5, 14, tzinfo=UTC)] == orders["updated_at"].to_list()


def test_a_refunded_order_may_name_no_refund(loopback: Loopback) -> None:
    """Its status says that all of it was paid back."""
    ask_shop(loopback, shop([order(1, status="refunded"), order(2)]))

    orders = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]

    assert [Decimal("648.75"), Decimal(0)] == orders["refunded_amount"].to_list()


@pytest.mark.parametrize("quantity", [0.5, "1.25", -1, None])
def test_an_odd_quantity_costs_the_units_and_not_the_order(loopback: Loopback, quantity: object) -> None:
    """Of what is sold by the metre, or taken in exchange, the units are unknown; the money counts."""
    ask_shop(loopback, shop([order(1, line_items=[line(1, quantity=quantity), line(2)])]))

    pulled = loopback.pull("woocommerce", LOGIN)

    lines = pulled.frames[RecordKind.ORDER_LINES].select("quantity", "current_quantity", "amount").rows()
    assert [(None, None, Decimal("587.5")), (2, 2, Decimal("587.5"))] == lines
    assert ([Decimal("648.75")], ()) == (pulled.frames[RecordKind.ORDERS]["gross_amount"].to_list(), pulled.refused)


PARTS = [
    {"bundled_by": 1},
    {"bundled_by": "1"},
    {"composite_parent": "1"},
    {"mnm_child_of": 1},
    *({"meta_data": [{"key": key, "value": "x"}]} for key in ("_bundled_by", "_composite_parent", "_woosb_parent_id")),
]


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_a_bundle_are_no_units(loopback: Loopback, part: Json) -> None:
    """The box counts, once; what is in it neither as sold nor as come back."""
    box = line(1, quantity=1, bundled_by="", composite_parent=[], meta_data=[{"key": "_bundled_items", "value": "x"}])
    sold = order(963, line_items=[box, line(2, **part), line(3, **part)], refunds=[{"id": 1172, "total": "-100.00"}])
    back = refund(1172, 963, line_id="1")
    back["line_items"] += refund(1172, 963, units=2, line_id="2")["line_items"]
    ask_shop(loopback, shop([sold], refunds=(back,)))

    pulled = loopback.pull("woocommerce", LOGIN)

    lines = pulled.frames[RecordKind.ORDER_LINES].select("line_id", "quantity", "current_quantity").rows()
    assert [("1", 1, 0)] == lines
    assert [1] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()


def test_notes_beside_a_line_may_have_any_shape(loopback: Loopback) -> None:
    """PHP writes a list with gaps as an object: it is read; what is no list at all tells nothing, and costs nothing."""
    gift = {"1": {"id": 1, "key": "pw_gift_card_amount", "value": "500"}}
    lines = [line(1, meta_data=gift), line(2, meta_data={"a": 1}), line(3, meta_data="none"), line(4)]
    back = refund(1172, 963, line_id="4")
    back["line_items"][0]["meta_data"] = {"7": back["line_items"][0]["meta_data"][0]}
    sold = order(963, line_items=lines, refunds=[{"id": 1172, "total": "-100.00"}])
    ask_shop(loopback, shop([sold], refunds=(back,)))

    pulled = loopback.pull("woocommerce", LOGIN)

    lines_read = pulled.frames[RecordKind.ORDER_LINES].select("line_id", "is_gift_card", "current_quantity").rows()
    assert [("1", True, 2), ("2", None, 2), ("3", None, 2), ("4", False, 1)] == lines_read
    assert () == pulled.refused


def test_plain_permalinks_are_asked_by_query(loopback: Loopback) -> None:
    """Where the API has no paths of its own the route stands in the query, and is tried once."""
    good = shop([order(1)])

    def script(request: Request) -> Reply:
        if request.path != "/":
            return Reply(b"<html>Not found</html>", 404, {"Content-Type": "text/html"})
        route = request.query.get("rest_route", "")
        return Reply(good(replace(request, path=f"/wp-json{route}")))

    loopback.script = script

    pulled = loopback.pull("woocommerce", LOGIN)

    assert (1, "Europe/Oslo") == (pulled.frames[RecordKind.ORDERS].height, pulled.zone)
    assert [API + "/orders"] == [request.path for request in loopback.seen if request.path != "/"]


def test_a_page_that_is_too_much_for_the_host_is_asked_for_in_parts(loopback: Loopback) -> None:
    """A host that fails over a hundred orders is asked for twenty at a time, and that is said."""
    good = shop([order(1)])

    def script(request: Request) -> Reply:
        return Reply(status=500) if request.query.get("per_page") == "100" else Reply(good(request))

    loopback.script = script

    pulled = loopback.pull("woocommerce", LOGIN)

    assert ("the host does not bear pages of 100 orders: 20 are read at a time",) == pulled.notes
    assert ["20", "20"] == [one.query["per_page"] for one in asked(loopback, "/orders")][-2:]
    assert 1 == pulled.frames[RecordKind.ORDERS].height


def test_a_host_that_takes_the_key_away_gets_it_in_the_address(loopback: Loopback) -> None:
    """Over https WooCommerce takes the key from the query too; neither error nor note repeats it."""
    asks: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asks.append(request)
        status, told = 200, [] if request.url.params.get("status") == "trash" else [order(1)]
        if request.url.params.get("consumer_secret") != SECRET:
            status, told = 401, {"code": "woocommerce_rest_cannot_view"}
        elif not request.url.path.endswith("/orders"):
            told = ZONE
        return httpx.Response(status, stream=httpx.ByteStream(json.dumps(told).encode()))

    source = connectors.load("woocommerce")
    settings = loopback.settings("woocommerce", {**LOGIN, "base_url": None})
    with open_client(source, settings, world=loopback.world, transport=httpx.MockTransport(answer)) as client:
        vault = Vault(loopback.home, loopback.world)
        given = Pull(settings, client, Window(START, NOW), ZoneInfo("UTC"), NOW, loopback.home, str, vault)
        pages = list(source.streams[0].pull(given))

    assert 1 == sum(page.frames[RecordKind.ORDERS].height for page in pages if page.frames)
    assert 1 == sum("consumer_key" not in request.url.params for request in asks)


def test_an_order_in_the_trash_is_no_sale(loopback: Loopback) -> None:
    """No list but its own has the trash; what was thrown away comes with its status."""
    ask_shop(loopback, shop([order(1)], trash=(order(2, status="trash"),)))

    orders = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]

    assert [("1", True), ("2", False)] == orders.select("order_id", "is_sale").rows()


def test_guests_have_no_key(loopback: Loopback) -> None:
    """Customer 0 is nobody in particular."""
    ask_shop(loopback, shop([order(1, customer_id=0)]))

    assert [None] == loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]["customer_key"].to_list()


@pytest.mark.parametrize("key", ["pw_gift_card_amount", "wc_gift_card_to_multiple", "_ywgc_amount"])
def test_gift_cards_are_known_by_their_plugins(loopback: Loopback, key: str) -> None:
    """WooCommerce sells none itself: what a plugin wrote beside the line tells."""
    lines = [line(1, meta_data=[{"id": 1, "key": key, "value": {"any": ["thing"]}}]), line(2)]
    ask_shop(loopback, shop([order(1, line_items=lines)]))

    frame = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDER_LINES]

    assert [("1", True), ("2", False)] == frame.select("line_id", "is_gift_card").rows()


def test_a_refund_of_money_alone_brings_nothing_back(loopback: Loopback) -> None:
    """Its amount counts, and no unit."""
    ask_shop(loopback, shop([REFUNDED], refunds=(refund(1172, 963, units=0),)))

    pulled = loopback.pull("woocommerce", LOGIN)

    assert [(Decimal(100), 0)] == pulled.frames[RecordKind.REFUNDS].select("amount", "quantity").rows()
    assert [2] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_units_that_came_back_off_no_known_line(loopback: Loopback) -> None:
    """The refund counts them; what is left of each line is unknown, never wrong."""
    ask_shop(loopback, shop([REFUNDED], refunds=(refund(1172, 963, line_items=[{"quantity": -2}]),)))

    pulled = loopback.pull("woocommerce", LOGIN)

    assert [2] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()
    assert [None] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_units_that_nobody_tells(loopback: Loopback) -> None:
    """A part of a unit that came back makes the count unknown."""
    ask_shop(loopback, shop([REFUNDED], refunds=(refund(1172, 963, line_items=[{"quantity": -1.5}]),)))

    pulled = loopback.pull("woocommerce", LOGIN)

    assert [None] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()
    assert [None] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def many_refunds() -> tuple[list[Json], tuple[Json, ...]]:
    """Return 25 orders with a refund each, and the refunds."""
    orders = [order(number, refunds=[{"id": 1000 + number, "total": "-100.00"}]) for number in range(1, 26)]
    return orders, tuple(refund(1000 + number, number) for number in range(1, 26))


def test_many_refunds_are_read_at_once(loopback: Loopback) -> None:
    """One request instead of 25; a refund that was not among them is asked for by its order."""
    orders, refunds = many_refunds()
    late = shop(orders, refunds=refunds, answers={"/refunds": list(refunds[:-1])})
    ask_shop(loopback, late)

    pulled = loopback.pull("woocommerce", LOGIN)

    assert 25 == pulled.frames[RecordKind.REFUNDS]["quantity"].sum()
    assert {"2026-11-12T23:05:11"} == {request.query["after"] for request in asked(loopback, "/refunds")}
    assert 1 == len(asked(loopback, "/orders/25/refunds"))
    assert 0 == len(asked(loopback, "/orders/24/refunds"))


def test_an_old_shop_tells_refunds_by_order(loopback: Loopback) -> None:
    """Before version 9 there is no list of all refunds."""
    orders, refunds = many_refunds()
    good = shop(orders, refunds=refunds)

    def script(request: Request) -> Reply:
        if request.path == f"{API}/refunds":
            return Reply({"code": "rest_no_route", "data": {"status": 404}}, 404)
        return Reply(good(request))

    loopback.script = script

    pulled = loopback.pull("woocommerce", LOGIN, window=(START, NOW))

    assert 25 == pulled.frames[RecordKind.REFUNDS]["quantity"].sum()


def test_pages_come_in_flight(loopback: Loopback) -> None:
    """The first page tells how many there are; all are read once."""
    pages = [[order(2 * page + 1), order(2 * page + 2)] for page in range(5)]
    good = shop(*pages)
    totals = {"any": {"X-WP-Total": "10", "X-WP-TotalPages": "5"}}
    loopback.script = lambda request: Reply(good(request), headers=totals.get(request.query.get("status", ""), {}))

    pulled = loopback.pull("woocommerce", {**LOGIN, "per_page": 2, "concurrency": 4})

    assert [str(number) for number in range(1, 11)] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    firsts = [request.query["offset"] for request in asked(loopback, "/orders") if request.query["status"] == "any"]
    assert [str(number) for number in range(9)] == sorted(firsts)


@pytest.mark.parametrize("after", [(2, 3, 4, 5), (2, 3, 4, 5, 6)], ids=["one leaves", "one leaves and one comes"])
@pytest.mark.parametrize("is_told", [True, False], ids=["with totals", "without"])
def test_orders_that_slip_are_read_again(loopback: Loopback, after: tuple[int, ...], is_told: bool) -> None:
    """An order that leaves between two pages pulls a later one onto the page already read: the overlap shows it."""

    def script(request: Request) -> Reply:
        numbers = (1, 2, 3, 4, 5) if len(loopback.seen) == 1 else after
        told = {"X-WP-Total": str(len(numbers))} if is_told and request.query.get("status") == "any" else {}
        return Reply(shop([order(number) for number in numbers])(request), headers=told)

    loopback.script = script

    pulled = loopback.pull("woocommerce", {**LOGIN, "per_page": 2, "concurrency": 1})

    assert {"1", *map(str, after)} == set(pulled.frames[RecordKind.ORDERS]["order_id"])
    assert () == pulled.notes


def test_a_short_page_is_not_the_end(loopback: Loopback) -> None:
    """A host that cannot load an order of a page, and takes the totals away, still has what comes after it."""
    rows = [order(number) for number in range(1, 8)]

    def script(request: Request) -> Reply:
        found = shop(rows)(request)
        return Reply([row for row in found if row.get("id") != 3] if isinstance(found, list) else found)

    loopback.script = script

    orders = loopback.pull("woocommerce", {**LOGIN, "per_page": 3}).frames[RecordKind.ORDERS]

    assert ["1", "2", "4", "5", "6", "7"] == sorted(orders["order_id"])


def test_a_host_that_drops_the_offset_is_read_twice(loopback: Loopback) -> None:
    """Its pages do not overlap: they are read until two readings agree, and nothing is missing."""
    rows = [order(number) for number in range(1, 6)]

    def script(request: Request) -> Reply:
        first = str(2 * (int(request.query.get("page", 1)) - 1))
        return Reply(shop(rows)(replace(request, query={**request.query, "offset": first})))

    loopback.script = script

    pulled = loopback.pull("woocommerce", {**LOGIN, "per_page": 2})

    assert ["1", "2", "3", "4", "5"] == sorted(pulled.frames[RecordKind.ORDERS]["order_id"])
    assert () == pulled.notes


def test_numbers_of_any_make_are_read(loopback: Loopback) -> None:
    """Shops without decimals, whole numbers with zeros, and dates without a local time are fine."""
    lines = [line(1, quantity=2.0, total="600", total_tax="0"), line(2, quantity="3")]
    odd = order(1, total="649", line_items=lines, date_paid=None, date_created=None)
    ask_shop(loopback, shop([odd]))

    pulled = loopback.pull("woocommerce", LOGIN, zone="Asia/Tokyo")

    assert [2, 3] == pulled.frames[RecordKind.ORDER_LINES]["quantity"].to_list()
    assert [(Decimal(649), date(2026, 11, 13))] == pulled.frames[RecordKind.ORDERS].select("gross_amount", "day").rows()


def test_ids_and_amounts_keep_their_digits(loopback: Loopback) -> None:
    """Beyond what 64 bits hold, and behind a byte order mark; a binary fraction is the amount it stands for."""
    large = order(18446744073709551617, total=0.30000000000000004, line_items=[line(90071992547409930, quantity="1.0")])
    answer = shop([large, order(9007199254740993)])
    loopback.script = lambda request: Reply(b"\xef\xbb\xbf" + json.dumps(answer(request)).encode())

    frames = loopback.pull("woocommerce", LOGIN).frames

    amounts = {"18446744073709551617": Decimal("0.3"), "9007199254740993": Decimal("648.75")}
    assert amounts == dict(frames[RecordKind.ORDERS].select("order_id", "gross_amount").rows())
    units = frames[RecordKind.ORDER_LINES].select("line_id", "quantity").rows()
    assert [("90071992547409930", 1), ("890", 2)] == units


def test_days_are_the_shops_when_the_clock_goes_back(loopback: Loopback) -> None:
    """The day of 25 hours has both its hours from two to three, and the last one before midnight."""
    paid = {
        "2026-10-24T23:59:59": "2026-10-24T21:59:59",
        "2026-10-25T02:30:00": "2026-10-25T00:30:00",
        "2026-10-25T02:30:01": "2026-10-25T01:30:01",
        "2026-10-25T23:59:59": "2026-10-25T22:59:59",
        "2026-10-26T00:00:00": "2026-10-25T23:00:00",
    }
    told = [order(n, date_paid=local, date_paid_gmt=utc) for n, (local, utc) in enumerate(paid.items(), 1)]
    untold = [order(n, date_paid=None, date_created=None, date_paid_gmt=utc) for n, utc in enumerate(paid.values(), 6)]
    ask_shop(loopback, shop([*told, *untold]))

    orders = loopback.pull("woocommerce", LOGIN).frames[RecordKind.ORDERS]

    assert [24, 25, 25, 25, 26] * 2 == [day.day for day in orders["day"]]


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ({"timezone_string": "Europe/Paris", "gmt_offset": 1}, "Europe/Paris"),
        ({"timezone_string": "", "gmt_offset": 2}, "Etc/GMT-2"),
        ({"timezone_string": "", "gmt_offset": "-3"}, "Etc/GMT+3"),
        ({"timezone_string": "", "gmt_offset": 5.5}, "Europe/Oslo"),
        ({"timezone_string": "Mars/Olympus"}, "Europe/Oslo"),
        (["hidden"], "Europe/Oslo"),
    ],
)
def test_the_zone_is_the_sites(loopback: Loopback, told: object, zone: str) -> None:
    """Where the site tells none that is known, it is the configured one."""
    ask_shop(loopback, shop(answers={"/wp-json/": told}))

    assert zone == loopback.pull("woocommerce", LOGIN).zone


def test_a_site_may_hide_its_zone(loopback: Loopback) -> None:
    """A firewall before the site's front page costs no order."""
    good = shop([order(1)])
    loopback.script = lambda request: Reply({}, 403) if request.path == "/wp-json/" else Reply(good(request))

    pulled = loopback.pull("woocommerce", LOGIN)

    assert ("Europe/Oslo", 1) == (pulled.zone, pulled.frames[RecordKind.ORDERS].height)


def test_plain_http_is_signed(loopback: Loopback) -> None:
    """Each request carries a signature of its own that the shop can check; the secret itself never travels."""
    ask_shop(loopback, shop([order(1)]))

    loopback.pull("woocommerce", LOGIN)

    told = [request.headers["authorization"] for request in loopback.seen]
    assert len(told) == len(set(told))
    assert SECRET not in "".join(told)
    request = loopback.seen[0]
    query = "&".join(f"{name}={value.replace(':', '%3A').replace(',', '%2C')}" for name, value in request.query.items())
    params = signature.collect_parameters(query, headers={"Authorization": told[0]}, exclude_oauth_signature=False)
    signed = next(value for name, value in params if name == "oauth_signature")
    rest = [(name, value) for name, value in params if name != "oauth_signature"]
    base = signature.signature_base_string("GET", f"{loopback.url}{request.path}", signature.normalize_parameters(rest))
    assert signed == signature.sign_hmac_sha256_with_client(base, _Known())


class _Known:
    client_secret = SECRET
    resource_owner_secret = None


def test_https_logs_in_by_basic(loopback: Loopback) -> None:
    """Over https key and secret are in the header, and nothing is signed."""
    source = connectors.load("woocommerce")
    settings = loopback.settings("woocommerce", {**LOGIN, "base_url": None})

    assert source.auth(settings)["authorization"].startswith("Basic ")
    assert source.sign(settings, loopback.world) is None


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (401, "woocommerce_rest_cannot_view", "forbidden"),
        (401, "woocommerce_rest_authentication_error", "unauthorized"),
        (404, "rest_no_route", "not_found"),
        (400, "rest_invalid_param", "bad_answer"),
    ],
)
def test_errors_are_read_by_their_code(loopback: Loopback, status: int, code: str, reason: str) -> None:
    """What the vendor says is read by its code, and never repeated."""
    loopback.script = lambda _: Reply({"code": code, "message": "Hei CANARY", "data": {"status": status}}, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("woocommerce", LOGIN)

    assert reason == caught.value.reason
    assert "Hei" not in str(caught.value)


def offers(*, gateway: bool = True, method: bool = True) -> Callable[[Request], Any]:
    """Return a shop with one gateway and one way to ship."""
    return shop(
        answers={
            "/products": [{"id": 1}],
            "/payment_gateways": [{"id": "bacs", "enabled": False}, {"id": "vipps", "enabled": gateway}],
            "/shipping/zones": [{"id": 0}, {"id": 3}],
            "/shipping/zones/0/methods": [],
            "/shipping/zones/3/methods": [{"id": 1, "enabled": method}],
        }
    )


@pytest.mark.parametrize(("gateway", "method"), [(True, True), (True, False), (False, True)])
def test_what_the_shop_offers(loopback: Loopback, gateway: bool, method: bool) -> None:
    """Products by the vendor's count; payment and shipping work when one way to pay and to ship is switched on."""
    answer = offers(gateway=gateway, method=method)
    loopback.script = lambda request: Reply(answer(request), headers={"X-WP-Total": "12"})

    pulled = loopback.pull("woocommerce", LOGIN, "shop_state")

    expected = [
        ("shop.products_published", 12),
        ("shop.payments_enabled", int(gateway)),
        ("shop.shipping_enabled", int(method)),
    ]
    assert expected == pulled.frames[RecordKind.SHOP_STATE].select("probe", "value").rows()


def test_what_a_key_may_not_see_is_unknown(loopback: Loopback) -> None:
    """A key without the right to manage and a host that takes headers away: notes, and no row that would be a guess."""
    answer = offers()
    denied = Reply({"code": "woocommerce_rest_cannot_view"}, 401)
    loopback.script = lambda request: Reply(answer(request)) if request.path == f"{API}/products" else denied

    pulled = loopback.pull("woocommerce", LOGIN, "shop_state")

    assert 0 == pulled.frames[RecordKind.SHOP_STATE].height
    assert [
        "products are not counted: the host takes the header X-WP-Total away",
        "shop.payments_enabled is unknown: the user of the key may not manage the shop",
        "shop.shipping_enabled is unknown: the user of the key may not manage the shop",
    ] == list(pulled.notes)


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One cheap call tells whose shop it is and when it last sold."""
    ask_shop(loopback, shop(answers={"/orders": [{"id": 1, "date_created_gmt": "2026-11-22T10:00:00"}]}))

    health = loopback.probe("woocommerce", LOGIN)

    assert ("https://butikk.example", datetime(2026, 11, 22, 10, tzinfo=UTC)) == (health.account, health.newest)
    assert 1 == len(loopback.seen)
