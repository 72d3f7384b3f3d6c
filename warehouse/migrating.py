"""
Bringing a warehouse to the schema of this program: forward only, each step in one transaction.

Tables change by numbered migrations; views are laid anew whenever their text has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

import duckdb

from okr_config.errors import WarehouseError
from warehouse.engine import RESTORE, tables_of, transaction
from warehouse.sql_files import column_comments, comments, read_folder, read_sql, views_fingerprint


def migrate(connection: duckdb.DuckDBPyConnection, *, where: str, migrations: Mapping[str, str] | None = None) -> None:
    """
    Apply the migrations that a warehouse has not seen, then lay its views.

    Args:
        connection: to the warehouse.
        where: its path, for errors.
        migrations: name (beginning with its number) to SQL; default: those that ship.

    Raises:
        WarehouseError: when the warehouse is newer than this program, or another program's database.
    """
    steps = {int(name[:4]): text for name, text in (migrations or read_folder("migrations")).items()}
    version = _version(connection, where)
    if version > max(steps):
        raise _newer(version, max(steps), where)
    for number in sorted(number for number in steps if number > version):
        with transaction(connection):
            _apply(connection, steps[number])
            connection.execute("update schema_state set version = $version", {"version": number})
    _lay_views(connection)


def outdated(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the version of a warehouse that migrations are to come for; None where none are, or there is nothing."""
    if "schema_state" not in tables_of(connection):
        return None
    found = connection.execute("select version from schema_state").fetchall()
    newest = max(int(name[:4]) for name in read_folder("migrations"))
    return int(found[0][0]) if found and 0 < found[0][0] < newest else None


@dataclass(frozen=True)
class Upgrade:
    """
    What opening a warehouse would change. version, newest: of its schema, and of this program's.

    steps: name and first sentence of each migration it has not seen. views: they would be laid anew.
    """

    version: int
    newest: int
    steps: tuple[tuple[str, str], ...]
    views: bool

    @property
    def is_needed(self) -> bool:
        """Whether anything would change."""
        return bool(self.steps) or self.views


def upgrade_of(connection: duckdb.DuckDBPyConnection, *, where: str) -> Upgrade:
    """
    Return what `migrate` would do to a warehouse; nothing is changed.

    Raises:
        WarehouseError: as `migrate`.
    """
    migrations = read_folder("migrations")
    newest = max(int(name[:4]) for name in migrations)
    version = _version(connection, where)
    if version > newest:
        raise _newer(version, newest, where)
    steps = tuple(
        (name.removesuffix(".sql"), _first_sentence(text))
        for name, text in sorted(migrations.items())
        if int(name[:4]) > version
    )
    ((laid,),) = connection.execute("select views from schema_state").fetchall()
    return Upgrade(version, newest, steps, views=laid != views_fingerprint())


def _first_sentence(text: str) -> str:
    """Return the first sentence of the comment that a migration begins with."""
    lines = [
        line.removeprefix("--").strip() for line in takewhile(lambda line: line.startswith("--"), text.splitlines())
    ]
    return " ".join(lines).partition(". ")[0].rstrip(".")


def _newer(version: int, newest: int, where: str) -> WarehouseError:
    return WarehouseError(
        f"the warehouse is newer than this program: schema {version}, this program knows {newest}",
        where=where,
        next_step="update okr (uv sync, or pip install -U okr), or open the project with the program that wrote it",
    )


def require_current(connection: duckdb.DuckDBPyConnection, *, where: str) -> None:
    """
    Make sure that a copy has the tables and views of this program.

    Raises:
        WarehouseError: when another version published it.
    """
    found = connection.execute("select version, views from schema_state").fetchall()
    if found != [(max(int(name[:4]) for name in read_folder("migrations")), views_fingerprint())]:
        raise WarehouseError(
            "what is published is another version's", where=where, next_step="okr run, or okr score to pull nothing"
        )


def _version(connection: duckdb.DuckDBPyConnection, where: str) -> int:
    tables = tables_of(connection)
    if not tables:
        with transaction(connection):
            connection.execute("create table schema_state (version integer not null, views varchar not null)")
            connection.execute("insert into schema_state values (0, '')")
        return 0
    if "schema_state" not in tables:
        raise WarehouseError(
            "this DuckDB file is not a warehouse of okr",
            where=where,
            next_step="name another file in okr_config/project.yaml (warehouse) or in OKR_WAREHOUSE",
        )
    found = connection.execute("select version from schema_state").fetchall()
    if len(found) != 1 or found[0][0] < 0:
        raise WarehouseError("the warehouse is damaged: it does not tell its schema", where=where, next_step=RESTORE)
    return int(found[0][0])


def _lay_views(connection: duckdb.DuckDBPyConnection) -> None:
    (laid,) = connection.execute("select views from schema_state").fetchall()[0]
    if laid == views_fingerprint():
        return
    with transaction(connection):
        for text in read_folder("marts").values():
            _apply(connection, text)
        columns = connection.execute(read_sql("list_columns.sql")).fetchall()
        connection.execute(";".join(column_comments((table, column) for table, _, column, *_ in columns)))
        connection.execute("update schema_state set views = $views", {"views": views_fingerprint()})


def _apply(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    connection.execute(text)
    for comment in comments(text):
        connection.execute(comment)
