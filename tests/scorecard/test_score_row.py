"""The row of a score (scorecard/score_row.py) and the tables and views that hold it (scorecard.schemas)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from scorecard.schemas import ADDED, DAILY, FORECAST, KEY_RESULTS, OBJECTIVES, WHATIF, Schema
from scorecard.score_row import ObjectiveRow, ScoreRow, worst_first
from warehouse.migrating import migrate

SAVED = {"run_id", "saved_at"}


@pytest.fixture
def laid() -> duckdb.DuckDBPyConnection:
    """Return a new warehouse with its tables and views."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    migrate(connection, where="memory")
    return connection


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, pl.DataType]:
    return dict(pl.DataFrame(connection.sql(f"from {table} limit 0")).schema)


def _kept(schema: Schema) -> dict[str, object]:
    return {name: kind for name, kind in schema.items() if name != "confidence"}


@pytest.mark.parametrize(
    ("table", "schema", "added"),
    [
        ("key_result_score", KEY_RESULTS, SAVED),
        ("objective_score", OBJECTIVES, SAVED),
        ("key_result_daily", DAILY, set()),
        ("key_result_forecast", FORECAST, {"run_id"}),
        ("key_result_whatif", WHATIF, {"run_id"}),
    ],
)
def test_tables_hold_the_rows(laid: duckdb.DuckDBPyConnection, table: str, schema: Schema, added: set[str]) -> None:
    """What the migrations made has the rows' columns and types, and what keeping adds; counts may be narrower."""
    columns = _columns(laid, table)

    assert set(schema) | added == set(columns)
    assert _kept(schema) == {name: columns[name] for name in _kept(schema)}
    assert "confidence" not in columns or columns["confidence"] == pl.Int32


@pytest.mark.parametrize(("view", "row"), [("scoreboard", ScoreRow), ("objective_scoreboard", ObjectiveRow)])
def test_views_show_the_rows(laid: duckdb.DuckDBPyConnection, view: str, row: type[ScoreRow | ObjectiveRow]) -> None:
    """The views that people query show every column of a row, in its order, and no other."""
    assert list(row.columns()) == list(_columns(laid, view))


def test_frames_have_what_judging_gives() -> None:
    """A frame of scores has the row's columns but for those that are added later."""
    assert set(ScoreRow.columns()) - set(KEY_RESULTS) == set(ADDED) & set(ScoreRow.columns())
    assert set(ObjectiveRow.columns()) - set(OBJECTIVES) == set(ADDED) & set(ObjectiveRow.columns())


def test_a_row_comes_back_as_it_was() -> None:
    """Columns go out and come in by name; one that is missing is not known."""
    row = ScoreRow.of({"key_result_id": "ten", "flags": ["stale"], "nonsense": 1})

    assert row == ScoreRow.of(row.as_row())
    assert ("ten", ["stale"], None) == (row.key_result_id, row.flags, row.value)


def test_worst_first() -> None:
    """By status, then by chance with an unknown one last, then by name."""
    usual = ScoreRow.of({"key_result_id": "a", "status": "on_track", "probability": 0.5})
    rows = [
        replace(usual, key_result_id="c", probability=None),
        replace(usual, key_result_id="b"),
        usual,
        replace(usual, key_result_id="d", status="missed", probability=0.0),
        replace(usual, key_result_id="e", status="no_data", probability=None),
        replace(usual, key_result_id="f", probability=0.4),
    ]

    assert ["d", "e", "f", "a", "b", "c"] == [row.key_result_id for row in sorted(rows, key=worst_first)]


@pytest.mark.parametrize(
    ("zone", "as_of", "days"),
    [
        ("UTC", datetime(2026, 11, 21, tzinfo=UTC), 51),
        ("UTC", datetime(2026, 11, 21, 0, 1, tzinfo=UTC), 52),
        ("Europe/Oslo", datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 52),
        ("Europe/Oslo", datetime(2026, 11, 20, 23, tzinfo=UTC), 51),
        ("America/New_York", datetime(2026, 11, 21, 5, tzinfo=UTC), 51),
        ("UTC", datetime(2026, 9, 1, tzinfo=UTC), 0),
        ("UTC", datetime(2027, 9, 1, tzinfo=UTC), 92),
    ],
)
def test_days_passed(zone: str, as_of: datetime, days: int) -> None:
    """Days are counted in the key result's zone, the one that an instant lies in or ends included."""
    row = replace(ScoreRow.of({"start": date(2026, 10, 1), "due": date(2026, 12, 31)}), as_of=as_of)

    assert days == len(row.span(ZoneInfo(zone)).days)
