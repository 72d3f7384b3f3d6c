"""Grades are taken down once (warehouse.grading)."""

from datetime import UTC, datetime

import pytest

from okr_config.errors import UsageError
from tests.warehouse.deliveries import ask
from warehouse import Warehouse

ROW = {
    "period_id": "q4",
    "key_result_id": "sales",
    "score": 0.7,
    "committed": False,
    "status": "missed",
    "hit": False,
    "learned": "",
    "as_of": datetime(2027, 1, 1, tzinfo=UTC),
}


def test_a_period_is_closed_once(warehouse: Warehouse) -> None:
    """A second close keeps the first one's grades."""
    at = warehouse.grades.keep("q4", [ROW], author="Kari")
    with pytest.raises(UsageError, match="q4 is closed already"):
        warehouse.grades.keep("q4", [{**ROW, "score": 1.0}], author="Ola")

    assert [("sales", 0.7, "Kari", at)] == ask(warehouse, "select key_result_id, score, author, closed_at from grade")
