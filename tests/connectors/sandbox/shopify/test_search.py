"""Searching orders."""

from datetime import UTC, datetime

import pytest

from connectors.sandbox.orders import Order, Refund
from connectors.sandbox.shopify.graphql import GraphqlError
from connectors.sandbox.shopify.search import find_orders, mark_of

SUMMER = Order(1, datetime(2011, 7, 1, 11, 0, tzinfo=UTC), None, "France", ())
AUTUMN = Order(2, datetime(2011, 10, 1, tzinfo=UTC), None, "France", ())
CHANGED = Order(
    3, datetime(2011, 6, 1, tzinfo=UTC), 7, "Spain", (), refunds=(Refund(1, datetime(2011, 11, 1, tzinfo=UTC), {}, 0),)
)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", [1, 2, 3]),
        ("updated_at:>='2011-10-01T00:00:00Z'", [2, 3]),
        ("updated_at:>'2011-10-01T00:00:00Z'", [3]),
        ("updated_at:<2011-10-01", [1]),
        ('updated_at:<="2011-10-01T00:00:00+00:00"', [1, 2]),
        ("created_at:>='2011-07-01' AND updated_at:<'2011-10-02'", [1, 2]),
        ("created_at:>=2011-06-15 processed_at:<2011-09-01", [1]),
        ("created_at:'2011-07-01T12:00:00'", [1]),
    ],
)
def test_every_term_must_hold(search: str, expected: list[int]) -> None:
    """Bounds are joined by AND or a space; a time without a zone is the shop's."""
    assert expected == [order.number for order in find_orders([SUMMER, AUTUMN, CHANGED], search)]


@pytest.mark.parametrize("search", ["colour:red", "updated_at", "updated_at:>=soon", "updated_at:>='2011-01-01' OR x"])
def test_what_the_sandbox_does_not_know_is_an_error(search: str) -> None:
    """A search is never half obeyed."""
    with pytest.raises(GraphqlError, match="Invalid search"):
        find_orders([SUMMER], search)


@pytest.mark.parametrize(
    ("sort_key", "expected"),
    [("ID", [1, 2, 3]), ("CREATED_AT", [3, 1, 2]), ("PROCESSED_AT", [3, 1, 2]), ("UPDATED_AT", [1, 2, 3])],
)
def test_sort_keys(sort_key: str, expected: list[int]) -> None:
    """Orders are sorted by time, then by number."""
    assert expected == [order.number for order in sorted([CHANGED, AUTUMN, SUMMER], key=mark_of(sort_key))]


def test_an_unknown_sort_key_is_an_error() -> None:
    """The vendor's enum has more; the sandbox says which it lacks."""
    with pytest.raises(GraphqlError, match="invalid value \\(TOTAL_PRICE\\)"):
        mark_of("TOTAL_PRICE")
