"""What a new version of the program would change in a warehouse, which is only read for it."""

from warehouse.door import Door
from warehouse.engine import in_plain_words
from warehouse.lakes import connect_to
from warehouse.migrating import Upgrade, upgrade_of


def pending(door: Door) -> Upgrade:
    """
    Return what opening a warehouse for writing would change.

    Raises:
        WarehouseError: when it is locked, damaged, newer than this program, or no warehouse.
    """
    with in_plain_words(door), connect_to(door, read_only=True) as connection:
        return upgrade_of(connection, where=str(door))
