"""A crash in this process, or a disk that fails: from a chosen write, fsync, rename or commit on, or at it alone."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any, NoReturn
from unittest.mock import patch

import duckdb

from tests.flows.crash_points import with_transactions
from warehouse import engine, publishing


class Crash(BaseException):
    """The end of a process."""


@contextmanager
def crash_at(home: Path, number: int, mode: str = "crash") -> Iterator[list[str]]:
    """
    End what runs before its point of that number; yields the points that were met, the last one not done.

    mode: crash (the folder is then as it lay at that point, whatever was tidied up on the way out); once (the disk
    fails at that point); full (it is full from there on).
    """
    met: list[str] = []
    left = home.with_name(f"{home.name}-left")

    def meet(name: str) -> None:
        met.append(name)
        if len(met) < number or (mode == "once" and len(met) > number):
            return
        if mode == "crash":
            if len(met) == number:
                copytree(home, left)
            raise Crash
        _fail(name, errno.EIO if mode == "once" else errno.ENOSPC)

    def before(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - of any function
            meet(name)
            return call(*args, **kwargs)

        return done

    with (
        ExitStack() as stack,
        patch.object(publishing, "copyfile", before("copy", publishing.copyfile)),
        patch.object(Path, "replace", before("rename", Path.replace)),
        patch.object(os, "fsync", before("fsync", os.fsync)),
    ):
        for module in with_transactions():
            stack.enter_context(patch.object(module, "transaction", _transaction_with(meet)))
        yield met
    if left.exists():
        rmtree(home)
        left.rename(home)


def _transaction_with(meet: Callable[[str], None]) -> Callable[..., Any]:
    """Return the one function for transactions, which comes to a point before it commits."""

    @contextmanager
    def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        connection.begin()
        try:
            yield
            meet("commit")
        except BaseException:
            engine._roll_back(connection)  # noqa: SLF001 - as the one in whose place it is
            raise
        connection.commit()

    return transaction


def _fail(name: str, code: int) -> NoReturn:
    """Fail as the disk does."""
    if name == "commit":
        raise duckdb.IOException(f"Could not write file: {os.strerror(code)}")
    raise OSError(code, os.strerror(code), name)
