"""The SQL that ships beside the code: migrations in order, views in order, and each table's grain."""

import re
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
        f"comment on {kind} {name} is 'one row per {grain.replace(chr(39), chr(39) * 2)}'"
        for grain, kind, name in _GRAIN.findall(text)
    ]


def fingerprint(texts: dict[str, str]) -> str:
    """Return a hash of some files."""
    return sha256("\0".join(f"{name}\0{text}" for name, text in texts.items()).encode()).hexdigest()
