"""The orders a query may see, and searching them: `updated_at:>='2011-11-01T00:00:00Z' AND created_at:<2011-12-01`."""

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.sandbox.loading import ZONE
from connectors.sandbox.orders import Order
from connectors.sandbox.shopify.graphql import GraphqlError
from connectors.sandbox.shopify.graphql_pages import Page, cut_page
from connectors.sandbox.shopify.graphql_types import Arguments

_TERM = re.compile(r"""\s*(\w+):(>=|<=|>|<|)('[^']*'|"[^"]*"|[^\s'"]+)(?:\s+AND\b|\s|$)""")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "": operator.eq,
}
# an order is processed when it is placed: nothing here was imported from elsewhere
_TIMES: Mapping[str, Callable[[Order], datetime]] = {
    "created_at": lambda order: order.created_at,
    "processed_at": lambda order: order.created_at,
    "updated_at": lambda order: order.updated_at,
}
_MARKS: Mapping[str, Callable[[Order], tuple[float, ...]]] = {
    "ID": lambda order: (order.number,),
    "CREATED_AT": lambda order: (order.created_at.timestamp(), order.number),
    "PROCESSED_AT": lambda order: (order.created_at.timestamp(), order.number),
    "UPDATED_AT": lambda order: (order.updated_at.timestamp(), order.number),
}


class View:
    """
    What a token may see at a moment: where a query begins.

    `found` keeps searches for as long as the orders stay the same; `given` counts the orders handed out.
    """

    def __init__(
        self, at: datetime, orders: Sequence[Order], scopes: Collection[str], found: dict[tuple[str, str], list[Order]]
    ) -> None:
        self.at = at
        self.orders = orders
        self.scopes = scopes
        self.given = 0
        self._found = found

    def page(self, arguments: Arguments) -> Page:
        """
        Return a page of the orders that `query` finds, in the order of `sortKey`, or against it.

        Raises:
            GraphqlError: when the arguments make no sense.
        """
        search, sort_key = arguments.get("query") or "", arguments.get("sortKey") or "PROCESSED_AT"
        upwards = mark_of(sort_key)
        mark = (lambda order: tuple(-each for each in upwards(order))) if arguments.get("reverse") else upwards
        order = f"-{sort_key}" if arguments.get("reverse") else sort_key
        if (search, order) not in self._found:
            self._found[search, order] = sorted(find_orders(self.orders, search), key=mark)
        page = cut_page(self._found[search, order], mark, arguments)
        self.given += len(page.items)
        return page

    def count(self, search: str) -> int:
        """Count the orders that a search finds."""
        return len(find_orders(self.orders, search))

    def order(self, gid: object) -> Order | None:
        """Return an order by its global id."""
        kind, _, number = str(gid).rpartition("/")
        if kind != "gid://shopify/Order" or not number.isdecimal():
            return None
        wanted = int(number)
        return next((order for order in self.orders if order.number == wanted), None)


def mark_of(sort_key: str) -> Callable[[Order], tuple[float, ...]]:
    """
    Return the function that gives an order's place under a sort key.

    Raises:
        GraphqlError: on a sort key the sandbox does not know.
    """
    if sort_key not in _MARKS:
        raise GraphqlError(f"Argument 'sortKey' has an invalid value ({sort_key}).", "argumentLiteralsIncompatible")
    return _MARKS[sort_key]


def find_orders(orders: Iterable[Order], search: str) -> list[Order]:
    """
    Return the orders that meet every term of a search; times without a zone are the shop's.

    Raises:
        GraphqlError: on a term the sandbox does not know; the vendor would pass over it.
    """
    found = list(orders)
    for name, comparison, value in _terms(search):
        if name not in _TIMES:
            raise GraphqlError(f"Invalid search field for this query: {name}", "BAD_USER_INPUT")
        time, compare, bound = _TIMES[name], _COMPARE[comparison], _instant(value)
        found = [order for order in found if compare(time(order), bound)]
    return found


def _terms(search: str) -> Iterable[tuple[str, str, str]]:
    place = 0
    while search[place:].strip():
        term = _TERM.match(search, place)
        if term is None:
            raise GraphqlError(f"Invalid search: {search[place:]}", "BAD_USER_INPUT")
        yield term[1], term[2], term[3].strip("'\"")
        place = term.end()


def _instant(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise GraphqlError(f"Invalid search value: {value}", "BAD_USER_INPUT") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(ZONE))
