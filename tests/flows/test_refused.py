"""What came in and is not counted marks the scores that rest on it (scorecard.measures.refusals, flows.scoring)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.test_square import order, returned, square
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

TERM = """\
period: {id: term, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 500}
      - {id: visits, title: Visits, metric: web.visits, kind: total, target: 500}
      - {id: own, title: Lines, sql: select count(*) from stated_value, kind: sql, target: 500}
"""
FIRST = date(2026, 11, 1)


@pytest.fixture
def server(folder: Folder) -> Iterator[Loopback]:
    """Return a server that answers by script."""
    running = Loopback(folder.world, folder.home)
    yield running
    running.stop()


def _row(folder: Folder, key_result: str) -> dict[str, Any]:
    return folder.query(f"from scoreboard where key_result_id = '{key_result}'").row(0, named=True)


def _state(folder: Folder, key_result: str) -> tuple[Decimal | None, str]:
    """Return the value and why it is not whole, which the flag and the explanation tell as well."""
    row = _row(folder, key_result)
    if row["reason"]:
        assert "partial" in row["flags"]
        assert row["explanation"].endswith(row["reason"])
    return row["value"], row["reason"]


def _sheet(values: list[str], *, days: list[str] | None = None, metric: str = "shop.units_sold") -> str:
    named = days or [str(FIRST + timedelta(days=number)) for number in range(len(values))]
    rows = [f"{metric},{day},{value}" for day, value in zip(named, values, strict=True)]
    return "\n".join(["metric,day,value", *rows, "web.visits,2026-11-22,7", ""])


def test_a_refused_row_leaves_its_last_good_version(folder: Folder) -> None:
    """Cells that become unreadable take nothing away; what rests on them is marked, and what does not is not."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/a.csv", _sheet(["10"] * 20))
    folder.run()
    assert (Decimal(200), "") == _state(folder, "units")

    folder.write("numbers/a.csv", _sheet(["10"] * 15 + ["n/a"] * 5))
    folder.run()

    told = "5 rows of sheet are refused and not counted: 5 for value."
    assert (Decimal(200), told) == _state(folder, "units")
    assert "partial" in _row(folder, "own")["flags"]
    assert (Decimal(7), "") == _state(folder, "visits")


def test_the_mark_lasts_as_long_as_the_rows(folder: Folder) -> None:
    """It stays from run to run, and goes when the rows are well or gone; a row that is gone is taken out then."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/a.csv", _sheet(["10", "10", "n/a", "n/a"]))
    folder.run()
    folder.run()
    assert (Decimal(20), "2 rows of sheet are refused and not counted: 2 for value.") == _state(folder, "units")

    folder.write("numbers/a.csv", _sheet(["10", "10", "30"]))
    folder.run()

    assert (Decimal(50), "") == _state(folder, "units")


def test_a_row_that_hides_its_day_closes_no_day(folder: Folder) -> None:
    """Which of the days it was nobody knows: none of its metric is taken for gone, all of the others may be."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/a.csv", _sheet(["10", "20", "30"]))
    folder.run()

    folder.write("numbers/a.csv", _sheet(["10", "20", "30"], days=["2026-11-01", "2026-11-02", "third"]))
    folder.run()

    told = "1 row of sheet is refused and not counted: 1 for period_start."
    assert (Decimal(60), told) == _state(folder, "units")


def test_rows_outside_the_period_do_not_mark_it(folder: Folder) -> None:
    """A value of last year that cannot be read is not what this period rests on."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/a.csv", _sheet(["10", "x"], days=["2026-11-01", "2025-11-02"]))
    folder.run()

    assert (Decimal(10), "") == _state(folder, "units")


JSON_SOURCE = """\
sources:
  - id: till
    connector: http_json
    url: {url}/sales
    params: {{from: "{{from}}", to: "{{to}}"}}
    fields: {{day: day, value: units}}
    metric: shop.units_sold
    since: 2026-11-01
"""


def test_an_api_is_read_again_from_the_row_it_refused(folder: Folder, server: Loopback, clock: Clock) -> None:
    """A week's look-back passes it by, the refused row does not: it is read until it is well."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", JSON_SOURCE.format(url=server.url))
    units: dict[str, object] = {"2026-11-02": 5, "2026-11-20": 5, "2026-11-21": 5}

    def answer(request: Request) -> Reply:
        within = {day: value for day, value in units.items() if request.query["from"] <= day <= request.query["to"]}
        return Reply([{"day": day, "units": value} for day, value in within.items()])

    server.script = answer
    folder.run()
    units["2026-11-20"] = "five"
    told = "1 row of till is refused and not counted: 1 for value."
    clock.move(hours=1)
    folder.run()
    assert (Decimal(15), told) == _state(folder, "units")

    clock.move(days=20)
    folder.run()
    assert (Decimal(15), told) == _state(folder, "units")

    units["2026-11-20"] = 6
    clock.move(days=1)
    folder.run()
    assert (Decimal(16), "") == _state(folder, "units")


WOO_SOURCE = """\
sources:
  - id: butikk
    connector: woocommerce
    url: {url}
    consumer_key: ${{KEY}}
    consumer_secret: ${{KEY}}
"""


def _order(number: int, day: str, quantity: object = 1, currency: str | None = "NOK") -> dict[str, Any]:
    at = f"{day}T10:00:00"
    totals = {"total": "100.00", "total_tax": "0.00", "shipping_total": "0.00", "shipping_tax": "0.00"}
    line = {"id": number * 10, "product_id": 5, "name": "Mug", "sku": "MUG", "quantity": quantity, "meta_data": []}
    return {
        "id": number,
        "status": "processing",
        "currency": currency,
        "customer_id": 7,
        **totals,
        "refunds": [],
        **dict.fromkeys(("date_created", "date_created_gmt", "date_paid", "date_paid_gmt", "date_modified_gmt"), at),
        "line_items": [{**line, "total": "100.00", "total_tax": "0.00"}],
    }


def _shop(orders: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - a script
    def answer(request: Request) -> Reply:
        if request.path.endswith("/orders"):
            since = request.query.get("modified_after", "")
            is_trash = request.query["status"] == "trash"
            rows = [one for one in orders if one["date_modified_gmt"] > since and not is_trash]
            return Reply(rows, headers={"X-WP-Total": str(len(rows))})
        return Reply({"timezone_string": "Europe/Oslo"} if request.path.endswith("/wp-json/") else [])

    return answer


def test_a_cursor_never_passes_a_refused_order(folder: Folder, server: Loopback, clock: Clock) -> None:
    """Newer orders come; the one that was refused is asked for until it is well, and told until then."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", WOO_SOURCE.format(url=server.url))
    folder.environ["KEY"] = "ck_0123456789"
    good = [_order(1, "2026-11-10"), _order(2, "2026-11-11")]
    server.script = _shop([*good, _order(3, "2026-11-12", currency=None)])
    folder.run()
    told = "1 row of butikk is refused and not counted: 1 for currency."
    assert (Decimal(2), told) == _state(folder, "units")

    clock.move(days=2)
    server.script = _shop([*good, _order(3, "2026-11-12", currency=None), _order(4, "2026-11-24")])
    folder.run()
    assert (Decimal(3), told) == _state(folder, "units")

    clock.move(days=2)
    server.script = _shop([*good, _order(3, "2026-11-12"), _order(4, "2026-11-24")])
    folder.run()
    assert (Decimal(4), "") == _state(folder, "units")
    assert {"3"} == set(folder.query("select row_key ->> 'order_id' as order_id from quarantine")["order_id"])


SQUARE_SOURCE = """\
sources:
  - {{id: till, connector: square, access_token: "${{KEY}}", base_url: '{url}', timezone: America/New_York}}
"""


def test_a_refund_that_names_no_sale_marks_its_shop(folder: Folder, server: Loopback, clock: Clock) -> None:
    """It comes off none and keeps none from being closed; the mark goes when the sale is named."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", SQUARE_SOURCE.format(url=server.url))
    folder.environ["KEY"] = "EAAA0123456789"
    lost = returned(3, "order-1")
    del lost["returns"][0]["source_order_id"]
    server.script = _square(order(1), order(2), lost)
    folder.run()
    told = "1 row of till is refused and not counted: 1 for order_id."
    assert (Decimal(4), told) == _state(folder, "units")

    clock.move(days=2)
    server.script = _square(order(1), lost)
    folder.run()
    assert (Decimal(2), told) == _state(folder, "units")

    clock.move(hours=1)
    server.script = _square(order(1), returned(3, "order-1"))
    folder.run()
    assert (Decimal(1), "") == _state(folder, "units")


def _square(*orders: dict[str, Any]) -> Any:  # noqa: ANN401 - a script
    return lambda request: Reply(square(*orders)(request))
