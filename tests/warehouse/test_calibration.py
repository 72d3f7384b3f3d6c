"""What was said of key results that have closed since, and what came."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okr_config.models import KeyResult
from tests.conftest import Clock
from tests.warehouse.test_scores import save
from warehouse import DefinitionRow, Warehouse
from warehouse.sql_files import read_sql

START, DUE = date(2020, 4, 27), date(2020, 6, 5)
BEGINS = datetime(2020, 4, 26, 22, tzinfo=UTC)  # 00:00 in Oslo
SETTLED = datetime(2020, 6, 8, 22, tzinfo=UTC)


def define(warehouse: Warehouse, digest: str = "h", **goal: Any) -> None:  # noqa: ANN401 - keys of a key result
    """Register the key result with a goal."""
    key_result = {"kind": "total", "metric": "shop.orders", "target": "10", "changes": []} | goal
    text = json.dumps({"timezone": "Europe/Oslo", "key_result": key_result})
    row = DefinitionRow("ten", "shop", "q2", text, digest, "")
    warehouse.register_definitions([row], at=warehouse.now())


def say(warehouse: Warehouse, clock: Clock, days: float, probability: float | None, **row: Any) -> None:  # noqa: ANN401 - columns
    """Publish a chance some days into the period, by a clock that stands there."""
    clock.now = BEGINS + timedelta(days=days)
    columns: dict[str, Any] = {"start": START, "status": "on_track", "probability": probability, "kind": "total"}
    save(warehouse, f"r{days}-{probability}", as_of=clock.now, **columns | {"confidence_stated": 7.0} | row)


def close(warehouse: Warehouse, clock: Clock, status: str = "achieved", **row: Any) -> None:  # noqa: ANN401 - columns
    """Publish the settled grade."""
    clock.now = SETTLED
    save(warehouse, f"closed-{status}", as_of=SETTLED, **{"start": START, "status": status, "score": 1.0} | row)


@pytest.fixture
def ran(warehouse: Warehouse, clock: Clock) -> Warehouse:
    """Return a warehouse in which chances were published at 0, 10, 20, 45, 75 and 90 % of the time."""
    clock.now = BEGINS - timedelta(days=2)
    define(warehouse)
    for days, probability in ((-1, 0.4), (4, 0.5), (8, 0.6), (18, 0.7), (30, 0.8), (36, 0.9)):
        say(warehouse, clock, days, probability)
    return warehouse


def rows(warehouse: Warehouse) -> list[tuple[float, float]]:
    """Return stage and chance of each row."""
    return warehouse.calibration().select("stage", "measured").rows()


def test_nothing_closed_nothing_to_tell(ran: Warehouse) -> None:
    """While the key result runs there is no row."""
    assert [] == rows(ran)


def test_one_row_a_quarter(ran: Warehouse, clock: Clock) -> None:
    """The newest chance at or before 0, 25, 50 and 75 % counts; what was said later does not."""
    close(ran, clock)

    assert [(0.0, 0.4), (0.25, 0.6), (0.5, 0.7), (0.75, 0.8)] == rows(ran)


def test_both_brier_scores(ran: Warehouse, clock: Clock) -> None:
    """Ours and the team's, against what came."""
    close(ran, clock, "missed")
    row = ran.calibration().row(-1, named=True)

    assert (False, 0.7, "q2", DUE) == tuple(row[name] for name in ("hit", "stated", "period_id", "due"))
    assert (0.64, 0.49) == pytest.approx((row["brier"], row["brier_stated"]))
    assert 0.75 == row["elapsed"]


def test_closing_again_changes_nothing(ran: Warehouse, clock: Clock) -> None:
    """Later scores of a settled key result leave the rows as they were."""
    close(ran, clock)
    before = ran.calibration()
    clock.move(days=3)
    save(ran, "later", as_of=clock.now, start=START, status="achieved", score=1.0)

    assert before.equals(ran.calibration())


def test_known_only_once_closed(ran: Warehouse, clock: Clock) -> None:
    """As it was known before the close there is nothing to learn from."""
    close(ran, clock)
    clock.move(days=1)

    assert 0 == ran.calibration(SETTLED - timedelta(days=1)).height
    assert 4 == ran.calibration(clock.now).height


def test_hindsight_does_not_count(ran: Warehouse, clock: Clock) -> None:
    """A past day that is scored again later was not said at the time."""
    close(ran, clock)
    clock.move(days=1)
    save(ran, "again", as_of=BEGINS + timedelta(days=9), start=START, status="on_track", probability=0.99)

    assert (0.25, 0.6) in rows(ran)


def test_what_was_decided_was_no_forecast(warehouse: Warehouse, clock: Clock) -> None:
    """A chance of 1 or 0 that nothing could change any more is left out."""
    clock.now = BEGINS
    define(warehouse)
    say(warehouse, clock, 8, 0.6)
    say(warehouse, clock, 9, 1.0, status="achieved")
    say(warehouse, clock, 18, 0.0, status="missed")
    close(warehouse, clock)

    assert [(0.25, 0.6)] == rows(warehouse)


def test_what_can_be_lost_again_was_a_forecast(warehouse: Warehouse, clock: Clock) -> None:
    """A week that is good enough for now has a chance like any other: leaving it out would be choosing the lucky."""
    clock.now = BEGINS
    define(warehouse)
    say(warehouse, clock, 8, 0.6, status="achieved")
    close(warehouse, clock, "missed")

    assert [(0.25, 0.6)] == rows(warehouse)


def test_an_earlier_goal_does_not_count(ran: Warehouse, clock: Clock) -> None:
    """Chances of reaching another target say nothing about this one."""
    clock.now = BEGINS + timedelta(days=33)
    define(ran, "h2", target="12")
    close(ran, clock, definition_hash="h2")

    assert [] == rows(ran)


def test_a_dated_change_counts_from_its_day(warehouse: Warehouse, clock: Clock) -> None:
    """With a change of the target on the 20th day, what was said before it is left out."""
    clock.now = BEGINS - timedelta(days=2)
    define(warehouse, changes=[{"on": "2020-05-16", "target": "12"}])
    for days, probability in ((8, 0.6), (18, 0.7), (30, 0.8)):
        say(warehouse, clock, days, probability)
    close(warehouse, clock)

    assert [(0.75, 0.8)] == rows(warehouse)


def test_no_chance_no_row(warehouse: Warehouse, clock: Clock) -> None:
    """A score without a chance is not counted as one, and without a stated confidence only ours is."""
    clock.now = BEGINS
    define(warehouse)
    say(warehouse, clock, 8, 0.6)
    say(warehouse, clock, 9, None)
    say(warehouse, clock, 19, 0.65, confidence_stated=None)
    close(warehouse, clock)
    found = warehouse.calibration()

    assert [0.6, 0.65] == found["measured"].to_list()
    assert [False, True] == found["brier_stated"].is_null().to_list()


def test_every_key_of_a_goal_is_compared() -> None:
    """A chance counts for the goal it was said of: each key either makes another goal, or is known not to."""
    same_goal = {
        "id", "title", "description", "owner", "tags", "weight", "confidence", "pace", "max_age", "status",
        "changes",  # compared by their days
        "renamed_from",  # the same under another name
        "sql", "steps",  # of kinds that no chance is foreseen for
    }  # fmt: skip
    listed = re.search(r"for name in \[(.*?)\]", read_sql("marts/60_calibration.sql"), re.DOTALL)

    assert listed is not None
    assert set(KeyResult.model_fields) - same_goal == set(re.findall(r"'(\w+)'", listed[1]))
