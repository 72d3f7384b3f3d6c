"""A key result in one currency over sales in another: through the European Central Bank's rates, or not at all."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.conftest import Clock
from tests.flows.project_folder import FILE_SOURCE, Folder

pytestmark = pytest.mark.slow

AS_OF = datetime(2020, 5, 16, 22, tzinfo=UTC)
# nobody listens there: the shipped rates stand in
ECB = "  - {id: rates, connector: ecb, base_url: 'http://127.0.0.1:1'}\n"
OBJECTIVES = """\
period: {id: eksamen-2020, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
currency: NOK
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: kr, title: Revenue, metric: shop.net_revenue, kind: total, target: 5000}
"""
# 2020-05-09 is a Saturday: the rate of Friday holds
NUMBERS = """\
metric,day,value,currency
shop.net_revenue,2020-05-04,100,EUR
shop.net_revenue,2020-05-09,50,EUR
shop.net_revenue,2020-05-11,20,USD
shop.net_revenue,2020-05-12,300,NOK
"""


def _run(folder: Folder, clock: Clock, sources: str) -> dict[str, object]:
    clock.now = AS_OF
    folder.write("okr_config/sources.yaml", sources)
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run(AS_OF)
    row: dict[str, object] = folder.query("select value, flags from scoreboard").to_dicts()[0]
    return row


def test_sales_in_euros_score_in_kroner(folder: Folder, clock: Clock) -> None:
    """Each amount takes the rate of its own day: exactly the sum of the products."""
    row = _run(folder, clock, FILE_SOURCE + ECB)

    rates = folder.query("select currency, day, rate from exchange_rate where currency in ('NOK', 'USD')")
    known = {(currency, str(day)): rate for currency, day, rate in rates.rows()}
    friday = known["NOK", "2020-05-08"]
    dollars = Decimal(20) * known["NOK", "2020-05-11"] / known["USD", "2020-05-11"]
    expected = 100 * known["NOK", "2020-05-04"] + 50 * friday + dollars + 300
    assert Decimal("11.3280000000") == known["NOK", "2020-05-04"]
    assert (round(expected, 6), False) == (row["value"], "no_rate" in list(row["flags"]))  # type: ignore[call-overload]


def test_without_rates_there_is_no_value(folder: Folder, clock: Clock) -> None:
    """Neither 0 nor rate 1: the value is unknown, with the flag that says why."""
    row = _run(folder, clock, FILE_SOURCE)

    assert (None, True) == (row["value"], "no_rate" in list(row["flags"]))  # type: ignore[call-overload]
