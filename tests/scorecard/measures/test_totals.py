"""Totals: what is summed, what is missing, what may still change (.freshness, .new_customers, .observations)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
START = date(2020, 4, 27)


def _noon(day: int, month: int = 5) -> datetime:
    return datetime(2020, month, day, 10, tzinfo=UTC)


def test_days_outside_do_not_count(nothing: Case, kr: Define) -> None:
    """Days before the start and after the as-of day are left out, whenever they were landed."""
    case = nothing.daily("shop.orders", date(2020, 4, 20), [1] * 40)

    assert Decimal(20) == case.row(kr(metric="shop.orders", target=30))["value"]


def test_the_open_day_counts_as_landed(nothing: Case, kr: Define) -> None:
    """At noon the open day counts with what was landed by noon; what was landed later is not known yet."""
    early = nothing.seen("shop.orders", START, 2, loaded_at=_noon(27, 4) - timedelta(hours=1))
    late = nothing.seen("shop.orders", START, 2)

    assert Decimal(2) == early.row(kr(metric="shop.orders", target=4), as_of=_noon(27, 4))["value"]
    assert None is late.row(kr(metric="shop.orders", target=4), as_of=_noon(27, 4))["value"]


def test_sources_and_subset(nothing: Case, kr: Define) -> None:
    """Shops are added up, unless the key result names some of them."""
    case = nothing.daily("shop.orders", START, [1] * 20).daily("shop.orders", START, [2] * 20, source_id="messe")

    assert Decimal(60) == case.row(kr(metric="shop.orders", target=99))["value"]
    assert Decimal(40) == case.row(kr(metric="shop.orders", target=99, sources=["messe"]))["value"]


def test_filters_have_their_own_series(nothing: Case, kr: Define) -> None:
    """A key result about one product reads that product's series."""
    case = nothing.daily("shop.units_sold", START, [9] * 20).daily("shop.units_sold{sku=MUG}", START, [1] * 20)

    assert Decimal(20) == case.row(kr(metric="shop.units_sold", where={"sku": "MUG"}, target=99))["value"]


def test_grains_are_not_added(nothing: Case, kr: Define) -> None:
    """Visits come by day and by week; only the days are summed."""
    case = nothing.daily("web.visits", START, [10] * 20).seen("web.visits", START, 70, grain="week")

    assert Decimal(200) == case.row(kr(metric="web.visits", target=999))["value"]


def test_nothing_ever_known(nothing: Case, kr: Define) -> None:
    """Without a number there is no value, no score and no zero: the chance is the team's own."""
    row = nothing.row(kr(metric="shop.orders", target=10, confidence=4))

    assert (row["value"], row["progress"], row["score"]) == (None, None, None)
    assert (row["status"], row["probability"], row["flags"]) == ("no_data", 0.4, ["prior_only"])
    assert row["reason"] == "there are no numbers for orders yet"


def test_known_before_the_period_only(nothing: Case, kr: Define) -> None:
    """History without a day of the period gives a chance but no value."""
    row = nothing.daily("shop.orders", date(2020, 4, 1), [1] * 26).row(
        kr(metric="shop.orders", target=10), as_of=_noon(27, 4)
    )

    assert (row["value"], row["reason"]) == (None, "there are no numbers for orders within the period yet")
    assert 0 < row["probability"] < 1


def test_gaps_make_a_sum_partial(nothing: Case, kr: Define) -> None:
    """A missing day is unknown whatever the metric is called: where it means 0, the observations have a 0."""
    definition, days = kr(metric="shop.orders", target=30), [date(2020, 5, day) for day in range(1, 17)]
    gappy = nothing
    for day in days:
        gappy = gappy.seen("shop.orders", day, 1).seen("kasse.sales", day, 1)

    assert gappy.row(definition)["flags"] == ["partial"]
    assert gappy.row(kr(metric="kasse.sales", target=30))["flags"] == ["partial"]


def test_a_sum_with_unknown_entries_is_the_least_it_can_be(nothing: Case, kr: Define) -> None:
    """What is told counts, the flag and a sentence say that more may have been sold."""
    case = nothing.daily("shop.units_sold", START, [0] * 18).daily("shop.orders", START, [1] * 20)
    case = case.seen("shop.units_sold", date(2020, 5, 15), 3, unknown=1)
    case = case.seen("shop.units_sold", date(2020, 5, 16), None, unknown=2)

    row = case.row(kr(metric="shop.units_sold", target=30))

    assert (Decimal(3), ["partial"]) == (row["value"], row["flags"])
    assert "3 orders or lines do not say how many, so the number is the least it can be" in row["explanation"]


def test_a_sum_of_unknown_entries_alone_is_unknown(nothing: Case, kr: Define) -> None:
    """Where of all that was sold nobody tells the units there is no number, though days without sales are 0."""
    case = nothing.daily("shop.units_sold", START, [0] * 19).seen("shop.units_sold", date(2020, 5, 16), None, unknown=5)

    row = case.row(kr(metric="shop.units_sold", target=30))

    assert (None, ["partial"]) == (row["value"], [flag for flag in row["flags"] if flag != "prior_only"])
    assert row["reason"].endswith("5 orders or lines do not say how many")


def test_customers_are_new_since_sales_are_known(nothing: Case, kr: Define) -> None:
    """Where sales may have been before the first day that was read, an old customer may pass for a new one."""
    definition = kr(metric="shop.customers_new", target=30)
    cut = nothing.daily("shop.customers_new", date(2020, 4, 1), [0] * 29 + [1] * 17)
    whole = nothing.daily("shop.customers_new", date(2020, 3, 1), [0] * 30 + [1] * 47)

    row = cut.row(definition)

    assert row["flags"] == ["partial"]
    assert "Customers are known since 1 April 2020".replace(" ", "\u00a0") in row["explanation"].replace(" ", "\u00a0")
    assert whole.row(definition)["flags"] == []
    assert cut.row(kr(metric="shop.orders", target=30))["reason"].startswith("there are no numbers")


def test_old_data_is_stale(nothing: Case, kr: Define) -> None:
    """A sum whose newest day is older than the longest carry is marked."""
    case = nothing.daily("shop.orders", START, [1] * 16)

    assert case.row(kr(metric="shop.orders", target=30))["flags"] == ["stale"]
    assert case.row(kr(metric="shop.orders", target=30, max_age=4))["flags"] == []


def test_unsettled_values_are_provisional(nothing: Case, kr: Define) -> None:
    """A source that may still revise a day makes the score provisional."""
    case = nothing.daily("web.visits", START, [1] * 19).seen("web.visits", date(2020, 5, 16), 1, settled=False)

    assert case.row(kr(metric="web.visits", target=30))["flags"] == ["provisional"]


def test_several_currencies(nothing: Case, kr: Define) -> None:
    """Each amount is converted at the rate of its own day."""
    case = (
        nothing.seen("shop.net_revenue", START, 100, currency="NOK")
        .seen("shop.net_revenue", START, 10, currency="EUR")
        .seen("shop.net_revenue", date(2020, 4, 28), 10, currency="EUR")
        .rate("NOK", START, "11")
        .rate("NOK", date(2020, 4, 28), "12")
    )

    row = case.row(kr(metric="shop.net_revenue", target=1000, language="nb"))

    assert (Decimal(330), "NOK") == (row["value"], row["unit"])
    assert row["explanation"].startswith(
        "Vi står på 330\N{NO-BREAK SPACE}kr mot målet 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr"
    )


def test_a_missing_rate_is_never_one(nothing: Case, kr: Define) -> None:
    """Without a rate the value is unknown, with the reason and a flag; days before it keep their line."""
    case = nothing.seen("shop.net_revenue", START, 100, currency="NOK").seen(
        "shop.net_revenue", date(2020, 4, 28), 10, currency="USD"
    )

    scores = case.scores(kr(metric="shop.net_revenue", target=1000))
    row = scores.key_results.row(0, named=True)

    assert (row["value"], row["score"], row["probability"]) == (None, None, None)
    assert row["flags"][0] == "no_rate"
    assert row["reason"] == "the exchange rate from USD to NOK is missing"
    assert [Decimal(100), None] == scores.daily["value"].to_list()[:2]


def test_one_currency_needs_no_rates(nothing: Case, kr: Define) -> None:
    """Zero rows in another currency need none either."""
    case = nothing.daily("shop.net_revenue", START, [5] * 20, currency="NOK").seen(
        "shop.net_revenue", START, 0, currency="USD"
    )

    assert (Decimal(100), []) == tuple(
        case.row(kr(metric="shop.net_revenue", target=1000))[name] for name in ("value", "flags")
    )


@pytest.mark.parametrize(("sold", "progress", "status"), [(2, 1.0, "on_track"), (11, 0.0, "off_track")])
def test_a_ceiling(nothing: Case, kr: Define, sold: int, progress: float, status: str) -> None:
    """Staying below a ceiling is all of the way until it is broken, and reached only at the end."""
    case = nothing.daily("shop.units_refunded", START, [sold] + [0] * 39)
    definition = kr(metric="shop.units_refunded", at_most=10)

    row = case.row(definition)

    assert (progress, status, None) == (row["progress"], row["status"], row["pace"])
    assert Decimal(10) == row["target"]


@pytest.mark.parametrize(("sold", "told"), [(10, ("achieved", 1.0)), (11, ("missed", 0.0))])
def test_a_ceiling_at_its_end(nothing: Case, kr: Define, sold: int, told: tuple[str, float]) -> None:
    """At the due date it is decided."""
    case = nothing.daily("shop.units_refunded", START, [sold] + [0] * 39)

    row = case.row(kr(metric="shop.units_refunded", at_most=10), as_of=datetime(2020, 6, 5, 22, tzinfo=UTC))

    assert told == (row["status"], row["probability"])


def test_a_day_to_come_is_no_observation(nothing: Case, kr: Define) -> None:
    """A row dated after the judged day counts only from its day on, wherever it was landed."""
    landed = datetime(2020, 4, 28, tzinfo=UTC)
    case = nothing.daily("kasse.sales", START, [1] * 30, loaded_at=landed)

    row = case.row(kr(metric="kasse.sales", target=40))

    assert 20 == row["value"]
