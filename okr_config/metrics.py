"""
The built-in metrics: names, units and natures that config, warehouse and scorecard agree on.

A nature says how values of one metric combine: additive values sum over days, distinct counts never do and are pulled
at the judged grain, levels are stocks known at instants, probes are levels of 0 or 1 (or a count), ratios are two
additive metrics divided after summing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """How values of a metric combine over time."""

    ADDITIVE = "additive"
    DISTINCT = "distinct"
    LEVEL = "level"
    PROBE = "probe"
    RATIO = "ratio"


@dataclass(frozen=True)
class Metric:
    """A named measure. `unit` is count, money or share, or a team's own word."""

    id: str
    unit: str
    nature: Nature
    title_nb: str
    title_en: str
    numerator: str | None = None
    denominator: str | None = None
    dimensions: tuple[str, ...] = ()


_LINE_DIMENSIONS = ("sku", "product_id")

_METRICS = (
    Metric("shop.orders", "count", Nature.ADDITIVE, "ordrer", "orders"),
    Metric("shop.units_sold", "count", Nature.ADDITIVE, "solgte enheter", "units sold", dimensions=_LINE_DIMENSIONS),
    Metric(
        "shop.units_refunded",
        "count",
        Nature.ADDITIVE,
        "refunderte enheter",
        "units refunded",
        dimensions=_LINE_DIMENSIONS,
    ),
    Metric("shop.gross_revenue", "money", Nature.ADDITIVE, "bruttoomsetning", "gross revenue"),
    Metric("shop.net_revenue", "money", Nature.ADDITIVE, "nettoomsetning", "net revenue"),
    Metric("shop.refunds", "money", Nature.ADDITIVE, "refusjoner", "refunds"),
    Metric("shop.customers_new", "count", Nature.ADDITIVE, "nye kunder", "new customers"),
    Metric(
        "shop.average_order_value",
        "money",
        Nature.RATIO,
        "snittordre",
        "average order value",
        "shop.net_revenue",
        "shop.orders",
    ),
    Metric("shop.products_published", "count", Nature.PROBE, "publiserte produkter", "published products"),
    Metric("shop.payments_enabled", "count", Nature.PROBE, "betaling virker", "payments enabled"),
    Metric("shop.shipping_enabled", "count", Nature.PROBE, "frakt virker", "shipping enabled"),
    Metric("shop.open", "count", Nature.PROBE, "butikken er åpen", "shop open"),
    Metric("web.visitors", "count", Nature.DISTINCT, "besøkende", "visitors"),
    Metric("web.visits", "count", Nature.ADDITIVE, "besøk", "visits"),
    Metric("web.pageviews", "count", Nature.ADDITIVE, "sidevisninger", "page views"),
    Metric(
        "web.conversion_rate",
        "share",
        Nature.RATIO,
        "konverteringsrate",
        "conversion rate",
        "shop.orders",
        "web.visits",
    ),
    Metric("social.followers", "count", Nature.LEVEL, "følgere", "followers", dimensions=("account",)),
    Metric("social.posts", "count", Nature.LEVEL, "innlegg", "posts", dimensions=("account",)),
    Metric("newsletter.subscribers", "count", Nature.LEVEL, "abonnenter", "subscribers", dimensions=("account",)),
)

REFUNDS_ON = "refunds_on"
"""The dimension under which the second way to count is stored: `shop.refunds{refunds_on=refund}`."""

REFUND_METRICS = ("shop.units_sold", "shop.units_refunded", "shop.net_revenue", "shop.refunds")
"""What refunds take off, or add to."""

BUILT_IN: Mapping[str, Metric] = {metric.id: metric for metric in _METRICS}


def series_name(metric: str, where: Mapping[str, str]) -> str:
    """
    Name under which a metric's observations are stored, its filters included.

    `shop.units_sold` with {sku: MUG} is `shop.units_sold{sku=MUG}`; filters are sorted, so that a name is unique.
    """
    if not where:
        return metric
    return metric + "{" + ",".join(f"{name}={where[name]}" for name in sorted(where)) + "}"
