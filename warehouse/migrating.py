"""
Bringing a warehouse to the schema of this program: forward only, each step in one transaction.

Tables change by numbered migrations; views are laid anew whenever their text has changed.
"""

from collections.abc import Mapping

import duckdb

from okr_config.errors import WarehouseError
from warehouse.engine import RESTORE, transaction
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
        raise WarehouseError(
            f"the warehouse is newer than this program: schema {version}, this program knows {max(steps)}",
            where=where,
            next_step="update okr (uv sync, or pip install -U okr), or open the project with the program that wrote it",
        )
    for number in sorted(number for number in steps if number > version):
        with transaction(connection):
            _apply(connection, steps[number])
            connection.execute("update schema_state set version = $version", {"version": number})
    _lay_views(connection)


def outdated(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the version of a warehouse that migrations are to come for; None where none are, or there is nothing."""
    if not connection.execute("select 1 from duckdb_tables() where table_name = 'schema_state'").fetchone():
        return None
    found = connection.execute("select version from schema_state").fetchall()
    newest = max(int(name[:4]) for name in read_folder("migrations"))
    return int(found[0][0]) if found and 0 < found[0][0] < newest else None


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
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
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
