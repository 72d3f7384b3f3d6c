"""Scores kept and read back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from scorecard.schemas import DAILY, FORECAST, KEY_RESULTS, OBJECTIVES, Schema
from tests.warehouse.deliveries import ask
from warehouse import DefinitionRow, Warehouse

DUE = date(2020, 6, 5)
# three days after the end of the due day, in Oslo
FREEZES = datetime(2020, 6, 8, 22, tzinfo=UTC)
AS_OF = datetime(2020, 5, 16, 22, tzinfo=UTC)
DEFINITION = DefinitionRow("ten", "shop", "q2", '{"timezone": "Europe/Oslo"}', "h", "")


def _frame(schema: Schema, **row: Any) -> pl.DataFrame:  # noqa: ANN401 - any column
    return pl.DataFrame([dict.fromkeys(schema) | row], schema=dict(schema))


def save(warehouse: Warehouse, run_id: str, *, as_of: datetime = AS_OF, key_result: str = "ten", **row: Any) -> None:  # noqa: ANN401 - any column
    """Save one score."""
    name = {"key_result_id": key_result}
    warehouse.save_scores(
        run_id,
        as_of=as_of,
        known_at=as_of,
        key_results=_frame(
            KEY_RESULTS,
            **name
            | {"objective_id": "shop", "period_id": "q2", "definition_hash": "h", "due": DUE, "as_of": as_of}
            | row,
        ),
        objectives=_frame(OBJECTIVES, objective_id="shop", period_id="q2", as_of=as_of, score=row.get("score")),
        daily=_frame(DAILY, **name, day=as_of.date(), value=row.get("value")),
        forecast=_frame(FORECAST, **name, day=DUE, p50=1.5),
    )


def test_a_score_comes_back_exactly(warehouse: Warehouse) -> None:
    """Every column the scorecard gives is kept with its type and value."""
    row = {
        "title": "Selge «ti»",
        "value": Decimal("3.123456"),
        "progress": 0.1 + 0.2,
        "confidence": 5,
        "flags": ["stale", "partial"],
        "start": date(2020, 4, 27),
        "observed_at": AS_OF - timedelta(microseconds=1),
        "reason": "",
    }
    save(warehouse, "r1", **row)

    kept = warehouse._read("from key_result_score", None)  # noqa: SLF001 - its own door takes no question

    assert row == kept.select(list(row)).to_dicts()[0]
    assert [(AS_OF, AS_OF, "r1")] == kept.select("as_of", "known_at", "run_id").rows()


def test_the_scoreboard_has_the_last_saved_score(warehouse: Warehouse) -> None:
    """Scoring a past day again shows that day; every run's scores stay."""
    save(warehouse, "r1", value=Decimal(3), score=0.3)
    save(warehouse, "r2", value=Decimal(2), score=0.2, as_of=AS_OF - timedelta(days=1))

    assert [("ten", Decimal(2), "r2")] == ask(warehouse, "select key_result_id, value, run_id from scoreboard")
    assert [("shop", 0.2)] == ask(warehouse, "select objective_id, score from objective_scoreboard")
    assert [("ten", date(2020, 5, 15), Decimal(2))] == ask(
        warehouse, "select key_result_id, day, value from key_result_daily"
    )
    assert [("r1",), ("r2",)] == ask(warehouse, "select run_id from key_result_score order by 1")
    assert [("r1", 1.5), ("r2", 1.5)] == ask(warehouse, "select run_id, p50 from key_result_forecast order by 1")


def test_saving_again_replaces(warehouse: Warehouse) -> None:
    """A run that saves twice has one score."""
    save(warehouse, "r1", value=Decimal(3))
    save(warehouse, "r1", value=Decimal(4))

    assert [(Decimal(4),)] == ask(warehouse, "select value from key_result_score")


def test_removed_key_results_leave_the_scoreboard(warehouse: Warehouse) -> None:
    """What is no longer defined is history, and so is an objective without key results."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    save(warehouse, "r1")
    warehouse.register_definitions([], at=warehouse.now())

    assert [] == ask(warehouse, "from scoreboard")
    assert [] == ask(warehouse, "from objective_scoreboard")
    assert [(1,)] == ask(warehouse, "select count(*) from key_result_score")


def test_a_grade_is_frozen_three_days_after_its_due_day(warehouse: Warehouse) -> None:
    """The days end in the definition's own zone; before, and without a score, nothing is frozen."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    save(warehouse, "r1", score=0.5, as_of=FREEZES - timedelta(microseconds=1))
    assert [] == warehouse.frozen_scores()["score"].to_list()

    save(warehouse, "r2", as_of=FREEZES, score=None)
    assert [] == warehouse.frozen_scores()["score"].to_list()

    save(warehouse, "r3", as_of=FREEZES, score=0.7)
    assert [0.7] == warehouse.frozen_scores()["score"].to_list()


def test_a_restated_grade_is_the_new_one(warehouse: Warehouse) -> None:
    """Of several grades after closing the one saved last counts."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    for number, score in enumerate((0.7, 0.8)):
        save(warehouse, f"r{number}", as_of=FREEZES + timedelta(days=9 - number), score=score)

    assert [0.8] == warehouse.frozen_scores()["score"].to_list()
