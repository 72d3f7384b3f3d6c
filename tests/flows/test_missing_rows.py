"""Sheets as people keep them: only days on which something happened have a row."""

from datetime import date, timedelta

import polars as pl
from polars.testing import assert_frame_equal

from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import FILE_SOURCE, Folder
from warehouse.reading import missing_days

OBJECTIVES = """\
period: {id: exam, start: 2026-10-12, end: 2026-12-06}
timezone: Europe/Oslo
currency: NOK
objectives:
  - id: shop
    title: A shop that sells
    key_results:
      - {id: units, title: Sell 10, metric: shop.units_sold, kind: total, target: 10}
      - {id: week, title: 2 a week, metric: shop.units_sold, kind: window, every: week, target: 2}
      - {id: share, title: A tenth buys, kind: ratio, numerator: shop.units_sold, denominator: web.visits, target: 0.1}
      - {id: own, title: 10 hours, metric: sheet.hours, kind: total, target: 10}
"""
SOLD = {date(2026, 10, 12): 1, date(2026, 10, 25): 2, date(2026, 11, 22): 1}
DAYS = [date(2026, 10, 12) + timedelta(days=n) for n in range(42)]


def _sheet(*, zeros: bool) -> str:
    rows = ["metric,day,value"]
    for day in DAYS:
        rows += [f"web.visits,{day},10"]
        rows += [
            f"{name},{day},{SOLD.get(day, 0)}" for name in ("shop.units_sold", "sheet.hours") if zeros or day in SOLD
        ]
    return "\n".join(rows)


def _scores(folder: Folder, *, zeros: bool) -> pl.DataFrame:
    folder.write("okr_config/objectives/exam.yaml", OBJECTIVES)
    folder.write("numbers/n.csv", _sheet(zeros=zeros))
    folder.run()
    return folder.query(
        "select key_result_id, value, probability, forecast_p10, forecast_p50, forecast_p90, flags, explanation"
        " from scoreboard order by 1"
    )


def test_a_sheet_of_sales_days_scores_as_one_with_zeros(folder: Folder) -> None:
    """Totals, weeks, ratios and own metrics are the same to the last digit, and none of it is called partial."""
    listed = _scores(folder, zeros=False)
    written = _scores(folder, zeros=True)

    assert_frame_equal(written, listed)
    assert [] == [flag for flags in listed["flags"] for flag in flags if flag == "partial"]
    assert 0.3 > listed["probability"][2]


def test_unknown_days_stay_unknown_where_the_sheet_says_so(folder: Folder) -> None:
    """`missing: unknown` on the source turns the zeros off, and the sum is partial."""
    folder.write("okr_config/sources.yaml", FILE_SOURCE + "    missing: unknown\n")

    flags = dict(_scores(folder, zeros=False).select("key_result_id", "flags").iter_rows())

    assert ["partial" in flags[name] for name in ("own", "units")] == [True, True]


def test_what_lies_before_the_first_row_is_unknown(folder: Folder) -> None:
    """A sheet that begins after the period does is partial for as long, until the first day has a row: a 0 is one."""
    folder.write("okr_config/objectives/exam.yaml", OBJECTIVES)
    begun = "metric,day,value\nshop.units_sold,2026-10-25,2\nshop.units_sold,2026-11-22,1\n"
    flags = "select value, list_contains(flags, 'partial') from scoreboard where key_result_id = 'units'"
    folder.write("numbers/n.csv", begun)
    folder.run()
    assert (3, True) == folder.query(flags).row(0)
    told = "missing      shop.units_sold of sheet, 2026-10-12 .. 2026-10-24: unknown is not 0"
    assert told in folder.ask("explain", "units").stdout.splitlines()

    folder.write("numbers/n.csv", f"{begun}shop.units_sold,2026-10-12,0\n")
    folder.run()

    assert (3, False) == folder.query(flags).row(0)
    assert [] == missing_days(folder.project().published, "units").rows()


def test_what_lies_before_the_first_row_is_zero_where_the_source_says_so(folder: Folder) -> None:
    """With `before: zero` the sum is whole, and an API that is not ours need not send a 0 (as a sheet need not)."""
    folder.write("okr_config/objectives/exam.yaml", OBJECTIVES)
    folder.write("okr_config/sources.yaml", FILE_SOURCE + "    before: zero\n")
    folder.write("numbers/n.csv", "metric,day,value\nshop.units_sold,2026-10-25,2\nshop.units_sold,2026-11-22,1\n")

    folder.run()

    flags = "select value, list_contains(flags, 'partial') from scoreboard where key_result_id = 'units'"
    assert (3, False) == folder.query(flags).row(0)
    assert [] == missing_days(folder.project().published, "units").rows()


def test_what_is_unknown_cannot_be_zero_before(folder: Folder) -> None:
    """`before: zero` beside `missing: unknown` is refused by check, in words."""
    folder.write("okr_config/objectives/exam.yaml", OBJECTIVES)
    folder.write("okr_config/sources.yaml", FILE_SOURCE + "    missing: unknown\n    before: zero\n")

    checked = folder.ask("check")

    told = "before: zero says that nothing happened then, and missing: unknown that nobody knows"
    assert (2, True) == (checked.exit_code, told in " ".join(checked.output.split()))


def test_an_api_has_nothing_before_its_first_record_where_the_source_says_so(
    folder: Folder, loopback: Loopback
) -> None:
    """The first record comes two weeks into the period; with `before: zero` nothing is called missing."""
    source = (
        "sources:\n  - {id: sheet, connector: http_json, url: '%s/sales', metric: shop.units_sold, since: 2026-10-12,\n"
        "     insecure: true, fields: {day: day, value: units}, before: %s}\n"
    )
    folder.write("okr_config/objectives/exam.yaml", OBJECTIVES.replace("sheet.hours", "shop.orders"))
    loopback.script = lambda _: Reply([{"day": "2026-10-25", "units": 2}, {"day": "2026-11-22", "units": 1}])
    flags = "select value, list_contains(flags, 'partial') from scoreboard where key_result_id = 'units'"

    found = []
    for before in ("unknown", "zero"):
        folder.write("okr_config/sources.yaml", source % (loopback.url, before))
        folder.run()
        found.append(folder.query(flags).row(0))

    assert [(3, True), (3, False)] == found
