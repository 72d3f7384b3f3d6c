"""A write that another program's has overtaken is done again."""

from collections.abc import Callable

import duckdb
import pytest

from okr_config.world import World
from tests.conftest import Clock
from warehouse.writing import write_all

CONFLICT = "Failed to commit DuckLake transaction.\nTransaction conflict - attempting to delete from a table"


def _work(connection: duckdb.DuckDBPyConnection, failures: list[str]) -> Callable[..., int]:
    connection.execute("create table written (try integer)")

    def work(open_connection: duckdb.DuckDBPyConnection) -> int:
        open_connection.execute("insert into written values ($try)", {"try": len(failures)})
        if failures:
            raise duckdb.TransactionException(failures.pop())
        return 7

    return work


def _written(connection: duckdb.DuckDBPyConnection) -> list[tuple[int]]:
    return connection.execute("from written").fetchall()


def test_a_conflict_is_waited_out(world: World, clock: Clock) -> None:
    """Each wait is twice the one before, and of what was refused nothing stays."""
    with duckdb.connect() as connection:
        assert 7 == write_all(connection, _work(connection, [CONFLICT] * 3), world)

        assert [(0,)] == _written(connection)
    assert [0.1, 0.2, 0.4] == clock.slept


def test_a_conflict_without_end_is_an_error(world: World, clock: Clock) -> None:
    """After eight tries DuckDB's own error is what is left."""
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.TransactionException, match="Transaction conflict"):
            write_all(connection, _work(connection, [CONFLICT] * 8), world)

        assert [] == _written(connection)
    assert 7 == len(clock.slept)


def test_any_other_error_ends_the_write(world: World, clock: Clock) -> None:
    """What would fail again is not tried again."""
    with duckdb.connect() as connection, pytest.raises(duckdb.TransactionException, match="ROLLBACK"):
        write_all(connection, _work(connection, ['Failed to execute query "ROLLBACK"']), world)

    assert [] == clock.slept
