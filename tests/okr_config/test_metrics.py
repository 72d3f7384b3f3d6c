"""Tests of okr_config.metrics."""

from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.metrics import BUILT_IN, Nature, series_name


def test_a_series_is_named_by_its_metric_and_filters() -> None:
    """Without filters a series has its metric's name; filters are sorted."""
    assert "shop.orders" == series_name("shop.orders", {})
    assert "shop.units_sold{product_id=7,sku=MUG}" == series_name("shop.units_sold", {"sku": "MUG", "product_id": "7"})


@settings(deadline=None, max_examples=25)
@given(st.permutations([("a", "1"), ("b", "2"), ("c", "3")]))
def test_the_order_of_filters_does_not_matter(filters: list[tuple[str, str]]) -> None:
    """The same filters in any order are the same series."""
    assert "m{a=1,b=2,c=3}" == series_name("m", dict(filters))


def test_ratios_are_made_of_additive_metrics() -> None:
    """Each built-in ratio names two built-in metrics that add up over days."""
    ratios = [metric for metric in BUILT_IN.values() if metric.nature is Nature.RATIO]
    parts = [BUILT_IN[name or ""].nature for metric in ratios for name in (metric.numerator, metric.denominator)]

    assert 2 == len(ratios)
    assert [Nature.ADDITIVE] * 4 == parts
