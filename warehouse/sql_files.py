"""The SQL that ships beside the code: migrations in order, views in order, and each table's grain."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files

_GRAIN = re.compile(r"^-- grain: one row per (.+)\ncreate (?:or replace )?(table|view) ([\w.]+)", re.MULTILINE)


@cache
def read_sql(name: str) -> str:
    """Return one file's text; `name` is relative to `sql/`."""
    return files("warehouse").joinpath("sql", *name.split("/")).read_text(encoding="utf-8")


@cache
def read_folder(name: str) -> dict[str, str]:
    """Return a folder's files by stem, in the order of their names."""
    folder = files("warehouse").joinpath("sql", name)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return {file.removesuffix(".sql"): read_sql(f"{name}/{file}") for file in names}


def comments(text: str) -> list[str]:
    """Return the statements that store each `-- grain:` header of a text beside its table or view."""
    return [
        f"comment on {kind} {name} is {_quoted(f'one row per {grain}')}" for grain, kind, name in _GRAIN.findall(text)
    ]


def column_comments(columns: Iterable[tuple[str, str]]) -> list[str]:
    """Return the statements that store beside each column, given by table and name, what it holds."""
    words: dict[str, dict[str, str]] = tomllib.loads(read_sql("columns.toml"))
    statements = []
    for table, column in columns:
        own = words.get(table, {})
        text = own.get(column) or words.get(own.get("like", ""), {}).get(column) or words["every"].get(column)
        if text:
            statements.append(f'comment on column {table}."{column}" is {_quoted(text)}')
    return statements


def views_fingerprint() -> str:
    """Return a hash of the views and of what is said of columns: where it differs, they are laid anew."""
    return fingerprint({**read_folder("marts"), "columns": read_sql("columns.toml")})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fingerprint(texts: dict[str, str]) -> str:
    """Return a hash of some files."""
    return sha256("\0".join(f"{name}\0{text}" for name, text in texts.items()).encode()).hexdigest()
