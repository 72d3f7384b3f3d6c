"""
Does a warehouse hold together: every table's grain, versions, references, sums, the ledger, and the copy beside it.

Each file of `sql/verify/` is one check: its query returns the places where something is broken, as `place` and `found`.
Its first lines say what that means (`what`), which tables it is repeated for (`of`), whether it may be right all the
same (`severity: warning`), and what heals it (`next`; without it, a whole copy or backup in the file's place).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb

from okr_config.errors import OkrError, WarehouseError
from warehouse.checking import KEYS, find_doubled
from warehouse.clock import require_clock
from warehouse.door import Door
from warehouse.engine import connect, first_row, in_plain_words, quoted
from warehouse.extents import counted, extent_of, require_all
from warehouse.lakes import connect_to
from warehouse.landing import KINDS
from warehouse.migrating import migrate, require_current
from warehouse.sources import FIRST_KEY
from warehouse.sql_files import read_folder
from warehouse.table_hashes import CONTENT, main_tables

_SAID = re.compile(r"^-- (what|of|severity|next): (.+)$", re.MULTILINE)
_OBSERVATION = tuple(column for column in KEYS["metric_observation"] if column != "loaded_at")
_LANDED = {f"{kind.table}_version": (("source_id", *kind.key), "loaded_at") for kind in KINDS.values()}
_CLOSING = {
    **_LANDED,
    "metric_observation_version": (_OBSERVATION, "loaded_at"),
    "key_result_definition_version": (("key_result_id",), "seen_at"),
    "note_version": (("name",), "at"),
}
_VERSIONS = {
    **_CLOSING,
    "key_result_day_version": (("key_result_id", "day"), "saved_at"),
    "source_version": (("source_id",), "registered_at"),
}
_GROUPS = {"landed": _LANDED, "closing": _CLOSING, "versions": _VERSIONS}
"""Tables of versions: the columns that name a row, and the instant from which on a version counts."""


@dataclass(frozen=True)
class Finding:
    """
    What does not hold. where: file, table and row. heals: the command; empty: a whole file in this one's place.

    A warning may be right all the same.
    """

    check: str
    severity: str
    what: str
    where: str
    heals: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it cannot be right."""
        return self.severity == "error"


def check_warehouse(door: Door, *, now: datetime) -> list[Finding]:
    """
    Return what does not hold in a warehouse that nobody writes to; it is read to its last block.

    Raises:
        WarehouseError: when it cannot be opened at all, or is another program's.
    """
    path = str(door)
    with in_plain_words(door), connect_to(door, read_only=True) as connection:
        try:
            require_current(connection, where=path)
        except WarehouseError:
            what = "it has the tables of another version of this program"
            return [Finding("schema", "warning", what, path, "okr run, which brings it up to date")]
        except duckdb.CatalogException:
            return [Finding("schema", "error", "it does not tell its schema", path)]
        if lacking := sorted(_shipped_columns() - _columns(connection)):
            more = f"; {len(lacking) - 1} more like it" if len(lacking) > 1 else ""
            table, column = lacking[0]
            return [
                Finding(
                    "schema", "error", f"a column that it should have is missing{more}", f"{path}: {table}.{column}"
                )
            ]
        return list(_findings(connection, path, now))


@cache
def _shipped_columns() -> frozenset[tuple[str, str]]:
    """Return table and column of everything that this program lays."""
    with connect(Path(":memory:")) as connection:
        migrate(connection, where="memory")
        return _columns(connection)


def _columns(connection: duckdb.DuckDBPyConnection) -> frozenset[tuple[str, str]]:
    found = connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name in ('main', 'metric')"
    )
    return frozenset(found.fetchall())


def compare(door: Door, copy: Path) -> list[Finding]:
    """Return in what a warehouse and the copy that people read are not the same; the warehouse can be read."""
    if not copy.exists():
        return [Finding("copy", "warning", "there is no published copy", str(copy), "okr run, which publishes one")]
    publishes = "okr run, which publishes it anew"
    with connect_to(door, read_only=True) as connection:
        try:
            require_all(connection, door, copy)
        except WarehouseError as error:
            return [Finding("copy", "error", error.what, error.where, error.next_step)]
        try:
            with in_plain_words(copy):
                differing = _differing(connection, copy)
        except WarehouseError as error:
            return [Finding("copy", "error", f"{error.what}: the published copy", str(copy), publishes)]
        here = extent_of(connection)
    if not differing:
        return []
    if differing.pop("run_event", None):
        what = f"the published copy is behind: the warehouse has {here}"
        return [Finding("copy", "warning", what, str(copy), publishes)]
    return [
        Finding("copy", "error", f"{table}: {there} in the copy, {mine} in the warehouse", str(copy), publishes)
        for table, (mine, there) in differing.items()
    ]


def customer_key(door: Door) -> str | None:
    """Return the fingerprint of the key that customers are hashed with; None where the warehouse cannot be read."""
    try:
        with in_plain_words(door), connect_to(door, read_only=True) as connection:
            found = first_row(connection, FIRST_KEY)
    except (WarehouseError, duckdb.CatalogException):
        return None
    return str(found[0]) if found else None


def _findings(connection: duckdb.DuckDBPyConnection, path: str, now: datetime) -> Iterator[Finding]:
    try:
        require_clock(connection, now, where=path)
    except OkrError as error:
        what = error.what.removesuffix(": nothing was pulled or scored")
        yield Finding("clock", "error", what, path, "okr repair, where the clock is right")
    for doubled in find_doubled(connection):
        table, _, what = doubled.partition(": ")
        yield Finding("grain", "error", what, f"{path}: {table}")
    for name, text in read_folder("verify").items():
        said = dict(_SAID.findall(text))
        for sql in _statements(text, said.get("of")):
            yield from _of_check(connection, path, name, sql, said)
    # whatever no check has read may be damaged all the same
    for table in main_tables(connection):
        connection.execute(f"select {CONTENT} from {quoted(table)} as whole").fetchall()  # noqa: S608 - our names


def _of_check(
    connection: duckdb.DuckDBPyConnection, path: str, name: str, sql: str, said: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield one finding a check and table: the first place, and how many more there are."""
    first = f"select *, count(*) over () as places from ({sql}) order by place, found limit 1"  # noqa: S608 - SQL of ours
    cursor = connection.execute(first)
    columns = [column[0] for column in cursor.description or ()]
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        more = f"; {row['places'] - 1} more like it" if row["places"] > 1 else ""
        yield Finding(
            name,
            said.get("severity", "error"),
            f"{said['what']}: {row['found']}{more}",
            f"{path}: {row['place']}",
            said.get("next", "").format(**row),
        )


def _statements(text: str, group: str | None) -> Iterator[str]:
    """Yield a check's query for each table that it is of."""
    if group is None:
        landed = " union all ".join(f"select load_id from {table}" for table in _LANDED)  # noqa: S608 - our names
        yield text.replace("{landed}", landed)
        return
    for table, (key, instant) in _GROUPS[group].items():
        named = " || ', ' || ".join(f"'{column} ' || coalesce({quoted(column)}::varchar, '-')" for column in key)
        yield text.format(
            table=table,
            key=", ".join(map(quoted, key)),
            instant=quoted(instant),
            named=f"'{table}: ' || {named}",
        )


def _differing(connection: duckdb.DuckDBPyConnection, copy: Path) -> dict[str, tuple[str, str]]:
    """Return how many rows each side has, by table that is not the same in both."""
    literal = str(copy).replace("'", "''")
    connection.execute(f"attach '{literal}' as published (read_only)")
    mine, theirs = main_tables(connection), main_tables(connection, "published")
    differing = {}
    for table in sorted({*mine, *theirs}):
        sides = []
        for prefix, names in (("", mine), ("published.main.", theirs)):
            sql = f"select {CONTENT} from {prefix}{quoted(table)} as whole"  # noqa: S608 - names of tables
            sides.append(connection.execute(sql).fetchall()[0] if table in names else (0, None))
        if sides[0] != sides[1]:
            differing[table] = counted(sides[0][0], "row"), counted(sides[1][0], "row")
    return differing
