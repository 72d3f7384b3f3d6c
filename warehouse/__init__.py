"""
The warehouse: one DuckDB file in which nothing is lost and nothing is doubled.

Names are imported when they are first used, so that `import warehouse` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.contracts import DefinitionRow, Load, SeriesRequest, SourceRow, WholeReading
    from warehouse.locking import hold_run_lock
    from warehouse.opening import open_warehouse
    from warehouse.store import Warehouse

_HOMES = {
    "DefinitionRow": "contracts",
    "Load": "contracts",
    "SourceRow": "contracts",
    "SeriesRequest": "contracts",
    "WholeReading": "contracts",
    "Warehouse": "store",
    "hold_run_lock": "locking",
    "open_warehouse": "opening",
}

__all__ = [
    "DefinitionRow",
    "Load",
    "SeriesRequest",
    "SourceRow",
    "Warehouse",
    "WholeReading",
    "hold_run_lock",
    "open_warehouse",
]


def __getattr__(name: str) -> object:
    """Import a name's module on its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
