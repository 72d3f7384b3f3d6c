"""Scores kept and read back."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from scorecard.schemas import DAILY, FORECAST, KEY_RESULTS, OBJECTIVES, WHATIF, Schema
from scorecard.span import SETTLE, Span, midnight
from tests.conftest import Clock
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
        whatif=_frame(WHATIF, **name, place=0, assumption="now", text="So."),
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


def test_the_scoreboard_has_the_newest_day(warehouse: Warehouse) -> None:
    """An earlier day that is judged again shows nowhere; the same day judged again does. Every run's scores stay."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    save(warehouse, "r1", value=Decimal(3), score=0.3)
    save(warehouse, "r2", value=Decimal(2), score=0.2, as_of=AS_OF - timedelta(days=1))

    assert [("ten", Decimal(3), "r1")] == ask(warehouse, "select key_result_id, value, run_id from scoreboard")
    assert [("shop", 0.3)] == ask(warehouse, "select objective_id, score from objective_scoreboard")

    save(warehouse, "r3", value=Decimal(4), score=0.4)

    assert [("ten", Decimal(4), "r3")] == ask(warehouse, "select key_result_id, value, run_id from scoreboard")
    assert [("shop", 0.4)] == ask(warehouse, "select objective_id, score from objective_scoreboard")
    assert [(3,)] == ask(warehouse, "select count(*) from key_result_score")


def test_a_day_judged_before_its_end_gives_way_to_what_is_known_later(warehouse: Warehouse, clock: Clock) -> None:
    """An as-of of tonight does not hold the scoreboard until then."""
    save(warehouse, "morning", value=Decimal(1), as_of=clock.now + timedelta(hours=12))
    clock.move(hours=3)
    save(warehouse, "noon", value=Decimal(2), as_of=clock.now)

    assert [("noon",)] == ask(warehouse, "select run_id from scoreboard")


def test_a_look_back_is_nobodys_newest_score(warehouse: Warehouse) -> None:
    """Rows of `okr score --as-of` are kept under their own as-of, and take no place on the scoreboard."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    save(warehouse, "r1", value=Decimal(3), score=0.3)
    run_id = warehouse.start_run(command="score --as-of", version="1", config_hash="")
    save(warehouse, run_id, value=Decimal(9), score=0.9, as_of=AS_OF + timedelta(days=1))

    assert [("ten", Decimal(3), "r1")] == ask(warehouse, "select key_result_id, value, run_id from scoreboard")
    assert [("shop", 0.3)] == ask(warehouse, "select objective_id, score from objective_scoreboard")
    assert [(2,)] == ask(warehouse, "select count(*) from key_result_score")


@pytest.mark.parametrize("zone", ["Europe/Oslo", "UTC", "America/New_York"])
@pytest.mark.parametrize("moment", [timedelta(0), timedelta(microseconds=-1)])
def test_grades_settle_when_the_scorecard_says(warehouse: Warehouse, zone: str, moment: timedelta) -> None:
    """SQL and the scorecard agree, to the microsecond, on when a grade no longer moves."""
    at = midnight(DUE + SETTLE + timedelta(days=1), ZoneInfo(zone)) + moment
    span = Span(date(2020, 4, 27), DUE, ZoneInfo(zone), at)

    asked = f"select has_settled(timestamptz '{at.isoformat()}', date '{DUE}', '{zone}')"

    assert [(span.has_settled,)] == ask(warehouse, asked)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "UTC", "America/New_York"])
@pytest.mark.parametrize("day", [date(2020, 3, 1), date(2020, 3, 29), date(2020, 4, 27), date(2020, 6, 6)])
def test_as_much_has_passed_as_the_scorecard_says(warehouse: Warehouse, zone: str, day: date) -> None:
    """SQL and the scorecard agree on the share of the time that has passed, a day of a clock change included."""
    at = midnight(day, ZoneInfo(zone)) + timedelta(hours=9)
    start = date(2020, 3, 2)
    span = Span(start, DUE, ZoneInfo(zone), at)

    asked = f"select elapsed_share(timestamptz '{at.isoformat()}', date '{start}', date '{DUE}', '{zone}')"

    assert [(pytest.approx(span.elapsed, abs=1e-12),)] == ask(warehouse, asked)


def test_owner_tags_and_weight_are_shown(warehouse: Warehouse) -> None:
    """The scoreboards say whose a key result or an objective is, what it is tagged with, and what it weighs."""
    written = {
        "timezone": "Europe/Oslo",
        "objective_weight": "9",
        "objective_owner": "Ola",
        "objective_tags": ["shop"],
        "key_result": {"owner": "Kari", "tags": ["mugs", "autumn"]},
    }
    warehouse.register_definitions([DefinitionRow("ten", "shop", "q2", json.dumps(written), "h", "")], at=AS_OF)
    save(warehouse, "r1", score=0.3)

    assert [("Kari", ["mugs", "autumn"])] == ask(warehouse, "select owner, tags from scoreboard")
    assert [("Ola", ["shop"], 9.0)] == ask(warehouse, "select owner, tags, weight from objective_scoreboard")


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


def test_what_scores_of_an_instant_followed_from(warehouse: Warehouse) -> None:
    """The hashes of exactly that instant are read back, each once."""
    for number, (seconds, hash_) in enumerate(((0, "a"), (0, "a"), (0, "b"), (1, "c"))):
        save(warehouse, f"r{number}", as_of=AS_OF + timedelta(seconds=seconds), input_hash=hash_)

    assert [("ten", "a"), ("ten", "b")] == sorted(warehouse.kept_hashes(AS_OF).iter_rows())


def test_a_restated_grade_is_the_new_one(warehouse: Warehouse) -> None:
    """Of several grades after closing the one saved last counts."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    for number, score in enumerate((0.7, 0.8)):
        save(warehouse, f"r{number}", as_of=FREEZES + timedelta(days=9 - number), score=score)

    assert [0.8] == warehouse.frozen_scores()["score"].to_list()


def test_of_looks_at_the_future_the_last_of_each_day_is_kept(warehouse: Warehouse) -> None:
    """An hour later another fan takes the place; days end in the key result's zone; every score stays."""
    warehouse.register_definitions([DEFINITION], at=warehouse.now())
    evening = datetime(2020, 5, 16, 21, 30, tzinfo=UTC)  # half past eleven in Oslo
    for hours in range(4):
        save(warehouse, f"r{hours}", as_of=evening + timedelta(hours=hours))
    warehouse.tidy()

    assert [("r0",), ("r3",)] == ask(warehouse, "select run_id from key_result_forecast order by all")
    assert [("r0",), ("r3",)] == ask(warehouse, "select run_id from key_result_whatif order by all")
    assert [("r3",)] == ask(warehouse, "select run_id from scoreboard")
    assert [(4,)] == ask(warehouse, "select count(*) from key_result_score")


def test_a_look_back_takes_no_fan_away(warehouse: Warehouse) -> None:
    """What was foreseen on a day stays beside what is foreseen for it later; of looks back the newest stays."""
    save(warehouse, "on-the-day")
    for version in ("1", "2"):
        run_id = warehouse.start_run(command="score --as-of", version=version, config_hash="")
        save(warehouse, run_id)
    warehouse.tidy()

    assert [("on-the-day",), (run_id,)] == ask(warehouse, "select run_id from key_result_forecast order by run_id desc")


def test_the_newest_fan_stays_when_an_earlier_hour_is_judged_after_it(warehouse: Warehouse) -> None:
    """What the page shows is never dropped: the order is the scoreboard's."""
    save(warehouse, "noon")
    save(warehouse, "morning", as_of=AS_OF - timedelta(hours=3))
    warehouse.tidy()

    assert [("noon",)] == ask(warehouse, "select run_id from key_result_forecast join scoreboard using (run_id)")
    assert [("noon",)] == ask(warehouse, "select run_id from key_result_forecast")


def test_days_are_versions_of_which_the_newest_shows(warehouse: Warehouse) -> None:
    """A day told again as it was adds nothing; one that is no longer told is closed; tidying leaves what shows."""
    shown = "select day, value from key_result_daily order by day"
    first, second = AS_OF.date(), (AS_OF + timedelta(days=1)).date()
    save(warehouse, "r1", value=Decimal(3))
    save(warehouse, "r2", value=Decimal(3))
    assert [("r1",)] == ask(warehouse, "select run_id from key_result_day_version")

    save(warehouse, "r3", value=Decimal(4))
    assert [(first, Decimal(4))] == ask(warehouse, shown)

    save(warehouse, "r4", value=Decimal(5), as_of=AS_OF + timedelta(days=1))
    assert [(second, Decimal(5))] == ask(warehouse, shown)
    kept = [("r1", False), ("r3", False), ("r4", False), ("r4", True)]
    assert kept == ask(warehouse, "select run_id, removed from key_result_day_version order by all")

    warehouse.tidy()
    assert [(second, Decimal(5))] == ask(warehouse, shown)
    assert [(2,)] == ask(warehouse, "select count(*) from key_result_day_version")
