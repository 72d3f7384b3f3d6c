"""Uniqueness as a check of ours: each table holds one row for what its grain says, and no more."""

from collections.abc import Mapping

import duckdb

from warehouse.engine import first_row
from warehouse.landing import KINDS
from warehouse.sql_files import read_sql

KEYS: Mapping[str, tuple[str, ...]] = {
    **{kind.table: ("source_id", *kind.key) for kind in KINDS.values()},
    "calibration": ("key_result_id", "stage"),
    "counted_source": ("source_id",),
    "customer_key": ("fingerprint", "seen_at"),
    "check_in": ("key_result_id", "at"),
    "decision": ("key_result_id", "at"),
    "exchange_rate": ("currency", "day"),
    "frozen_score": ("key_result_id",),
    "grade": ("period_id", "key_result_id"),
    "key_result_daily": ("key_result_id", "day"),
    "key_result_definition": ("key_result_id", "seen_at"),
    "key_result_forecast": ("key_result_id", "run_id", "day"),
    "key_result_score": ("key_result_id", "run_id"),
    "key_result_whatif": ("key_result_id", "run_id", "place"),
    "load": ("load_id",),
    "metric_daily": ("metric", "source_id", "currency", "day"),
    "metric_observation": (
        "metric",
        "source_id",
        "account",
        "grain",
        "period_start",
        "observed_at",
        "currency",
        "loaded_at",
    ),
    "note": ("name",),
    "notification": ("kind", "recipient", "subject", "at", "state"),
    "objective_score": ("period_id", "objective_id", "run_id"),
    "objective_scoreboard": ("period_id", "objective_id"),
    "purge": ("purged_at",),
    "quality_check": ("check_id", "source_id", "subject", "run_id"),
    "quarantine": ("load_id", "row_number"),
    "reconciliation": ("load_id",),
    "refused_row": ("load_id", "row_number"),
    "repair": ("repaired_at",),
    "restatement": (
        "key_result_id",
        "metric",
        "source_id",
        "account",
        "grain",
        "observed_at",
        "currency",
        "day",
        "run_id",
    ),
    "run": ("run_id",),
    "scoreboard": ("key_result_id",),
    "shop_covered_day": ("source_id", "day"),
    "source_account": ("source_id", "account", "seen_at"),
    "source_freshness": ("source_id", "stream"),
    "vendor_total": ("source_id", "metric", "day", "currency"),
    "source_version": ("source_id", "registered_at"),
}
"""The columns that name one row, of every table and view whose grain is stated beside it."""


def find_doubled(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return a sentence for each table that holds more than one row of a name."""
    found = []
    for table, columns in KEYS.items():
        key = ", ".join(f'"{column}"' for column in columns)
        row = first_row(connection, read_sql("doubled_row.sql").format(table=table, key=key))
        if row:
            name = ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
            found.append(f"{table}: more than one row for {name}")
    return found
