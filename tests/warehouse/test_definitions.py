"""Definitions over time: edits close and open, nothing is forgotten."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.conftest import Clock
from tests.warehouse.deliveries import ask
from warehouse import DefinitionRow, Warehouse

TEN = DefinitionRow("ten", "shop", "q4", '{"target": 10}', "h10", "")
TWELVE = replace(TEN, definition_json='{"target": 12}', definition_hash="h12", reason="wider range")
OTHER = DefinitionRow("other", "shop", "q4", '{"target": 1}', "h1", "")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_a_first_definition_counts_from_the_beginning(warehouse: Warehouse) -> None:
    """The past can be judged by what was defined later, as long as nothing else was."""
    assert ["ten"] == warehouse.register_definitions([TEN], at=warehouse.now())

    assert ['{"target": 10}'] == warehouse.definitions(as_of=LONG_AGO, known_at=None)


def test_the_same_again_is_no_change(warehouse: Warehouse) -> None:
    """Seeing a definition again changes nothing."""
    warehouse.register_definitions([TEN], at=warehouse.now())

    assert [] == warehouse.register_definitions([TEN], at=warehouse.now())


def test_an_edit_counts_from_when_it_was_seen(warehouse: Warehouse, clock: Clock) -> None:
    """Before the edit the old version is in force, from it on the new one; both stay."""
    warehouse.register_definitions([TEN], at=warehouse.now())
    clock.move(days=1)
    edited_at = warehouse.now()

    assert ["ten"] == warehouse.register_definitions([TWELVE], at=edited_at)

    assert ['{"target": 10}'] == warehouse.definitions(as_of=edited_at - timedelta(microseconds=1), known_at=None)
    assert ['{"target": 12}'] == warehouse.definitions(as_of=edited_at, known_at=None)
    history = ask(warehouse, "select valid_to, reason from key_result_definition order by seen_at")
    assert [(edited_at, ""), (None, "wider range")] == history


def test_a_definition_was_not_known_before_it_was_seen(warehouse: Warehouse) -> None:
    """As known at an instant, later edits and later key results do not exist."""
    nothing = warehouse.now()
    warehouse.register_definitions([TEN], at=warehouse.now())
    ten = warehouse.now()
    warehouse.register_definitions([TWELVE, OTHER], at=LONG_AGO)
    now = warehouse.now()

    assert [] == warehouse.definitions(as_of=now, known_at=nothing)
    assert ['{"target": 10}'] == warehouse.definitions(as_of=now, known_at=ten)
    assert ['{"target": 12}', '{"target": 1}'] == warehouse.definitions(as_of=now, known_at=now)


def test_one_that_is_removed_ends_and_may_return(warehouse: Warehouse, clock: Clock) -> None:
    """A key result that is taken out stays in history, and one that comes back counts from then."""
    warehouse.register_definitions([TEN, OTHER], at=warehouse.now())
    clock.move(days=1)
    removed_at = warehouse.now()
    assert ["ten"] == warehouse.register_definitions([OTHER], at=removed_at)
    clock.move(days=1)
    back_at = warehouse.now()
    assert ["ten"] == warehouse.register_definitions([OTHER, TEN], at=back_at)

    in_force = [
        sorted(warehouse.definitions(as_of=instant, known_at=None)) for instant in (LONG_AGO, removed_at, back_at)
    ]

    both = ['{"target": 10}', '{"target": 1}']
    assert [sorted(both), ['{"target": 1}'], sorted(both)] == in_force


def test_definitions_come_in_the_order_of_the_config(warehouse: Warehouse) -> None:
    """The order of the files is kept: it is the order of the scoreboard's sums."""
    rows = [replace(TEN, key_result_id=f"kr{number}", definition_json=f"{number}") for number in (3, 1, 2)]
    warehouse.register_definitions(rows, at=warehouse.now())

    assert ["3", "1", "2"] == warehouse.definitions(as_of=LONG_AGO, known_at=None)


def test_a_rename_carries_history(warehouse: Warehouse, clock: Clock) -> None:
    """Old versions speak of the new id, nothing is new or gone, and the word in the config may stay."""
    old = replace(TEN, definition_json='{"key_result": {"id": "ten", "target": 10}}')
    new = replace(
        old,
        key_result_id="dozen",
        definition_json='{"key_result": {"id": "dozen", "target": 10}}',
        definition_hash="h11",
        renamed_from="ten",
    )
    warehouse.register_definitions([old], at=warehouse.now())
    clock.move(days=1)

    assert ["dozen"] == warehouse.register_definitions([new], at=warehouse.now())
    assert [] == warehouse.register_definitions([new], at=warehouse.now())

    (then,) = warehouse.definitions(as_of=LONG_AGO, known_at=None)
    assert {"key_result": {"id": "dozen", "target": 10}} == json.loads(then)
    assert [("dozen",)] == ask(warehouse, "select distinct key_result_id from key_result_definition_version")


def test_a_rename_leaves_another_history_alone(warehouse: Warehouse) -> None:
    """What has versions under its new id keeps them."""
    warehouse.register_definitions([TEN, OTHER], at=warehouse.now())

    assert ["ten"] == warehouse.register_definitions([replace(OTHER, renamed_from="ten")], at=warehouse.now())
