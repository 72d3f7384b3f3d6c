"""A real Vendure shop: started, stocked and sold from through its own Admin API."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).parent / "vendure"
USER = "superadmin"

_SET_UP = """
mutation {
  createZone(input: {name: "EU"}) { id }
  createCountry(input: {code: "DE", enabled: true, translations: [{languageCode: en, name: "Germany"}]}) { id }
  createTaxCategory(input: {name: "Standard", isDefault: true}) { id }
  createProduct(input: {enabled: true, translations: [{languageCode: en, name: "Tea", slug: "tea", description: ""}]}) {
    id
  }
  createCustomer(input: {firstName: "A", lastName: "B", emailAddress: "a@b.example"}) { ... on Customer { id } }
  createPaymentMethod(input: {
    code: "card", enabled: true, translations: [{languageCode: en, name: "Card"}]
    handler: {code: "dummy-payment-handler", arguments: [{name: "automaticSettle", value: "true"}]}
  }) { id }
  createShippingMethod(input: {
    code: "post", fulfillmentHandler: "manual-fulfillment"
    translations: [{languageCode: en, name: "Post", description: ""}]
    checker: {code: "default-shipping-eligibility-checker", arguments: [{name: "orderMinimum", value: "0"}]}
    calculator: {code: "default-shipping-calculator", arguments: [
      {name: "rate", value: "490"}, {name: "includesTax", value: "auto"}, {name: "taxRate", value: "19"}
    ]}
  }) { id }
}"""


@dataclass
class Shop:
    """The shop's Admin API. A unit of tea costs 12.50 and postage 4.90 an order, both before 19 % tax."""

    url: str
    _http: httpx.Client
    _ids: dict[str, str] = field(default_factory=dict)

    def ask(self, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
        """Return the data of an answer without errors."""
        answer = self._http.post("/admin-api", json={"query": query, "variables": variables})
        token = answer.headers.get("vendure-auth-token")
        if token:
            self._http.headers["authorization"] = f"Bearer {token}"
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]

    def open(self) -> None:
        """Stock it: a zone with its tax, a product for sale, a way to pay and one to ship."""
        self.ask(f'mutation {{ login(username: "{USER}", password: "{USER}") {{ __typename }} }}')
        made = {name: thing["id"] for name, thing in self.ask(_SET_UP).items()}
        zone, category = made["createZone"], made["createTaxCategory"]
        channel = self.ask("{ activeChannel { id } }")["activeChannel"]["id"]
        self.ask(
            "mutation($zone: ID!, $countries: [ID!]!, $rate: CreateTaxRateInput!, $channel: UpdateChannelInput!) {"
            " addMembersToZone(zoneId: $zone, memberIds: $countries) { id }"
            " createTaxRate(input: $rate) { id } updateChannel(input: $channel) { __typename } }",
            zone=zone,
            countries=[made["createCountry"]],
            rate={"name": "VAT", "value": 19, "enabled": True, "categoryId": category, "zoneId": zone},
            channel={"id": channel, "defaultTaxZoneId": zone, "defaultShippingZoneId": zone},
        )
        variant = {
            "productId": made["createProduct"],
            "sku": "TEA-1",
            "price": 1250,
            "stockOnHand": 100_000,
            "taxCategoryId": category,
            "translations": [{"languageCode": "en", "name": "Tea"}],
        }
        created = self.ask(
            "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }",
            input=[variant],
        )
        self._ids = {
            "variant": created["createProductVariants"][0]["id"],
            "customer": made["createCustomer"],
            "shipping": made["createShippingMethod"],
        }

    def sell(self, units: Sequence[int]) -> list[str]:
        """Sell that many units in an order each, paid at once; return the orders' ids."""
        orders = self.fill(units)
        self._each(
            """addManualPaymentToOrder(input: {orderId: ORDER, method: "card", metadata: {}, transactionId: "x"})
                      { __typename ... on Order { state } ... on ErrorResult { message } }""",
            orders,
        )
        return orders

    def fill(self, units: Sequence[int]) -> list[str]:
        """Bring orders up to the payment, and leave them there."""
        drafts = self.ask("mutation {" + " ".join(f"o{n}: createDraftOrder {{ id }}" for n in range(len(units))) + "}")
        orders = [draft["id"] for draft in drafts.values()]
        add = "addItemToDraftOrder(orderId: ORDER, input: {productVariantId: %s, quantity: UNITS}) { __typename }"
        self._each(add % self._ids["variant"], orders, units)
        self._each(
            f"setCustomerForDraftOrder(orderId: ORDER, customerId: {self._ids['customer']}) {{ __typename }}", orders
        )
        self._each(
            'setDraftOrderShippingAddress(orderId: ORDER, input: {streetLine1: "1", countryCode: "DE"}) { id }', orders
        )
        ship = (
            f"setDraftOrderShippingMethod(orderId: ORDER, shippingMethodId: {self._ids['shipping']}) {{ __typename }}"
        )
        self._each(ship, orders)
        self._each('transitionOrderToState(id: ORDER, state: "ArrangingPayment") { __typename }', orders)
        return orders

    def pay_back(self, order: str, *, units: int = 0, amount: int | None = None) -> None:
        """Pay back units of an order, or an amount (minor units) without any, and have it arrive."""
        told = self.ask("query($id: ID!) { order(id: $id) { lines { id } payments { id } } }", id=order)["order"]
        lines = [{"orderLineId": told["lines"][0]["id"], "quantity": units}] if units else []
        refund: dict[str, object] = {"paymentId": told["payments"][0]["id"], "lines": lines, "reason": ""}
        refund |= {"shipping": 0, "adjustment": 0} | ({} if amount is None else {"amount": amount})
        paid = self.ask(
            "mutation($input: RefundOrderInput!) { refundOrder(input: $input) { ... on Refund { id } } }", input=refund
        )
        self.ask(
            'mutation($id: ID!) { settleRefund(input: {id: $id, transactionId: "x"}) { __typename } }',
            id=paid["refundOrder"]["id"],
        )

    def cancel(self, order: str) -> None:
        """Cancel a whole order."""
        self._each("cancelOrder(input: {orderId: ORDER, cancelShipping: true}) { __typename }", [order])

    def _each(self, call: str, orders: Sequence[str], units: Sequence[int] = ()) -> None:
        counts = units or [0] * len(orders)
        calls = [
            f"o{order}: " + call.replace("ORDER", f'"{order}"').replace("UNITS", str(count))
            for order, count in zip(orders, counts, strict=True)
        ]
        told: Mapping[str, Mapping[str, str]] = self.ask("mutation {" + " ".join(calls) + "}")
        assert not [answer for answer in told.values() if "Error" in answer.get("__typename", "")], told


@contextmanager
def open_shop(port: int) -> Iterator[Shop]:
    """Start the server, stock the shop, and stop it at the end."""
    command = ["node", "server.cjs", str(port)]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert any(line.startswith("ready") for line in server.stdout), "the server did not start"
            url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=url, timeout=120) as http:
                shop = Shop(url, http)
                shop.open()
                yield shop
        finally:
            server.terminate()
