"""`okr weeks`: the newest week against others (flows.commands.weeks, flows.goals.weeks)."""

import json
from datetime import date

from tests.conftest import Clock, still_world
from tests.flows.commands.test_effect import blog
from tests.flows.project_folder import FILE_SOURCE, Folder


def test_all_that_key_results_count_stands_beside_its_other_weeks(folder: Folder) -> None:
    """As JSON and as a table: the newest seven whole days, what came of them, and whether that is chance."""
    blog(folder)
    rows = {row["metric"]: row for row in json.loads(folder.ask("weeks", "--json").stdout)}
    sold = folder.query(
        "select sum(value)::double from metric_daily where metric = 'shop.units_sold' and day >= '2026-11-16'"
    ).item()
    table = folder.ask("weeks").stdout

    assert {"shop.units_sold", "sheet.visits", "social.followers"} == set(rows)
    assert {str(date(2026, 11, 16))} == {row["first_day"] for row in rows.values()}
    assert (sold, None) == (rows["shop.units_sold"]["came"], rows["shop.units_sold"]["year_ago"])
    assert rows["sheet.visits"]["low"] < rows["sheet.visits"]["usual"] < rows["sheet.visits"]["high"]
    assert "units sold" in table
    assert "chance" in table


def test_what_cannot_be_compared_is_refused(folder: Folder) -> None:
    """What, where and next: a metric that is not there, a ratio, numbers of a few days."""
    blog(folder)
    new = Folder(folder.home.with_name("new"), still_world(Clock()))
    new.write("okr_config/sources.yaml", FILE_SOURCE)
    new.write("numbers/numbers.csv", "metric,day,value\nsheet.sales,2026-11-20,1\n")
    new.write(
        "okr_config/objectives/term.yaml",
        "period: {id: t, start: 2026-10-01, end: 2026-12-31}\ntimezone: Europe/Oslo\nobjectives:\n"
        "  - {id: o, title: O, key_results: [{id: k, title: K, metric: sheet.sales, kind: total, target: 9}]}\n",
    )
    new.run()
    refused = [
        folder.ask("weeks", "sheet.visit"),
        folder.ask("weeks", "shop.average_order_value"),
        new.ask("weeks"),
    ]

    assert [2, 2, 2] == [ended.exit_code for ended in refused]
    assert ["unknown metric 'sheet.visit'", "no week can be compared: ", "no week can be compared: "] == [
        ended.stderr[: len(start)]
        for ended, start in zip(
            refused, ("unknown metric 'sheet.visit'", *["no week can be compared: "] * 2), strict=True
        )
    ]
