"""
Opening a lake: rows as Parquet, on disk or in S3-compatible storage, under a catalogue that several programs share.

DuckDB reads lakes by extensions. They come as packages (the extra `lake`), each for one version of DuckDB, so that
nothing is fetched when a warehouse is opened; one that the user has installed into DuckDB is taken as well.
"""

from importlib.util import find_spec
from pathlib import Path

import duckdb

from okr_config.errors import WarehouseError, way_out
from warehouse.door import Door, Lake
from warehouse.engine import connect, in_plain_words, quoted, tables_of

NAME = "warehouse"
"""What a lake is attached as."""
_RETRIES = 30
"""How often DuckLake itself commits again where another program was quicker: what is only added fits at any time."""
_FIRST_OPENERS = 5
"""How often a lake that another program is making is opened again."""
_SECOND = ("duplicate key", "already exists")
"""What PostgreSQL tells one that would make what another has made meanwhile."""
_POSTGRES, _S3 = "postgres_scanner", "s3://"


def connect_to(door: Door, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """
    Open a warehouse of any kind, made where there is none; times are told in UTC.

    Raises:
        WarehouseError: when it is locked, damaged, of another version or out of reach; of a lake also when an extension
            is missing, its catalogue is none, or its rows are kept elsewhere.
    """
    if door.lake is None:
        return connect(door.path, read_only=read_only)
    return _connect_lake(door, door.lake, read_only=read_only)


def _connect_lake(door: Door, lake: Lake, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Return a connection whose default database is the lake."""
    _require_lake(lake.file, door)
    connection = connect(Path(":memory:"))
    try:
        for name in _extensions_of(lake):
            _load(connection, name, door)
        if not read_only:
            _make_folders(lake)
        with in_plain_words(door):
            connection.execute(f"set ducklake_max_retry_count = {_RETRIES}")
            _keep_secret(connection, lake)
            _attach(connection, lake, read_only=read_only)
            connection.execute(f"use {NAME}")
    except BaseException:
        connection.close()
        raise
    return connection


def _extensions_of(lake: Lake) -> list[str]:
    in_postgres = [_POSTGRES] if lake.file is None else []
    over_http = ["httpfs"] if lake.data and lake.data.startswith(_S3) else []
    return ["ducklake", *in_postgres, *over_http]


def _load(connection: duckdb.DuckDBPyConnection, name: str, door: Door) -> None:
    """Load an extension: the one of its package, else one that DuckDB has installed."""
    package = find_spec(f"duckdb_extension_{name}")
    place = Path(package.origin).parent if package and package.origin else Path()
    file = place / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    try:
        connection.execute(f"load {_text(file if file.exists() else name)}")
    except duckdb.Error:
        what = "is of another version of DuckDB" if package else "is missing"
        raise WarehouseError(
            f"the warehouse is a lake, and DuckDB's extension {name} {what} (here is DuckDB {duckdb.__version__})",
            where=str(door),
            next_step="pip install 'okr[lake]', or uv sync --extra lake: its packages fit together",
        ) from None


def _require_lake(file: Path | None, door: Door) -> None:
    """Make sure that a file is a lake's catalogue before DuckLake makes it one."""
    if file is None or not file.exists():
        return
    with connect(file, read_only=True) as connection:
        tables = tables_of(connection)
    if tables and "ducklake_metadata" not in tables:
        raise WarehouseError(
            "this DuckDB file is no lake's catalogue",
            where=str(door),
            next_step=f"name another file behind ducklake:; for this file itself duckdb:///{file}",
        )


def _make_folders(lake: Lake) -> None:
    """Make the folder of a catalogue that is a file, and that of the rows, the owner's alone."""
    for folder in (lake.file.parent if lake.file else None, lake.data_folder):
        if folder is None:
            continue
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(
                f"the lake's folder cannot be made: {error.strerror}", where=str(folder), next_step=way_out(error)
            ) from error


def _keep_secret(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Give DuckDB, in memory alone, what the storage asks for."""
    if not (lake.data and lake.data.startswith(_S3)):
        return
    endpoint, is_plain = lake.endpoint or "", (lake.endpoint or "").startswith("http://")
    given = {
        "key_id": lake.key_id,
        "secret": lake.secret,
        "region": lake.region,
        "endpoint": endpoint.removeprefix("http://").removeprefix("https://"),
        "url_style": "path" if endpoint else None,
        "use_ssl": "false" if is_plain else None,
        "scope": lake.data,
    }
    words = ", ".join(f"{name} {_text(value)}" for name, value in given.items() if value)
    connection.execute(f"create secret storage (type s3, {words})")


def _attach(connection: duckdb.DuckDBPyConnection, lake: Lake, *, read_only: bool) -> None:
    options = {"data_path": _text(f"{lake.data}/")} if lake.data else {}
    options |= {"metadata_schema": _text(lake.schema)} if lake.schema else {}
    options |= {"read_only": "true"} if read_only else {}
    given = f" ({', '.join(f'{name} {value}' for name, value in options.items())})" if options else ""
    statement = f"attach {_text(f'ducklake:{lake.catalogue}')} as {quoted(NAME)}{given}"
    for _ in range(_FIRST_OPENERS):
        try:
            connection.execute(statement)
        except duckdb.Error as error:
            # of those that make it at the same time one is first, and PostgreSQL lets the others wait for its end
            if not any(words in str(error) for words in _SECOND):
                raise
        else:
            return
    connection.execute(statement)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
