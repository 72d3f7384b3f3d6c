"""Checks of what came: each finds what it is for, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okr_config.delivery import Window
from okr_config.quality import BUILT_IN_CHECKS, Silence, TeamCheck
from tests.warehouse.deliveries import ask, delivery, sheet
from warehouse import Warehouse
from warehouse.sql_files import read_folder

TODAY = date(2026, 11, 23)
STOCKS = {"social.followers"}


def days(metric: str, *values: float, before: date = TODAY, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - columns
    """Return a row a day, the last of the day before."""
    first = before - timedelta(days=len(values))
    return [
        {"metric": metric, "period_start": first + timedelta(days=number), "value": Decimal(str(value)), **more}
        for number, value in enumerate(values)
    ]


def land(warehouse: Warehouse, *rows: dict[str, Any], source_id: str = "sheet") -> None:
    """Land a sheet that is read until now, and derive."""
    window = Window(datetime(2026, 9, 1, tzinfo=UTC), warehouse.now())
    warehouse.land(sheet(*rows, source_id=source_id, window=window, started_at=window.end), "r1")
    warehouse.refresh_observations([], "r1")


def found(warehouse: Warehouse, *own: TeamCheck, today: date = TODAY) -> list[tuple[str, ...]]:
    """Check, and return check, source, subject, what was found and what was expected."""
    findings = warehouse.quality.run(
        warehouse.start_run(command="run", version="1", config_hash=""), own, today=today, stocks=STOCKS
    )
    return [(one.check_id, one.source_id, one.subject, one.found, one.expected or "") for one in findings]


def test_the_config_may_name_what_there_is() -> None:
    """The names that checks.yaml knows are those of the files, and each says what it is for."""
    files = read_folder("quality")

    assert set(BUILT_IN_CHECKS) == set(files)
    assert all(text.startswith("-- ") for text in files.values())


def test_ordinary_numbers_pass(warehouse: Warehouse) -> None:
    """Days of sales with pauses, a stock that grows, a weekly count: nothing is found."""
    land(
        warehouse,
        *days("shop.units_sold", *[3, 0, 5, 9, 0, 0, 2] * 6),
        *days("social.followers", *range(400, 442), unit="count"),
        *days("web.visits", *[40, 55, 61, 38, 22, 90, 120] * 6),
    )

    assert [] == found(warehouse)


def test_a_stock_that_grows_tenfold_is_asked_about(warehouse: Warehouse) -> None:
    """A slip of the pen: what was typed, and what the history holds."""
    land(warehouse, *days("social.followers", *range(103, 123), 1250))

    assert [("jump", "sheet", "social.followers", "1250 on 2026-11-22: is that right?", "103 to 122 before")] == found(
        warehouse
    )


@pytest.mark.parametrize("values", [(*range(1000, 1030), 100), (*[10.5] * 20, 52.5)])
def test_jumps_down_and_of_fractions(warehouse: Warehouse, values: tuple[float, ...]) -> None:
    """A stock that falls to a tenth, and one of halves that grows fivefold."""
    land(warehouse, *days("social.followers", *values))

    assert ["jump"] == [name for name, *_ in found(warehouse)]


def test_history_that_holds_such_steps_is_no_jump(warehouse: Warehouse) -> None:
    """What has grown tenfold before may do so again."""
    land(warehouse, *days("social.followers", 2, 3, 40, 41, 42, 500))

    assert [] == found(warehouse)


def test_a_fall_to_zero(warehouse: Warehouse) -> None:
    """Visits on every day of four weeks, and none for two days; one day alone may be one."""
    land(warehouse, *days("web.visits", *[40, 55, 61, 38] * 7, 0, 0))
    expected = ("fall_to_zero", "sheet", "web.visits", "0 since 2026-11-21", "38 to 61 a day")

    assert [expected] == found(warehouse)
    assert [] == found(warehouse, today=TODAY - timedelta(days=1))


def test_a_silent_sheet(warehouse: Warehouse) -> None:
    """Every week a row, and then none for a month, although the file can be read."""
    first = date(2026, 9, 7)
    rows = [
        {"metric": "sheet.calls", "period_start": first + timedelta(days=7 * week), "value": Decimal(9)}
        for week in range(6)
    ]
    land(warehouse, *rows)

    [finding] = found(warehouse)

    assert ("freshness", "sheet", "sheet.calls") == finding[:3]
    assert ("no numbers after 2026-10-12, 42 days ago", "at the latest every 7 days") == finding[3:]
    assert [] == found(warehouse, today=date(2026, 10, 20))


def test_fewer_than_none(warehouse: Warehouse) -> None:
    """A count below zero is an error; a team's own metric may be a difference, and more may come back than was sold."""
    land(warehouse, *days("web.visits", 3, -4, -1), *days("sheet.net", -4), *days("shop.units_sold", 2, -1))

    assert [("negative_count", "sheet", "web.visits", "-4 on 2026-11-21", "0 or more")] == found(warehouse)
    assert [("error", "2 days")] == ask(warehouse, "select severity, sample from quality_check")


def test_money_without_currency(warehouse: Warehouse) -> None:
    """A sale of which nobody says the currency is an error, with its number."""
    warehouse.land(delivery({"orders": [{"order_id": "A", "currency": None}, {"order_id": "B"}]}), "r1")

    assert [("currency_missing", "shop", "shop_order", "1 without currency", "a currency with every amount")] == found(
        warehouse
    )
    assert [("A",)] == ask(warehouse, "select sample from quality_check")


def test_what_counts_twice(warehouse: Warehouse) -> None:
    """The same orders in two shops, and the same visits in two sheets."""
    for shop in ("shop", "kiosk"):
        warehouse.land(delivery({"orders": [{"order_id": "A"}, {"order_id": "B"}]}, source_id=shop), "r1")
    visits = days("web.visits", 40, 55, 61, 38, 22, 90, 120, 7)
    land(warehouse, *visits)
    land(warehouse, *visits, source_id="other")

    assert [
        ("duplicate", "kiosk", "shop_order", "2 the same in shop", "each counted once"),
        ("duplicate", "other", "web.visits", "8 the same in sheet", "each counted once"),
    ] == found(warehouse)


def test_a_teams_own_check(warehouse: Warehouse) -> None:
    """Its SQL returns bad rows: how many, and some of them; broken SQL is told; all well is nothing."""
    land(warehouse, *days("sheet.calls", 3, 70, 80))
    own = [
        TeamCheck(id="many-calls", sql="select day, value from metric_daily where value > 50 order by day"),
        TeamCheck(id="no-calls", sql="from metric_daily where value = 0", severity="error"),
        TeamCheck(id="wrong", sql="from nowhere", severity="error"),
    ]

    many, wrong = warehouse.quality.run("r2", own, today=TODAY, stocks=STOCKS)

    assert ("many-calls", "warning", "found", "2 rows") == (many.check_id, many.severity, many.state, many.found)
    assert '[{"day": "2026-11-21", "value": "70.000000"}, {"day": "2026-11-22", "value": "80.000000"}]' == many.sample
    assert ("wrong", "broken", True) == (wrong.check_id, wrong.state, wrong.is_error)
    assert "nowhere" in wrong.found


def test_silenced_until_a_day(warehouse: Warehouse) -> None:
    """What is right for a while is kept with its reason, and is no error; after its last day it is one again."""
    land(warehouse, *days("social.followers", *range(103, 123), 1250))
    silence = Silence.model_validate({"until": "2026-11-30", "reason": "in the news"})
    own = TeamCheck(id="jump", severity="error", sources=("sheet",), silenced=silence)
    elsewhere = own.model_copy(update={"sources": ("other",)})

    def states(today: date, entry: TeamCheck) -> list[tuple[str, str, bool]]:
        findings = warehouse.quality.run(f"r{today}{entry.sources}", [entry], today=today, stocks=STOCKS)
        return [(one.state, one.severity, one.is_error) for one in findings]

    assert [("silenced", "error", False)] == states(TODAY, own)
    assert [("found", "error", True)] == states(date(2026, 12, 1), own)
    assert [("found", "warning", False)] == states(TODAY, elsewhere)
    assert [("in the news",)] == ask(warehouse, "select reason from quality_check where silenced_until is not null")


FIRST_DAYS = (0,) * 40 + (1, 0, 2, 0, 0, 3, 11, 24, 9, 14, 6, 0, 31, 18, 22)


@pytest.mark.parametrize("day", range(41, len(FIRST_DAYS) + 1))
def test_a_shops_first_days_are_no_jumps(warehouse: Warehouse, day: int) -> None:
    """Weeks without anything, a friend, a post that is shared, a first market: each day unlike all before it."""
    land(
        warehouse,
        *days("shop.units_sold", *FIRST_DAYS[:day]),
        *days("web.visits", *[20 * value for value in FIRST_DAYS[:day]]),
        *days("social.followers", 0, 0, 2, 3, 15, 19, unit="count"),
    )

    assert [] == [one for one in found(warehouse) if one[0] == "jump"]


def test_after_a_fortnight_of_sales_a_jump_is_one(warehouse: Warehouse) -> None:
    """From then on the history holds enough, however long nothing was sold before."""
    land(warehouse, *days("shop.units_sold", *(0,) * 40, *(5, 9, 3, 12, 8, 0, 4) * 3, 100))

    assert ["100 on 2026-11-22: is that right?"] == [one[3] for one in found(warehouse) if one[0] == "jump"]
