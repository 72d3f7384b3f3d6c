"""
One query of a user's, in a process of its own that can neither write, nor reach out, nor grow.

Run as a file, with nothing of ours imported: reads a request as JSON, answers with the rows or an error as JSON. The
settings are the wall; the limits hold where they do not; the look at the statement is for clear messages.
"""

import base64
import json
import re
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

SETTINGS = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "threads": 2,
    "temp_directory": "",
}


PIVOTING = {"pivot", "pivot_wider", "from", "select", "with", "(", "explain", "describe", "summarize"}
"""First words of what reads and may have a PIVOT within."""


class RefusedError(Exception):
    """A text that is not one statement that only reads."""


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    for name, most in request["limits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    import duckdb  # noqa: PLC0415 - only once the limits hold

    if "texts" in request:
        common = {**request, "explain": True, "variables": {}}
        faults = [fault_of(duckdb, {**common, "sql": sql}) for sql in request["texts"]]
        sys.stdout.write(json.dumps({"faults": faults}))
        return
    sys.stdout.write(answer_to(duckdb, request))


def fault_of(duckdb: Any, request: dict[str, Any]) -> dict[str, str] | None:  # noqa: ANN401 - the module, imported late
    """Return what is wrong with a query as error and message, None where nothing is."""
    answer = json.loads(answer_to(duckdb, request))
    return answer if "error" in answer else None


def answer_to(duckdb: Any, request: dict[str, Any]) -> str:  # noqa: ANN401 - as above
    """Return the rows, or an error, as JSON."""
    try:
        return run(duckdb, request)
    except RefusedError as error:
        return json.dumps({"error": "RefusedError", "message": str(error)})
    except duckdb.Error as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        return json.dumps({"error": "OutOfMemoryException", "message": "the result does not fit into memory"})


def run(duckdb: Any, request: dict[str, Any]) -> str:  # noqa: ANN401 - the module, imported late
    """Return the rows as JSON."""
    refuse_all_but_one_query(duckdb, request["sql"])
    config = SETTINGS | {"memory_limit": request["memory"]}
    connection = duckdb.connect(request["path"], read_only=True, config=config)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set max_temp_directory_size = '0B'")
    for name, instant in request["variables"].items():
        connection.execute(f"set variable {name} = $1::timestamptz", [instant])
    connection.execute("set lock_configuration = true")
    connection.execute(f"explain {request['sql']}" if request["explain"] else request["sql"])
    columns = [[name, str(kind)] for name, kind, *_ in connection.description or []]
    head = json.dumps(columns)
    parts, size = [], 0
    for number, row in enumerate(iter(connection.fetchone, None), start=1):
        parts.append(json.dumps([plain(value) for value in row]))
        size += len(parts[-1])
        if number > request["rows"] or size > request["bytes"]:
            most = f"{request['rows']:,} rows or {request['bytes'] >> 20} MB"
            raise RefusedError(f"the result is too large: more than {most}")
    return f'{{"columns": {head}, "rows": [{", ".join(parts)}]}}'


def refuse_all_but_one_query(duckdb: Any, sql: str) -> None:  # noqa: ANN401 - as above
    """
    Refuse what is not one SELECT or EXPLAIN.

    A PIVOT without its columns is parsed as a nameless CREATE before its SELECT by DuckDB 1, by 2 as one MULTI whatever
    is made of it: there the first word tells.
    """
    found = [(statement.type.name, statement.query) for statement in duckdb.extract_statements(sql)]
    if len(found) == 2 and found[0] == ("CREATE", "") and found[1][0] == "SELECT":  # noqa: PLR2004 - both halves
        return
    if len(found) != 1:
        raise RefusedError(f"one statement is wanted, here are {len(found)}")
    kind = found[0][0]
    if kind == "MULTI":
        kind = "SELECT" if (word := first_word(duckdb, sql)) in PIVOTING else word.upper()
    if kind not in {"SELECT", "EXPLAIN"}:
        raise RefusedError(f"only queries can be run here, not {kind}")


def first_word(duckdb: Any, sql: str) -> str:  # noqa: ANN401 - as above
    """Return the first word of a text after its comments, in small letters; a bracket is one."""
    text = sql.encode()  # places are counted in bytes
    starts = [place for place, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    found = re.match(r"\w+|\(", text[starts[0] :].decode()) if starts else None
    return found[0].lower() if found else ""


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - any value a query can give, one form each
    """Return a value in JSON's words; what JSON has no word for is a pair of its type and text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {"dict": [[plain(key), plain(item)] for key, item in value.items()]}
        case datetime() | date() | time():
            return {type(value).__name__: value.isoformat()}
        case timedelta():
            return {"timedelta": [value.days, value.seconds, value.microseconds]}
        case bytes() | bytearray():
            return {"bytes": base64.b64encode(value).decode()}
        case Decimal() | UUID():
            return {type(value).__name__: str(value)}
        case _:
            return str(value)


if __name__ == "__main__":
    main()
