"""
Bringing a warehouse to the schema of this program: forward only, each step in one transaction.

Tables change by numbered migrations; views are laid anew whenever their text has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

import duckdb

from okr_config.errors import WarehouseError
from okr_config.world import World
from warehouse.engine import RESTORE, is_lake, tables_of, transaction
from warehouse.sql_files import column_comments, comments, read_folder, read_sql, views_fingerprint
from warehouse.writing import Work, write_all


def migrate(
    connection: duckdb.DuckDBPyConnection,
    *,
    where: str,
    migrations: Mapping[str, str] | None = None,
    world: World | None = None,
) -> None:
    """
    Apply the migrations that a warehouse has not seen, then lay its views.

    Args:
        connection: to the warehouse.
        where: its path, for errors.
        migrations: name (beginning with its number) to SQL; default: those that ship.
        world: by which to wait for others who bring it up to date at the same time; None: nobody can.

    Raises:
        WarehouseError: when the warehouse is newer than this program, or another program's database.
    """
    steps = {int(name[:4]): text for name, text in (migrations or read_folder("migrations")).items()}
    version = _version(connection, where)
    if version > max(steps):
        raise _newer(version, max(steps), where)
    for number in sorted(number for number in steps if number > version):
        _write(connection, partial(_step, number=number, text=steps[number], where=where), world)
    if _laid(connection) != views_fingerprint():
        _write(connection, _lay_views, world)


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
    return Upgrade(version, newest, steps, views=_laid(connection) != views_fingerprint())


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


def require_owner(connection: duckdb.DuckDBPyConnection, project: str, *, where: str, world: World) -> None:
    """
    Make sure that a lake is this project's; one that nobody has is from now on.

    Raises:
        WarehouseError: when it is another project's.
    """

    def claim(connection: duckdb.DuckDBPyConnection) -> str:
        ((owner,),) = connection.execute("select project from schema_state").fetchall()
        if owner is None:
            connection.execute("update schema_state set project = $project", {"project": project})
        return str(owner or project)

    if (owner := write_all(connection, claim, world)) != project:
        raise WarehouseError(
            f"the lake is another project's: it holds {owner}, here is {project}",
            where=where,
            next_step="name another lake (warehouse in okr_config/project.yaml, or OKR_WAREHOUSE)",
        )


def _version(connection: duckdb.DuckDBPyConnection, where: str) -> int:
    tables = tables_of(connection)
    if not tables:
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


def _write(connection: duckdb.DuckDBPyConnection, work: Work[None], world: World | None) -> None:
    if world:
        write_all(connection, work, world)
        return
    with transaction(connection):
        work(connection)


def _step(connection: duckdb.DuckDBPyConnection, *, number: int, text: str, where: str) -> None:
    """Take one step forward; where another program has taken it meanwhile, none."""
    if not tables_of(connection):
        connection.execute("create table schema_state (version integer not null, views varchar not null)")
        connection.execute("insert into schema_state values (0, '')")
    if _version(connection, where) < number:
        _apply(connection, text)
        connection.execute("update schema_state set version = $version", {"version": number})


def _laid(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the fingerprint of the views as they were laid last."""
    ((laid,),) = connection.execute("select views from schema_state").fetchall()
    return str(laid)


def _lay_views(connection: duckdb.DuckDBPyConnection) -> None:
    for text in read_folder("marts").values():
        _apply(connection, text)
    if not is_lake(connection):
        describe_columns(connection)
    connection.execute("update schema_state set views = $views", {"views": views_fingerprint()})


def describe_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Store beside each column what it holds; a lake has no place for that, the copy of one that people read has."""
    columns = connection.execute(read_sql("list_columns.sql")).fetchall()
    connection.execute(";".join(column_comments((table, column) for table, _, column, *_ in columns)))


def _apply(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    connection.execute(text)
    for comment in comments(text):
        connection.execute(comment)
