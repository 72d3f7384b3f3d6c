"""`okr weeks`: the newest week against others (flows.commands.weeks, flows.goals.weeks)."""

import json
import re
from datetime import date

from flows.report.pages import make_page
from scorecard.i18n.formats import NOTHING
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


def test_page_and_digest_tell_the_same_week(folder: Folder) -> None:
    """A run's page and one asked for later have the numbers of `okr weeks`; the digest tells what is beyond."""
    blog(folder)
    sheet = folder.home / "numbers/numbers.csv"
    rows = [line.split(",") for line in sheet.read_text("utf-8").splitlines()]
    sheet.write_text(
        "\n".join(
            f"{metric},{day},{int(value) * 5 if metric == 'sheet.visits' and day >= '2026-11-16' else value}"
            for metric, day, value in rows
        ),
        "utf-8",
    )
    folder.run()
    (week,) = json.loads(folder.ask("weeks", "sheet.visits", "--json").stdout)
    page = folder.project().page.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    digest = folder.ask("digest").stdout.replace("\N{NO-BREAK SPACE}", " ")
    numbers = {name: f"{round(week[name]):,}" for name in ("came", "before", "usual", "low", "high")}

    assert (True, "more") == (week["is_news"], week["verdict"])
    assert (
        "<p>Seven days from 16 Nov: {came}. The week before: {before}; mean of four weeks: {usual}; same week last"
        " year: {nothing}. Chance alone brings {low} to {high}: this is more.</p>"
    ).format(nothing=NOTHING, **numbers) in page
    assert (
        "“Visits”: {came} in seven days from 16 Nov, more than chance brings ({low} to {high}). Week before: {before}."
    ).format(**numbers) in digest
    assert 1 == digest.count("than chance brings")
    assert "Growth in seven days from 16 Nov" in page
    assert re.findall("<p>(?:Seven|Growth).*", page) == re.findall("<p>(?:Seven|Growth).*", _asked_for(folder))


def _asked_for(folder: Folder) -> str:
    """Return the page that `okr report` makes of the published copy, with nothing at hand from a run."""
    return make_page(folder.project())[0].replace("\N{NO-BREAK SPACE}", " ")


def test_money_that_was_never_taken_before_has_no_week(folder: Folder) -> None:
    """A shop's first takings after weeks of nothing: the page is drawn, and no week is held against those of 0."""
    days = "".join(f"shop.gross_revenue,2026-11-{day:02},{500 * (day > 20)}\n" for day in range(1, 23))
    folder.write("numbers/numbers.csv", f"metric,day,value\n{days}")
    goal = "{id: gross, title: Gross, metric: shop.gross_revenue, kind: total, target: 9000}"
    period = "period: {id: term, start: 2026-11-01, end: 2026-12-31}\ntimezone: Europe/Oslo\n"
    folder.write(
        "okr_config/objectives/term.yaml",
        f"{period}objectives:\n  - {{id: shop, title: Sell, key_results: [{goal}]}}\n",
    )

    assert None is folder.run().page_problem
    told = folder.ask("weeks")
    assert (2, True) == (told.exit_code, "nothing but 0 is known of the time before" in " ".join(told.stderr.split()))


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
