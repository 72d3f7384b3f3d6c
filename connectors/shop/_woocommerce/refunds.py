"""
WooCommerce's refunds, which an order names without saying what came back: read one order at a time, or all at once.

All at once is one request a hundred refunds, but shops before version 9 cannot; and what that reading lacks, because
it was made too early or the order is older, is asked for by its order after all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl

from connectors.http.pagination import sized_pages, together
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, listed
from connectors.rows.orders import naive_utc
from connectors.rows.validate import Fitted, fit
from okr_config.errors import SourceError

Ask = Callable[[str, Mapping[str, str]], Answer]

_MANY = 20
_PER_PAGE = 100
_FIELDS = "id,parent_id,date_created_gmt,amount,line_items"
_REFUNDED = {"order_id": TEXT, "refund_id": TEXT, "currency": TEXT, "created_at": TEXT, "amount": TEXT}
_RETURNED = {"order_id": TEXT, "refund_id": TEXT, "line_id": TEXT, "units": pl.Int64}


class Refunds:
    """
    Finds the refunds that orders name.

    Args:
        ask: gets a list of records by path and parameters.
        in_flight: how many requests are sent together.
    """

    def __init__(self, ask: Ask, in_flight: int) -> None:
        self._ask = ask
        self._in_flight = in_flight
        self._known: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._asked_for_all = False

    def of(self, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """
        Return the refunds of orders, and the units of lines that came back by them.

        Args:
            orders: id, currency, date_created_gmt, refunds (id, total), all as they came.
        """
        named = orders.select("currency", "date_created_gmt", order_id="id", refund="refunds")
        wanted = named.explode("refund").drop_nulls("refund").unnest("refund").drop_nulls("id")
        self._find(wanted)
        refunded: list[tuple[str | None, ...]] = []
        returned: list[tuple[str | int | None, ...]] = []
        for order, refund, currency in wanted.select("order_id", "id", "currency").iter_rows():
            details = self._known.get((order, refund), {})
            created, amount = details.get("date_created_gmt"), details.get("amount")
            refunded.append((order, refund, currency, created, None if amount is None else str(amount)))
            items = details.get("line_items")
            # a refund that does not say which units came back leaves those of its order unknown
            came_back = [_came_back(item) for item in items] if isinstance(items, list) else [(None, None)]
            returned += [(order, refund, *each) for each in came_back]
        return (
            pl.DataFrame(refunded, schema=_REFUNDED, orient="row"),
            pl.DataFrame(returned, schema=_RETURNED, orient="row"),
        )

    def _find(self, wanted: pl.DataFrame) -> None:
        missing = self._missing(wanted)
        if len(missing) > _MANY and not self._asked_for_all:
            self._asked_for_all = True
            self._read_all(wanted)
            missing = self._missing(wanted)
        asks = [
            partial(self._ask, f"/orders/{order}/refunds", {"per_page": "100", "_fields": _FIELDS}) for order in missing
        ]
        for order, answer in zip(missing, together(asks, self._in_flight), strict=True):
            self._known |= {(order, str(refund.get("id"))): refund for refund in answer.json()}

    def _missing(self, wanted: pl.DataFrame) -> list[str]:
        keys = wanted.select("order_id", "id").iter_rows()
        return list(dict.fromkeys(order for order, refund in keys if (order, refund) not in self._known))

    def _read_all(self, wanted: pl.DataFrame) -> None:
        earliest = wanted.select(naive_utc(pl.col("date_created_gmt")).min()).item()
        if earliest is None:
            return
        params = {
            "after": f"{earliest - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}",
            "dates_are_gmt": "true",
            "orderby": "id",
            "order": "asc",
            "_fields": _FIELDS,
        }
        try:
            for answer in self._pages(params):
                self._known |= {
                    (str(refund.get("parent_id")), str(refund.get("id"))): refund for refund in answer.json()
                }
        except SourceError as error:
            if error.reason not in ("not_found", "forbidden"):
                raise

    def _pages(self, params: Mapping[str, str]) -> Iterator[Answer]:
        return sized_pages(
            lambda number, size: self._ask("/refunds", {**params, "per_page": str(size), "page": str(number)}),
            lambda answer: len(answer.json()),
            key=lambda answer: [str(refund.get("id")) for refund in answer.json()],
            last=lambda answer: int(answer.headers.get("x-wp-totalpages", "0")),
            most=_PER_PAGE,
            in_flight=self._in_flight,
        )


def _came_back(item: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return the line that a refund's line is of, and how many units came back; None where it does not say."""
    marks = listed(item.get("meta_data"))
    named = [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
    line = next((mark.get("value") for mark in named if mark.get("key") == "_refunded_item_id"), None)
    units = re.fullmatch(r"-?(\d+)(\.0+)?", str(item.get("quantity")))
    return None if line is None else str(line), int(units[1]) if units else None


def refund_rows(refunded: pl.DataFrame, returned: pl.DataFrame) -> Fitted:
    """Return canonical rows; a refund of money alone brings no unit back, of one that does not say they are unknown."""
    keys = ("order_id", "refund_id")
    units = returned.group_by(keys).agg(units="units", unknown=pl.col("units").is_null().any())
    rows = refunded.join(
        units.with_columns(units=pl.col("units").list.sum()), on=keys, how="left", maintain_order="left"
    )
    unknown = pl.col("unknown").fill_null(value=False)
    return fit(
        RecordKind.REFUNDS,
        rows.with_columns(
            created_at=naive_utc(pl.col("created_at")),
            quantity=pl.when(~unknown).then(pl.col("units").fill_null(0)),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )
