"""What a folder shows, held against the folders that it may be."""

from collections.abc import Iterator

from tests.simulator.chance import broken_laws
from tests.simulator.folder import Shown
from tests.simulator.oracle import State


class OracleError(AssertionError):
    """What the folder shows is none of what the oracle allows."""


def fitting(states: set[State], shown: Shown, *, has_days: bool) -> set[State]:
    """
    Return the states that fit what is published. has_days: whether the numbers of each day are those of its board.

    Raises:
        OracleError: where none does, or what is published contradicts itself.
    """
    found = {
        one
        for one in states
        if one.board.numbers == shown.board.numbers
        and (not has_days or one.board.days == shown.board.days)
        and one.check_ins == shown.check_ins
    }
    if not found:
        lines = min((list(_differences(one, shown)) for one in states), key=len, default=[])
        raise OracleError(
            "\n  ".join([f"none of {len(states)} possible folders is what is published; by the nearest:", *lines])
        )
    if broken := broken_laws(shown.rows, shown.objectives, shown.fans):
        raise OracleError("\n  ".join(["what is published contradicts itself:", *broken]))
    return found


def _differences(one: State, shown: Shown) -> Iterator[str]:
    expected, found = dict(one.board.numbers), dict(shown.board.numbers)
    for name in sorted({*expected, *found}):
        if expected.get(name) != found.get(name):
            yield f"{name}: expected {expected.get(name)}, found {found.get(name)}"
    for day in sorted({*one.board.days} ^ {*shown.board.days}):
        yield f"{'expected' if day in one.board.days else 'found'} {day[0]} {day[1]} {day[2]}"
    if one.check_ins != shown.check_ins:
        yield f"check-ins: expected {one.check_ins}, found {shown.check_ins}"
