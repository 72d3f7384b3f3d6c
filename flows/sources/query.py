"""Asks a DuckDB file that is not the warehouse, behind the same wall as every query that is not ours."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.query_sandbox import run_query


def ask_database(
    path: Path, sql: str, variables: Mapping[str, datetime]
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """
    Return column names and rows of one SELECT.

    Raises:
        UsageError: when it is none, is wrong, or uses more than the limits.
    """
    result = run_query(path, sql, variables=variables)
    return result.columns, result.rows
