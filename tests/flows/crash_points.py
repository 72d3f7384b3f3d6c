"""
Every write, fsync, rename and commit of a command, met in turn; any of them can kill the process, or fail.

As a program: reads scenarios from stdin, a JSON object a line, plays each in a process forked from this one, which has
imported everything and begun nothing, and answers with its exit code and the points it met.
"""

import errno
import json
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

KILLED = 137


class Points:
    """
    Counts points. mode: count; kill (at a number, before it is done); once (that one fails); ever (all from there do).

    The first failure of a disk is told as one that is broken, a lasting one as one that is full.
    """

    def __init__(self, mode: str, number: int) -> None:
        self.mode, self.number = mode, number
        self.met: list[str] = []

    def meet(self, name: str) -> None:
        """Come to a point."""
        self.met.append(name)
        if self.mode == "kill" and len(self.met) == self.number:
            os._exit(KILLED)
        if (self.mode == "once" and len(self.met) == self.number) or (
            self.mode == "ever" and len(self.met) >= self.number
        ):
            code = errno.EIO if self.mode == "once" else errno.ENOSPC
            if name in {"commit", "checkpoint"}:
                raise duckdb.IOException(f"Could not write file: {os.strerror(code)}")
            raise OSError(code, os.strerror(code), name)

    def before(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that comes to a point before it does what it did."""

        def met(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - of any function
            self.meet(name)
            return call(*args, **kwargs)

        return met

    def place(self) -> None:
        """Stand before each of them, in this process."""
        from warehouse import engine, locking, publishing, store

        @contextmanager
        def transaction(connection: duckdb.DuckDBPyConnection) -> Any:  # noqa: ANN401 - a context manager
            connection.begin()
            try:
                yield
                self.meet("commit")
            except BaseException:
                engine._roll_back(connection)  # noqa: SLF001 - as the one in whose place it is
                raise
            connection.commit()

        for module in with_transactions():
            module.transaction = transaction  # type: ignore[attr-defined]  # imported by name
        settle = store.Warehouse.settle

        def settled(warehouse: store.Warehouse) -> None:
            with engine.in_plain_words(Path("okr.duckdb")):
                self.meet("checkpoint")
            settle(warehouse)

        store.Warehouse.settle = settled  # type: ignore[method-assign]
        publishing.copyfile = self.before("copy", publishing.copyfile)  # type: ignore[assignment]
        Path.replace = self.before("rename", Path.replace)  # type: ignore[method-assign]
        os.fsync = self.before("fsync", os.fsync)
        locking.os.pwrite = self.before("lock", os.pwrite)  # type: ignore[attr-defined]


def with_transactions() -> list[ModuleType]:
    """Return the modules of the warehouse that have the one function for transactions, wherever they are."""
    from warehouse import engine, retaining, writing

    found = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("warehouse.") and getattr(module, "transaction", None) is engine.transaction
    ]
    assert {engine, retaining, writing} <= {*found}
    return found


def play(scenario: dict[str, Any]) -> dict[str, Any]:
    """Play one scenario in a process of its own."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:
        from flows.cli import okr
        from tests.conftest import waiting_world

        for number in (1, 2):
            os.dup2(os.open(scenario["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
        points = Points(scenario["mode"], scenario["number"])
        points.place()
        code = 0
        try:
            okr(scenario["arguments"], prog_name="okr", obj=waiting_world(datetime.fromisoformat(scenario["now"])))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        finally:
            os.write(outer, json.dumps(points.met).encode())
            os._exit(code)
    os.close(outer)
    with os.fdopen(inner, "rb") as told:
        met = told.read()
    _, status = os.waitpid(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "met": json.loads(met or b"[]")}


def main() -> None:
    """Import what a run imports, then play what is asked for."""
    import flows.commands.backfill
    import flows.commands.run
    import flows.report.pages  # noqa: F401 - so that each scenario begins with them

    for line in sys.stdin:
        sys.stdout.write(json.dumps(play(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
