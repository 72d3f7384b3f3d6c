"""Fixtures of the simulator's tests: what flows' tests begin with."""

from tests.flows.conftest import _new_warehouses_are_copies, empty_warehouses

__all__ = ["_new_warehouses_are_copies", "empty_warehouses"]
