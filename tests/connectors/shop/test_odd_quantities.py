"""What every shop connector makes of quantities that are no counts: units unknown, order and money as they were."""

from typing import Any

import polars as pl
import pytest

import connectors
from connectors.records import RecordKind
from tests.connectors.cases import case_of, pull_case
from tests.connectors.loopback import Loopback, Reply

SHOPS = [
    name
    for name in connectors.names()
    if "good" in case_of(name)
    and any(RecordKind.ORDER_LINES in stream.kinds for stream in connectors.load(name).streams[:1])
]
_QUANTITIES = ("quantity", "product_quantity", "qty_ordered", "item_quantity")
_KNOWN = dict.fromkeys(("shopify", "vendure"), "counts are whole numbers by its GraphQL schema")


def with_quantity(value: Any, quantity: object) -> Any:  # noqa: ANN401 - any JSON
    """Return an answer with every quantity of a line replaced."""
    if isinstance(value, dict):
        return {
            name: quantity if name in _QUANTITIES else with_quantity(inner, quantity) for name, inner in value.items()
        }
    return [with_quantity(inner, quantity) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("quantity", [0.5, "1.5000", -1, "-2.0", None])
@pytest.mark.parametrize("name", [name for name in SHOPS if name not in _KNOWN])
def test_an_odd_quantity_costs_no_order(loopback: Loopback, name: str, quantity: object) -> None:
    """Things sold by weight or length, or taken in exchange, leave orders, amounts and lines where they were."""
    whole = pull_case(loopback, name)
    good = case_of(name)["good"]

    odd = pull_case(loopback, name, lambda request: Reply(with_quantity(good(request), quantity)))

    assert () == odd.refused
    money = [column for column in whole.frames[RecordKind.ORDERS].columns if column != "updated_at"]
    assert whole.frames[RecordKind.ORDERS].select(money).equals(odd.frames[RecordKind.ORDERS].select(money))
    named = ("order_id", "line_id")
    assert whole.frames[RecordKind.ORDER_LINES].select(named).equals(odd.frames[RecordKind.ORDER_LINES].select(named))
    units = odd.frames[RecordKind.ORDER_LINES].select(pl.coalesce("current_quantity", "quantity")).to_series()
    assert {None} == set(units)
