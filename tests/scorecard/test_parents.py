"""Parents lead, wherever their period is."""

from scorecard.parents import family_of, parents_first
from scorecard.score_row import ObjectiveRow


def _row(name: str, period: str, parent: str | None = None) -> ObjectiveRow:
    return ObjectiveRow.of({"objective_id": name, "period_id": period, "parent": parent})


ROWS = [
    _row("shop", "q4", "growth"),
    _row("growth", "year", "company"),
    _row("people", "q4"),
    _row("company", "year"),
    _row("web", "q3", "growth"),
    _row("stall", "q3"),
]


def test_each_stands_below_the_one_it_serves() -> None:
    """The order within each floor is kept, and the depth tells the floors."""
    assert [(0, "people"), (0, "company"), (1, "growth"), (2, "shop"), (2, "web"), (0, "stall")] == [
        (depth, row.objective_id) for depth, row in parents_first(ROWS)
    ]


def test_a_period_and_its_kin() -> None:
    """A quarter shows whom it serves, not what else serves them; the year shows all that serves it."""
    assert ["shop", "growth", "people", "company"] == [row.objective_id for row in family_of(ROWS, "q4")]
    assert ["shop", "growth", "company", "web"] == [row.objective_id for row in family_of(ROWS, "year")]


def test_one_whose_parent_is_not_shown_leads() -> None:
    """Nothing is lost where only a part is asked for."""
    assert [(0, "shop"), (0, "people")] == [
        (depth, row.objective_id) for depth, row in parents_first([ROWS[0], ROWS[2]])
    ]
