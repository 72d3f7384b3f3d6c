"""
One SELECT asked of SQLite, PostgreSQL or MySQL: read-only by the database's own word, bounded in rows and time.

The window is given as the parameters `:window_from` and `:window_to`, instants in UTC.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.http.exchange import CONNECT_TIMEOUT
from okr_config.errors import SourceError

Rows = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]
Window = Mapping[str, datetime]
MOST_ROWS = 100_000
_SECONDS = 30
"""Of a query."""
_STEPS = 1_000_000
_MOST_STEPS = 3_000
"""A million steps of SQLite's machine each: half a minute or so."""
_PARAMETER = re.compile(r"(?<!:):(window_from|window_to)\b")
_SQLITE_FILE = b"SQLite format 3\0"


def reader_of(connection: str, home: Path) -> Callable[[str, Window], Rows] | None:
    """Return what asks a database; None where the connection is the path of a DuckDB file."""
    scheme = connection.partition("://")[0].lower() if "://" in connection else ""
    if scheme in {"postgresql", "postgres"}:
        return lambda query, window: _postgres(connection, query, window)
    if scheme in {"mysql", "mariadb"}:
        return lambda query, window: _mysql(connection, query, window)
    path = home / (connection.partition("://")[2].removeprefix("/") if scheme == "sqlite" else connection)
    if scheme == "sqlite" or _is_sqlite(path):
        return lambda query, window: _sqlite(path, query, window)
    if scheme:
        raise SourceError(
            f"no database is reached by {scheme}://",
            reason="not_found",
            next_step="give postgresql://, mysql://, sqlite:/// or the path of a file as connection",
        )
    return None


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_FILE)) == _SQLITE_FILE
    except OSError:
        return False


def _sqlite(path: Path, query: str, window: Window) -> Rows:
    if not path.is_file():
        what = f"there is no file {path.name}"
        raise SourceError(what, reason="not_found", next_step="correct connection in okr_config/sources.yaml")
    steps = iter(range(_MOST_STEPS))
    given = {name: f"{at:%Y-%m-%d %H:%M:%S}" for name, at in window.items()}
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            # attaching would open other files, and for writing
            connection.set_authorizer(lambda action, *_: 1 if action == sqlite3.SQLITE_ATTACH else 0)
            connection.set_progress_handler(lambda: int(next(steps, None) is None), _STEPS)
            cursor = connection.execute(query, given)
            return _fetched(cursor.description, cursor.fetchmany(MOST_ROWS + 1))
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        writes = "readonly" in str(error)
        raise _refusal(writes=writes, tool=f"sqlite3 -readonly {path.name}") from error


def _postgres(address: str, query: str, window: Window) -> Rows:
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise _extra("postgres") from None
    limits = f"-c statement_timeout={_SECONDS}s -c default_transaction_read_only=on"
    try:
        with psycopg.connect(address, connect_timeout=int(CONNECT_TIMEOUT), options=limits) as connection:
            connection.read_only = True
            # a cursor of the server's takes one SELECT, and sends no more rows than are asked for
            with connection.cursor(name="okr") as cursor:
                cursor.execute(_with_marks(query), window)
                return _fetched(cursor.description, cursor.fetchmany(MOST_ROWS + 1))
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise _refusal(writes=True, tool="psql") from error
    except psycopg.errors.ConnectionTimeout as error:
        raise _silent() from error
    except psycopg.OperationalError as error:
        if error.sqlstate is None:
            raise _unreached() from error
        raise _refusal(writes=False, tool="psql") from error
    except psycopg.Error as error:
        raise _refusal(writes=False, tool="psql") from error


def _mysql(address: str, query: str, window: Window) -> Rows:
    try:
        import pymysql  # noqa: PLC0415 - an extra
        from pymysql.cursors import SSCursor  # noqa: PLC0415 - as above
    except ImportError:
        raise _extra("mysql") from None
    parts = urlsplit(address)
    try:
        connection = pymysql.connect(
            host=parts.hostname or "localhost",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=unquote(parts.path.removeprefix("/")),
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=CONNECT_TIMEOUT,
            init_command="set session transaction read only",
            cursorclass=SSCursor,
        )
    except pymysql.MySQLError as error:
        raise (_silent() if "timed out" in str(error) else _unreached()) from error
    # a server that takes the connection and then says nothing is given up as early; a query may take longer
    connection._read_timeout = _SECONDS  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to set it later
    try:
        with connection.cursor() as cursor:
            cursor.execute("start transaction read only")
            naive = {name: at.replace(tzinfo=None) for name, at in window.items()}
            cursor.execute(_with_marks(query), naive)
            return _fetched(cursor.description, cursor.fetchmany(MOST_ROWS + 1))
    except pymysql.MySQLError as error:
        raise _refusal(writes="READ ONLY" in str(error), tool="mysql") from error
    finally:
        connection.close()


def _with_marks(query: str) -> str:
    """Write parameters as Python's drivers have them; a % of the query's own is doubled."""
    return _PARAMETER.sub(r"%(\1)s", query.replace("%", "%%"))


def _fetched(described: Any, rows: Any) -> Rows:  # noqa: ANN401 - what PEP 249 says of a cursor
    if not described:
        raise _refusal(writes=False, tool="the database's own program")
    if len(rows) > MOST_ROWS:
        what = f"the query returns more than {MOST_ROWS:,} rows"
        raise SourceError(what, reason="bad_answer", next_step="add up by day in the query")
    return tuple(column[0] for column in described), tuple(map(tuple, rows))


def _refusal(*, writes: bool, tool: str) -> SourceError:
    # the database's own words may hold a value of the data
    what = (
        "it writes, and may only read" if writes else "it is not one SELECT that fits the database, or takes too long"
    )
    return SourceError(f"the query cannot be run: {what}", reason="bad_answer", next_step=f"run it with {tool}")


def _unreached() -> SourceError:
    return SourceError(
        "the database cannot be reached, or refuses the login",
        reason="unreachable",
        next_step="correct connection, or the variable it names",
    )


def _silent() -> SourceError:
    return SourceError(
        f"the database did not answer within {CONNECT_TIMEOUT:g} s",
        reason="timed_out",
        next_step="see that it runs, and that connection, or the variable it names, leads there from this machine",
    )


def _extra(name: str) -> SourceError:
    return SourceError(
        "okr is installed without what reads such a database",
        reason="bad_answer",
        next_step=f"pip install 'okr[{name}]'",
    )
