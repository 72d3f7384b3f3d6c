"""Pages of longer lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.shopify.graphql import GraphqlError
from connectors.sandbox.shopify.graphql_pages import connection, cut_page
from connectors.sandbox.shopify.graphql_types import Type

_PAGE = connection(Type("Number", {}))


def _mark(item: int) -> tuple[int, ...]:
    return (item,)


@settings(max_examples=25, deadline=None)
@given(items=st.lists(st.integers(0, 99), unique=True, max_size=20).map(sorted), first=st.integers(1, 7))
def test_following_the_cursors_gives_each_item_once(items: list[int], first: int) -> None:
    """Pages in a row are the list, whatever their size."""
    seen: list[int] = []
    after: str | None = None
    while True:
        page = cut_page(items, _mark, {"first": first, "after": after})
        info = _PAGE.values(page)
        assert (bool(seen), "true" if seen else "false") == (page.has_previous, info["hasPreviousPage"])
        seen += page.items
        after = info["endCursor"].strip('"')
        if info["hasNextPage"] == "false":
            break

    assert items == seen


def test_a_cursor_holds_when_the_list_changes_before_it() -> None:
    """A page begins after the cursor's place, not after a number of items."""
    after = _PAGE.values(cut_page([10, 20, 30], _mark, {"first": 2}))["endCursor"].strip('"')

    assert [30, 40] == cut_page([5, 30, 40], _mark, {"first": 2, "after": after}).items


@pytest.mark.parametrize("first", [None, 0, 251, "2"])
def test_a_page_has_1_to_250_items(first: object) -> None:
    """Other sizes are refused."""
    with pytest.raises(GraphqlError, match="first must be between 1 and 250"):
        cut_page([1], _mark, {"first": first})


@pytest.mark.parametrize("after", ["not base64", "e30=", "WyJ4Il0="])
def test_a_foreign_cursor_is_refused(after: str) -> None:
    """A cursor that is none of this list is an error, not the first page."""
    with pytest.raises(GraphqlError, match="Invalid cursor"):
        cut_page([1, 2], _mark, {"first": 1, "after": after})
