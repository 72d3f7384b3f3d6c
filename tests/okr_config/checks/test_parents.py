"""Tests of okr_config.checks.parents, through the door: who serves whom, in one file and among several."""

import pytest

from tests.okr_config.config_folder import HEAD, Project

TERM, YEAR = "okr_config/objectives/term.yaml", "okr_config/objectives/year.yaml"
TEN = "      - {id: ten, title: Ten, metric: shop.orders, kind: total, target: 10}\n"
NEXT = "  next: take parent out of the one that serves none of the others"
COMPANY = """\
period: {id: year, start: 2026-01-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - {id: company, title: A company}
"""


def _serving(parent: str) -> str:
    return HEAD.replace("    key_results:", f"    parent: {parent}\n    key_results:") + TEN


def test_a_parent_of_another_file(project: Project) -> None:
    """It needs no key results of its own; whoever scores a key result is told all whom it serves."""
    project.write(TERM, _serving("company"))
    project.write(YEAR, COMPANY.replace("A company}", "A company, owner: Ada, weight: 2}"))

    (definition,) = project.load().definitions()

    assert [("company", "year", "A company", 2, "Ada")] == [
        (one.id, one.period_id, one.title, one.weight, one.owner) for one in definition.objective_parents
    ]


def test_a_parent_that_is_not_there(project: Project) -> None:
    """The name meant is told."""
    project.write(TERM, _serving("compny"))
    project.write(YEAR, COMPANY)

    assert [
        f"{TERM}:6:13  unknown parent 'compny'\n  did you mean 'company'?",
        (f"{YEAR}:4:5  no key results\n  an objective needs at least one, or others that name it as their parent"),
    ] == project.problems()


@pytest.mark.parametrize(
    ("parent", "above", "told"),
    [
        ("company", "shop", [f"{TERM}:6:13  parents in a circle\n  shop -> company -> shop\n{NEXT}"]),
        ("shop", "none", [f"{TERM}:6:13  an objective is its own parent\n  shop -> shop\n{NEXT}"]),
    ],
)
def test_a_circle_is_told_once(project: Project, parent: str, above: str, told: list[str]) -> None:
    """The way round is shown, and what to do about it."""
    project.write(TERM, _serving(parent))
    if above != "none":
        project.write(YEAR, COMPANY.replace("A company}", f"A company, parent: {above}}}"))

    assert told == project.problems()


def test_a_floor_above_a_circle_is_no_part_of_it(project: Project) -> None:
    """One that serves a circle is not itself told of."""
    project.write(TERM, _serving("company"))
    board = "  - {id: board, title: Board, parent: company}\n"
    project.write(YEAR, COMPANY.replace("A company}", "A company, parent: board}") + board)

    assert ["parents in a circle"] == [one.split("  ")[1].split("\n")[0] for one in project.problems()]


@pytest.mark.parametrize("written", ["", "    key_results: []\n"])
def test_nothing_measures_it(project: Project, written: str) -> None:
    """Without key results and without anybody who serves it there is nothing to score."""
    project.write(TERM, HEAD.replace("    key_results:\n", written))

    assert ["no key results"] == [one.split("  ")[1].split("\n")[0] for one in project.problems()]


def test_what_an_objective_consists_of_has_some_weight(project: Project) -> None:
    """Its own key results, or those that serve it: where all weigh 0 no score can come of it."""
    project.write(TERM, _serving("company").replace("    parent:", "    weight: 0.0\n    parent:"))
    project.write(YEAR, COMPANY)

    told = [text for text in project.problems() if "weighs 0" in text]

    assert [
        (
            f"{YEAR}:4:5  all that the objective consists of weighs 0\n  its score is their mean by weight\n"
            "  next: give one of them a weight above 0, or none: it is 1 then"
        )
    ] == told


def test_own_key_results_may_weigh_nothing_beside_what_serves_the_objective(project: Project) -> None:
    """Then the score is that of those who serve it."""
    own = TEN.replace("ten", "own").replace("target", "weight: 0, target")
    project.write(TERM, _serving("company"))
    project.write(
        YEAR,
        COMPANY.replace(", title: A company}", "\n    title: A company\n    key_results:\n" + own).replace(
            "- {id", "- id", 1
        ),
    )

    project.load()
