"""Tests of okr_config.checks.files, through the door: whole files, and files against each other."""

import pytest

from tests.okr_config.config_folder import HEAD, Project

TERM, OTHER = "okr_config/objectives/term.yaml", "okr_config/objectives/other.yaml"
TEN = "      - {id: ten, title: Ten, metric: shop.orders, kind: total, target: 10}\n"


def test_inverted_period(project: Project) -> None:
    """One problem says it; days that do not fit an impossible period are not counted up."""
    project.write(TERM, HEAD.replace("2026-12-31", "2026-09-30") + TEN.replace("target", "due: 2026-10-05, target"))

    assert [f"{TERM}:1:44  the period ends before it starts, on 2026-10-01"] == project.problems()


def test_a_period_of_one_day(project: Project) -> None:
    """A period may be one day long."""
    project.write(TERM, HEAD.replace("2026-12-31", "2026-10-01") + TEN)

    assert [] == project.problems()


def test_ids_are_used_once(project: Project) -> None:
    """Periods, objectives and key results are named once in all files together."""
    project.write(OTHER, HEAD + TEN + TEN.replace("ten", "two"))

    assert [
        f"{TERM}:1:14  two periods have the same id 'term'\n  first at {OTHER}:1:14",
        f"{TERM}:4:9  two objectives have the same id 'shop'\n  first at {OTHER}:4:9",
        f"{TERM}:7:14  two key results have the same id 'ten'\n  first at {OTHER}:7:14",
    ] == project.problems()


def test_an_id_counts_even_where_its_key_result_is_wrong(project: Project) -> None:
    """A duplicate is found although the first of the two cannot be used."""
    project.key_results(TEN.replace("total", "totl") + TEN)

    assert [
        (
            f"{TERM}:7:58  kind must be 'total', 'level', 'window', 'ratio', 'milestone', 'manual' or 'sql',"
            " not 'totl'\n"
            "  did you mean 'total'?"
        ),
        f"{TERM}:8:14  two key results have the same id 'ten'\n  first at {TERM}:7:14",
    ] == project.problems()


def test_weights_of_nothing(project: Project) -> None:
    """Objectives and key results must weigh something."""
    text = HEAD.replace("title:", "weight: 0\n    title:") + TEN.replace("target", "weight: 0, target")
    project.write(TERM, text)

    some = "\n  next: give one of them a weight above 0, or none: it is 1 then"
    assert [
        f"{TERM}:4:3  all objectives weigh 0{some}",
        f"{TERM}:8:7  all key results weigh 0\n  its score is their mean by weight{some}",
    ] == project.problems()


def test_zones(project: Project) -> None:
    """A zone must exist, and a place name is no zone."""
    project.write(TERM, HEAD.replace("Europe/Oslo", "Europe/Olso") + TEN)
    project.write("okr_config/project.yaml", "timezone: Oslo\nschedule: {timezone: ../../etc/passwd}\n")

    named = "  zones are named after places: Europe/Oslo, America/New_York, UTC"
    assert [
        f"{TERM}:2:11  unknown timezone 'Europe/Olso'\n  did you mean 'Europe/Oslo'?",
        f"okr_config/project.yaml:1:11  unknown timezone 'Oslo'\n{named}",
        f"okr_config/project.yaml:2:22  unknown timezone '../../etc/passwd'\n{named}",
    ] == project.problems()


def test_a_country(project: Project) -> None:
    """A country must be one whose public holidays are known."""
    project.write(TERM, HEAD + TEN)
    project.write("okr_config/project.yaml", "country: Oslo\n")

    assert [
        "okr_config/project.yaml:1:10  unknown country 'Oslo'\n  countries are two letters: NO, GB, US",
    ] == project.problems()


def test_files_that_disagree_on_the_zone(project: Project) -> None:
    """Two zones need a third word: the project's own."""
    other = HEAD.replace("Oslo", "Paris").replace("id: term", "id: next").replace("id: shop", "id: two")
    project.write(OTHER, other + TEN.replace("ten", "two"))

    assert [
        (
            f"{TERM}:2:11  objective files disagree on the timezone\n  Europe/Paris at {OTHER}:2:11\n"
            "  next: set timezone in okr_config/project.yaml, for sources and schedule"
        )
    ] == project.problems()

    project.write("okr_config/project.yaml", "timezone: UTC\n")

    assert "UTC" == project.load().timezone


@pytest.mark.parametrize("cron", ["61 * * * *", "* * * *", "0 0 6 * * *", "@daily", "never", "''"])
def test_cron_lines(project: Project, cron: str) -> None:
    """A schedule has the five fields of cron."""
    project.write("okr_config/project.yaml", f'schedule:\n  cron: "{cron}"\n')

    hint = '  five fields: minute hour day month weekday, such as "15 6 * * *"'
    assert [f"okr_config/project.yaml:2:9  not a cron line\n{hint}"] == project.problems()


def test_metrics(project: Project) -> None:
    """A team's metric has a name of its own and either SQL or a file that brings it."""
    project.write(
        "okr_config/metrics.yaml",
        "metrics:\n"
        "  - {id: shop.orders, sql: select 1}\n"
        "  - {id: calls.made}\n"
        "  - {id: shop.mugs, sql: ' '}\n"
        "  - {id: shop.mugs, sql: select 1, grain: instant}\n"
        "  - {id: nodot, sql: select 1}\n"
        "  - {id: sheet.calls, grian: day}\n"
        "  - {id: sheet.stock, additive: false, grain: instant}\n",
    )

    assert [
        "2:10  'shop.orders' is built in\n  give the team's metric another name",
        "3:5  a metric needs sql, or a source that brings it and that its name begins with",
        "4:26  sql is empty",
        "5:10  two metrics have the same id 'shop.mugs'\n  first at okr_config/metrics.yaml:4:10",
        "5:43  values of an instant do not add up\n  use additive: false",
        "6:10  id must be a dotted name such as shop.mug_units, not 'nodot'",
        "7:23  unknown key 'grian'\n  did you mean 'grain'?",
    ] == [problem.removeprefix("okr_config/metrics.yaml:") for problem in project.problems()]


def test_a_metric_that_is_declared_wrongly_is_not_unknown(project: Project) -> None:
    """The key result that names it is not blamed for it."""
    project.write(
        "okr_config/metrics.yaml", "metrics:\n  - {id: x.y, sql: [select 1]}\n  - {id: a.b, grain: hour, sql: s}\n"
    )
    project.key_results(TEN.replace("shop.orders", "x.y") + TEN.replace("shop.orders", "a.b").replace("ten", "two"))

    assert ["okr_config/metrics.yaml:2:20", "okr_config/metrics.yaml:3:22"] == [
        problem.split()[0] for problem in project.problems()
    ]


def test_cautions(project: Project) -> None:
    """What can be run but will not do what was meant is a warning."""
    project.write(
        TERM,
        HEAD.replace("timezone", "week_start: sunday\ntimezone")
        + "      - {id: w, title: W, metric: web.visitors, kind: window, every: week, target: 5}\n"
        + "      - {id: b, title: B, metric: web.visits, kind: window, every: week, at_least: 5, judge: best}\n",
    )

    assert (
        "w: web.visitors is counted in weeks from Monday, not from sunday",
        "b: judge: best has no effect, a band is judged by the share of windows",
    ) == project.load().warnings
