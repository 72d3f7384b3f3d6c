"""Grades of closed key results: taken down once, and never again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from okr_config.errors import UsageError
from warehouse.engine import append, first_row
from warehouse.writing import Write


@dataclass(frozen=True)
class Grades:
    """Of an open warehouse. write: writes as one transaction. now: the next instant of its clock."""

    write: Write
    now: Callable[[], datetime]

    def keep(self, period_id: str, rows: Sequence[Mapping[str, Any]], *, author: str) -> datetime:
        """
        Take down the grades of a period; return when.

        Args:
            period_id: the period that is closed.
            rows: columns of `grade`, but for who closed it and when.
            author: who closes it.

        Raises:
            UsageError: when it is closed already; its grades stay.
        """
        at = self.now()

        def keep(connection: duckdb.DuckDBPyConnection) -> None:
            if first_row(connection, "from grade where period_id = $period limit 1", {"period": period_id}):
                raise UsageError(
                    f"{period_id} is closed already", next_step=f"okr close {period_id}, to see its grades"
                )
            for row in rows:
                append(connection, "grade", {**row, "author": author, "closed_at": at})

        self.write(keep)
        return at
