"""`okr sql`: tables, JSON and CSV of a query (flows.commands.sql)."""

import json
import os
import subprocess
from pathlib import Path

from tests.flows.command import ask, line_of


def test_csv_is_inert_in_a_spreadsheet(home: Path) -> None:
    """Text that would run as a formula is quoted; numbers stay numbers."""
    ask(home, "run")

    result = ask(home, "sql", "select '=1+1' as text, -5 as number", "--csv")

    assert "text,number\n'=1+1,-5\n" == result.stdout


def test_csv_is_utf_8_whatever_the_output_takes(home: Path) -> None:
    """A redirected output of Windows' is no reason to end in half a file."""
    ask(home, "run")

    command = line_of("sql", "select 'å ✓' as text", "--csv", "--home", str(home))
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    printed = subprocess.run(command, capture_output=True, check=True, env=env).stdout

    assert "text\nå ✓\n".encode() == printed


def test_a_tables_name_tells_its_columns(home: Path) -> None:
    """Each with what it holds, as JSON too; a name that no table has is told with the nearest."""
    ask(home, "run")

    told, rows, wrong = (
        ask(home, "sql", "check_in"),
        ask(home, "sql", "check_in", "--json"),
        ask(home, "sql", "chek_in"),
    )

    assert "check_in: one row per check-in" == told.stdout.splitlines()[0]
    assert "confidence     How sure they are, from 0 to 10." in told.stdout
    assert {"name": "author", "type": "VARCHAR", "words": "Who said it."} in json.loads(rows.stdout)
    assert 2 == wrong.exit_code
    assert "unknown table 'chek_in'\n  did you mean 'check_in'?" in wrong.stderr


ODD = """
select
    time '12:00:01' as t, interval 3 day as span, 'ab'::blob as raw, 'nan'::double as x, 1e300::double as big,
    [{'day': date '2026-01-01'}] as nested, map {date '2026-01-01': 1} as days
"""


def test_every_type_of_duckdb_is_shown(home: Path) -> None:
    """As JSON that every reader takes, as CSV with one value a cell, as a table."""
    ask(home, "run")

    rows = json.loads(ask(home, "sql", "--json", ODD).stdout)
    lines = ask(home, "sql", "--csv", ODD).stdout.splitlines()
    table = ask(home, "sql", ODD).stdout

    assert [
        {
            "t": "12:00:01",
            "span": "P3DT0S",
            "raw": "YWI=",
            "x": "NaN",
            "big": 1e300,
            "nested": [{"day": "2026-01-01"}],
            "days": {"2026-01-01": 1},
        }
    ] == rows
    assert '12:00:01,"3 days, 0:00:00",YWI=,nan,1e+300,"[{""day"": ""2026-01-01""}]","{""2026-01-01"": 1}"' == lines[1]
    assert '[{"day": "2026-01-01"}]' in table
    assert " 1e+300 " in table
