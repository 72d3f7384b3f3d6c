"""What people write: check-ins and notes (warehouse.words)."""

from dataclasses import replace
from datetime import date, timedelta

from tests.conftest import Clock
from tests.warehouse.deliveries import ask
from warehouse import Warehouse
from warehouse.extents import Extent
from warehouse.words import Note

CAMPAIGN = Note("campaign", date(2026, 10, 12), date(2026, 10, 25), metric="web.visitors", author="kari")


def test_a_note_is_known_from_when_it_was_written_until_it_is_taken_back(warehouse: Warehouse, clock: Clock) -> None:
    """What stood at an instant can be asked for ever."""
    before = warehouse.now()
    written = warehouse.words.add_note(CAMPAIGN)
    clock.move(hours=1)
    warehouse.words.remove_note(replace(CAMPAIGN, author="ola"))
    row = (*list(vars(CAMPAIGN).values())[:5], "kari", written)

    assert [] == warehouse.notes(before).rows()
    assert [row] == warehouse.notes(written).rows()
    assert [] == warehouse.notes().rows()


def test_a_note_of_the_future_is_dated_to_now(warehouse: Warehouse, clock: Clock) -> None:
    """No clock makes untrue what a person wrote."""
    now = clock.now
    clock.move(days=300)
    warehouse.words.add_note(CAMPAIGN)
    warehouse.words.add_check_in("kr", author="kari")
    clock.now = now
    taken = warehouse.repairs.repair()

    assert taken
    assert 2 == taken.written
    assert [(now,)] == ask(warehouse, 'select "at" from note')
    assert [(now,)] == ask(warehouse, 'select "at" from check_in')


def test_how_far_a_warehouse_goes_counts_notes() -> None:
    """Where there are none, nothing is said of them."""
    assert "0 runs, 0 check-ins, 1 note" == str(Extent(notes=1))
    assert "0 runs, 0 check-ins" == str(Extent())


def test_what_is_newest_may_be_a_note(warehouse: Warehouse) -> None:
    """The clock of a folder never goes behind a note."""
    at = warehouse.words.add_note(CAMPAIGN)

    assert at + timedelta(microseconds=1) <= warehouse.now()
