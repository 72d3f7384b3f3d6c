"""What people wrote, which no source can tell again: check-ins, decisions and notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb

from warehouse.engine import append, quoted, tables_of
from warehouse.writing import Write

WRITTEN: Mapping[str, str] = {"check_in": "key_result_id", "decision": "key_result_id", "note_version": "name"}
"""Tables of what people wrote, with the column that, beside the instant, names a row."""

Written = set[tuple[str, datetime]]


@dataclass(frozen=True)
class Note:
    """
    What happened: its words, first and last day, and what it is about.

    Without a metric and without a key result it is about everything.
    """

    name: str
    first_day: date
    last_day: date
    metric: str | None = None
    key_result_id: str | None = None
    author: str = ""


@dataclass(frozen=True)
class Words:
    """Of an open warehouse. write: writes as one transaction. now: the next instant of its clock."""

    write: Write
    now: Callable[[], datetime]

    def add_check_in(  # noqa: PLR0913 - what a person may say, and of when
        self,
        key_result_id: str,
        *,
        author: str,
        value: Decimal | None = None,
        confidence: float | None = None,
        note: str = "",
        at: datetime | None = None,
    ) -> datetime:
        """Keep what a person said, and return when."""
        at = at or self.now()
        stated = {"value": value, "confidence": confidence, "note": note}
        row = {"key_result_id": key_result_id, "at": at, "author": author, **stated}
        self.write(lambda connection: append(connection, "check_in", row))
        return at

    def add_decision(self, key_result_id: str, *, author: str, text: str) -> datetime:
        """Keep what was decided about a key result, and return when."""
        at = self.now()
        row = {"key_result_id": key_result_id, "at": at, "author": author, "text": text}
        self.write(lambda connection: append(connection, "decision", row))
        return at

    def add_note(self, note: Note) -> datetime:
        """Keep a note, in place of one of its name; return when."""
        return self._write(note, removed=False)

    def remove_note(self, note: Note) -> datetime:
        """Take a note back, in the name of its `author`; return when."""
        return self._write(note, removed=True)

    def _write(self, note: Note, *, removed: bool) -> datetime:
        at = self.now()
        self.write(lambda connection: append(connection, "note_version", {**vars(note), "at": at, "removed": removed}))
        return at


def read_written(connection: duckdb.DuckDBPyConnection) -> dict[str, Written]:
    """Return by table what each row is about and when it was written; an older file has not every table."""
    found: dict[str, Written] = {}
    there = tables_of(connection)
    for table, column in WRITTEN.items():
        sql = f'select {column}, "at" from {quoted(table)}'  # noqa: S608 - names of ours
        found[table] = set(connection.execute(sql).fetchall()) if table in there else set()
    return found
