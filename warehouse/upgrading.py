"""What a new version of the program would change in a warehouse, which is only read for it."""

from pathlib import Path

from warehouse.engine import connect, in_plain_words
from warehouse.migrating import Upgrade, upgrade_of


def pending(path: Path) -> Upgrade:
    """
    Return what opening a warehouse for writing would change.

    Raises:
        WarehouseError: when it is locked, damaged, newer than this program, or no warehouse.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return upgrade_of(connection, where=str(path))
