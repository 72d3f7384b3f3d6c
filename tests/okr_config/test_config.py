"""Tests of okr_config.config and okr_config.team_metrics."""

from datetime import date

from okr_config.definitions import definition_hash
from okr_config.metrics import BUILT_IN, Metric, Nature
from okr_config.models import Kind, TeamMetric, Thresholds
from okr_config.team_metrics import implied_metric, own_metric
from tests.okr_config.config_folder import HEAD, Project


def test_definitions_carry_what_scoring_needs(project: Project) -> None:
    """Days come from the key result, else from the period; the rest from file and objective."""
    project.write(
        "okr_config/objectives/term.yaml",
        HEAD.replace(
            "timezone",
            "status: {on_track: 0.9, at_risk: 0.5}\nlanguage: nb\nweek_start: sunday\ncurrency: EUR\ntimezone",
        )
        + "      - {id: a, title: A, metric: shop.orders, kind: total, target: 10}\n"
        + "      - {id: b, title: B, kind: manual, target: 3, start: 2026-11-01, due: 2026-11-30,"
        + " status: {at_risk: 0.6}}\n",
    )

    first, second = project.load().definitions()

    assert ("term", "shop", "A shop that works", "Europe/Oslo") == (
        first.period_id,
        first.objective_id,
        first.objective_title,
        first.timezone,
    )
    assert ("sunday", "EUR", "nb", "a") == (first.week_start, first.currency, first.language, first.key_result.id)
    assert (date(2026, 10, 1), date(2026, 12, 31)) == (first.start, first.due)
    assert (date(2026, 11, 1), date(2026, 11, 30)) == (second.start, second.due)
    assert Thresholds(on_track=0.9, at_risk=0.5) == first.status
    assert Thresholds(on_track=0.9, at_risk=0.6) == second.status


def test_what_asks_for_a_metric_counts_as_a_key_result_written_today_would(project: Project) -> None:
    """The project's rule for refunds holds where there are refunds; file and zone are those of the folder."""
    project.write("okr_config/project.yaml", "refunds_on: refund\n")
    project.write(
        "okr_config/objectives/term.yaml",
        HEAD + "      - {id: a, title: A, metric: shop.orders, kind: total, target: 1}\n",
    )
    config = project.load()
    days = (date(2026, 11, 1), date(2026, 11, 30))
    sold, orders = (
        config.definition_of(BUILT_IN[name], Kind.TOTAL, name="asked", start=days[0], due=days[1])
        for name in ("shop.units_sold", "shop.orders")
    )

    assert ("refund", "order") == (sold.refunds_on, orders.refunds_on)
    assert ("asked", "Europe/Oslo", *days) == (sold.key_result.id, sold.timezone, sold.start, sold.due)


def test_a_country_is_said_of_what_is_sold(project: Project) -> None:
    """Totals and windows know whose holidays matter, visits and stocks do not, and without one nothing changes."""
    project.write(
        "okr_config/objectives/term.yaml",
        HEAD
        + "      - {id: sold, title: A, metric: shop.orders, kind: total, target: 1}\n"
        + "      - {id: weekly, title: B, metric: shop.orders, kind: window, every: week, target: 1}\n"
        + "      - {id: seen, title: C, metric: web.visits, kind: total, target: 1}\n"
        + "      - {id: fans, title: D, metric: social.followers, kind: level, baseline: 0, target: 1}\n",
    )
    before = {one.key_result.id: definition_hash(one) for one in project.load().definitions()}
    project.write("okr_config/project.yaml", "country: NO\n")

    definitions = project.load().definitions()

    assert {"sold": "NO", "weekly": "NO", "seen": "", "fans": ""} == {
        one.key_result.id: one.country for one in definitions
    }
    assert {"seen", "fans"} == {
        one.key_result.id for one in definitions if before[one.key_result.id] == definition_hash(one)
    }


def test_metrics_by_name(project: Project) -> None:
    """A metric is built in, declared in metrics.yaml, declared by its source, or brought by a file."""
    project.write(
        "okr_config/sources.yaml",
        "sources:\n"
        "  - {id: sheet, connector: file, path: a.csv}\n"
        "  - {id: till, connector: http_json, url: 'https://k.example', metric: till.sales, unit: NOK, currency: NOK}\n"
        "  - {id: open, connector: http_json, url: 'https://o.example', metric: shop.orders}\n",
    )
    project.write(
        "okr_config/metrics.yaml",
        "metrics:\n"
        "  - {id: shop.mugs, unit: units, title: {nb: Krus, en: Mugs}, sql: select 1}\n"
        "  - {id: sheet.stock, title: Stock, additive: false, grain: instant}\n",
    )
    project.key_results(
        "      - {id: a, title: A, metric: sheet.calls, kind: total, target: 10}\n"
        "      - {id: b, title: B, metric: sheet.stock, kind: level, target: 10}\n"
        "      - {id: c, title: C, metric: till.sales, kind: total, target: 10}\n"
        "      - {id: d, title: D, metric: shop.mugs, kind: total, target: 10}\n"
    )

    config = project.load()

    expected = {
        "sheet.calls": Metric("sheet.calls", "count", Nature.ADDITIVE, "sheet.calls", "sheet.calls"),
        "sheet.stock": Metric("sheet.stock", "count", Nature.LEVEL, "Stock", "Stock"),
        "till.sales": Metric("till.sales", "money", Nature.ADDITIVE, "till.sales", "till.sales"),
        "shop.mugs": Metric("shop.mugs", "units", Nature.ADDITIVE, "Krus", "Mugs"),
    }
    assert expected == config.own_metrics()
    assert expected == project.load(need_secrets=False).own_metrics()
    assert BUILT_IN["shop.orders"] == config.metric("shop.orders")
    assert expected["till.sales"] == config.metric("till.sales")
    assert config.metric("shop.mug") is None
    # no key result names these
    assert implied_metric("sheet.visits") == config.metric("sheet.visits")
    assert config.metric("open.visits") is None


def test_what_does_not_add_up() -> None:
    """By the day or instant it is a level, by the week or month a count of people or things."""
    natures = [
        own_metric(TeamMetric(id="a.b", additive=False, grain=grain)).nature
        for grain in ("day", "instant", "week", "month")
    ]

    assert [Nature.LEVEL, Nature.LEVEL, Nature.DISTINCT, Nature.DISTINCT] == natures


def test_a_title_in_one_language_serves_both() -> None:
    """A metric titled in Norwegian only is called that in English too."""
    metric = own_metric(TeamMetric(id="a.b", title={"nb": "Krus"}))

    assert ("Krus", "Krus") == (metric.title_nb, metric.title_en)
