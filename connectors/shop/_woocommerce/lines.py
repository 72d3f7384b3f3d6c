"""
WooCommerce's order lines: what is a unit of its own, what is a gift card, and how many are left.

A bundle and its parts are all lines; a part names the one it belongs to, and is that line's business.
"""

import polars as pl

from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, shape
from connectors.rows.orders import items_of, unit_count, whole_units
from connectors.rows.validate import Fitted, fit

# what gift card plugins write beside a line; WooCommerce itself sells none
_GIFT_CARD = r"^_?(pw|wc)_gift_card_|^_ywgc_"
# what plugins for bundles, composites, mixes and chains write beside a part
_PART = r"^_(bundled_by|composite_parent|mnm_container|woosb_parent_id|wooco_parent_id|chained_product_of)$"
_PARENTS = ("bundled_by", "composite_parent", "mnm_child_of")

LINES = pl.List(
    shape(
        **dict.fromkeys(("id", "product_id", "name", "sku", "quantity", "total", "total_tax", *_PARENTS), TEXT),
        meta_data=pl.List(shape(key=TEXT)),
    )
)
"""The shape of `line_items`."""
DISPENSABLE = ("meta_data", "name", "sku", *_PARENTS)
"""Fields of a line that may come in any shape, and then tell nothing."""


def own_lines(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of orders, each in its row, without the parts of others."""
    items = items_of(orders, "line_items", "currency").rename({"id": "line_id"})
    named = pl.any_horizontal(~pl.col(name).is_in(["", "0", "false"]).fill_null(value=True) for name in _PARENTS)
    keys = pl.col("meta_data").list.eval(pl.element().struct.field("key").str.contains(_PART))
    return items.filter(~(named | keys.list.any().fill_null(value=False)))


def line_rows(lines: pl.DataFrame, returned: pl.DataFrame) -> Fitted:
    """
    Return canonical rows.

    Args:
        lines: from `own_lines`.
        returned: units of lines that came back (order_id, line_id, units), null where a refund does not say it.
    """
    by_line = returned.group_by("order_id", "line_id").agg(
        back=pl.when(~pl.col("units").is_null().any()).then(pl.col("units").sum()), came_back=True
    )
    unclear = returned.filter(pl.col("line_id").is_null())["order_id"]
    back = pl.when(pl.col("came_back").is_null()).then(0).otherwise("back")
    kept = (unit_count("quantity") - back).clip(lower_bound=0)
    keys = pl.col("meta_data").list.eval(pl.element().struct.field("key").str.contains(_GIFT_CARD))
    return fit(
        RecordKind.ORDER_LINES,
        lines.join(by_line, on=("order_id", "line_id"), how="left", maintain_order="left").select(
            "order_id",
            "line_id",
            "product_id",
            "sku",
            "currency",
            title="name",
            quantity=whole_units(pl.col("quantity")),
            current_quantity=pl.when(~pl.col("order_id").is_in(unclear.implode())).then(kept),
            is_gift_card=keys.list.any(),
            amount=pl.col("total").cast(MONEY, strict=False) + pl.col("total_tax").cast(MONEY, strict=False),
        ),
        required=("order_id", "line_id"),
    )
