"""Pages of longer lists, as GraphQL connections: a cursor is an item's place, so it holds when others come and go."""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from connectors.sandbox.shopify.graphql import GraphqlError
from connectors.sandbox.shopify.graphql_types import Arguments, Inline, Link, Plain, Type

MOST_A_PAGE = 250


class Page(NamedTuple):
    """A stretch of a longer list; `mark` gives an item's place in the whole."""

    items: Sequence[Any]
    mark: Callable[[Any], tuple[Any, ...]]
    has_next: bool
    has_previous: bool


def connection(node: Type) -> Type:
    """Return the type of a page of nodes; its object is a `Page`."""
    edge = Type(
        f"{node.name}Edge",
        {"cursor": Plain("cursor"), "node": Link(node, lambda edge, _: edge[1])},
        lambda edge: {"cursor": f'"{edge[0]}"'},
    )
    page_info = {name: Plain(name) for name in ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")}
    return Type(
        f"{node.name}Connection",
        {
            "nodes": Link(node, lambda page, _: page.items, many=True),
            "edges": Link(edge, lambda page, _: [(_cursor(page, one), one) for one in page.items], many=True),
            "pageInfo": Inline("PageInfo", page_info),
        },
        _page_values,
    )


def cut_page(items: Sequence[Any], mark: Callable[[Any], tuple[Any, ...]], arguments: Arguments) -> Page:
    """
    Return the stretch of a list, sorted by its marks, that `first` and `after` ask for.

    Raises:
        GraphqlError: when `first` is no page size, or `after` no cursor of this list.
    """
    first, after = arguments.get("first"), arguments.get("after")
    if not isinstance(first, int) or not 0 < first <= MOST_A_PAGE:
        raise GraphqlError(f"first must be between 1 and {MOST_A_PAGE}", "BAD_USER_INPUT")
    start = 0 if after is None else _place(items, mark, after)
    return Page(items[start : start + first], mark, start + first < len(items), start > 0)


def _place(items: Sequence[Any], mark: Callable[[Any], tuple[Any, ...]], cursor: str) -> int:
    """Return where the items after a cursor begin, also when the item it came from has gone."""
    try:
        match orjson.loads(base64.b64decode(cursor)):
            case [*place]:
                return bisect_right(items, tuple(place), key=mark)
    except (binascii.Error, orjson.JSONDecodeError, TypeError):
        # told below: a cursor of another list may be anything
        pass
    raise GraphqlError("Invalid cursor for current pagination sort.", "BAD_USER_INPUT")


def _cursor(page: Page, item: object) -> str:
    return base64.b64encode(orjson.dumps(page.mark(item))).decode()


def _page_values(page: Page) -> dict[str, str]:
    ends = (page.items[0], page.items[-1]) if page.items else ()
    start, end = (f'"{_cursor(page, one)}"' for one in ends) if ends else ("null", "null")
    return {
        "hasNextPage": "true" if page.has_next else "false",
        "hasPreviousPage": "true" if page.has_previous else "false",
        "startCursor": start,
        "endCursor": end,
    }
