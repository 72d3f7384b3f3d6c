"""
SQL that is not ours: run on a copy, in a child process with limits, one statement that only reads.

The variables `as_of` and `known_at` are set where a score is computed: `getvariable('as_of')` is the judged instant.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from okr_config.errors import UsageError

_CHILD = Path(__file__).with_name("query_sandbox_child.py")
_MEMORY_HEADROOM = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What a query may use: seconds of patience and of processor, bytes of memory, rows and bytes of its result."""

    seconds: float = 30
    cpu_seconds: int = 20
    memory: int = 1 << 30
    rows: int = 100_000
    bytes: int = 64 << 20


@dataclass(frozen=True)
class QueryResult:
    """Rows as Python values: DECIMAL as Decimal, times zone-aware. `types` are DuckDB's names."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def run_query(
    path: Path,
    sql: str,
    *,
    limits: Limits | None = None,
    variables: Mapping[str, datetime] | None = None,
    explain: bool = False,
) -> QueryResult:
    """
    Run one query of a user's on a warehouse file that nobody writes to, or only `explain` how it would be run.

    Raises:
        UsageError: when the text is not one statement that only reads, is wrong, or uses more than the limits.
    """
    limits = limits or Limits()
    request = _request(path, limits) | {
        "sql": sql,
        "explain": explain,
        "variables": {name: instant.isoformat() for name, instant in (variables or {}).items()},
    }
    answer = _ask_child(request, limits)
    if "error" in answer:
        raise _refusal(answer["error"], answer["message"])
    return QueryResult(
        columns=tuple(name for name, _ in answer["columns"]),
        types=tuple(kind for _, kind in answer["columns"]),
        rows=tuple(tuple(_value(item) for item in row) for row in answer["rows"]),
    )


def check_queries(texts: Sequence[str]) -> list[str | None]:
    """
    Return what is wrong with each query, None where it is one statement that reads known tables and columns.

    All are held against one empty warehouse, in one child: a folder with six costs what a folder with one does.
    """
    if not texts:
        return []
    from warehouse.engine import connect  # noqa: PLC0415 - `okr sql` opens DuckDB in the child only
    from warehouse.migrating import migrate  # noqa: PLC0415

    with TemporaryDirectory(prefix="okr-") as folder:
        path = Path(folder) / "okr.duckdb"
        with connect(path) as connection:
            migrate(connection, where=str(path))
        answer = _ask_child(_request(path, Limits()) | {"texts": list(texts)}, Limits())
    if "error" in answer:
        return [_refusal(answer["error"], answer["message"]).what for _ in texts]
    return [_refusal(fault["error"], fault["message"]).what if fault else None for fault in answer["faults"]]


def _request(path: Path, limits: Limits) -> dict[str, Any]:
    return {
        "path": str(path),
        "memory": f"{limits.memory}B",
        "rows": limits.rows,
        "bytes": limits.bytes,
        "limits": {
            # the interpreter, DuckDB's code and its threads' stacks need room of their own
            "RLIMIT_AS": limits.memory + _MEMORY_HEADROOM,
            "RLIMIT_CPU": limits.cpu_seconds,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_NOFILE": 64,
            "RLIMIT_CORE": 0,
        },
    }


def _ask_child(request: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
        start_new_session=True,
    ) as child:
        try:
            output, _ = child.communicate(json.dumps(request).encode(), timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise _too_much(f"took longer than {limits.seconds:g} s") from None
    if child.returncode or not output:
        raise _too_much(
            f"used more than {limits.cpu_seconds} s of processor time or {limits.memory >> 20} MB of memory"
        )
    answer = json.loads(output)
    return answer if isinstance(answer, dict) else {}


def _too_much(what: str) -> UsageError:
    return UsageError(f"the query {what} and was stopped", next_step="ask for less: fewer rows, or an aggregate")


def _refusal(kind: str, message: str) -> UsageError:
    if kind == "OutOfMemoryException":
        return _too_much("needs more memory than a query may use")
    what, _, where = message.partition("\n\n")
    what = " ".join(what.split())
    # DuckDB points at the place with a caret: keep it under the place
    where = "\n  ".join(where.rstrip().splitlines())
    return UsageError(what, where=where, next_step="okr sql, to list tables and columns")


def _value(item: Any) -> Any:  # noqa: ANN401 - any value a query can give
    if isinstance(item, list):
        return [_value(part) for part in item]
    if not isinstance(item, dict):
        return item
    ((kind, content),) = item.items()
    return _READ[kind](content)


_READ: Mapping[str, Any] = {
    "dict": lambda pairs: {_value(key): _value(value) for key, value in pairs},
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "bytes": base64.b64decode,
    "Decimal": Decimal,
    "UUID": UUID,
}
