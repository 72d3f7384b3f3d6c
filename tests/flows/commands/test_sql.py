"""`okr sql`: tables, JSON and CSV of a query (flows.commands.sql)."""

from pathlib import Path

from tests.flows.command import ask


def test_csv_is_inert_in_a_spreadsheet(home: Path) -> None:
    """Text that would run as a formula is quoted; numbers stay numbers."""
    ask(home, "run")

    result = ask(home, "sql", "select '=1+1' as text, -5 as number", "--csv")

    assert "text,number\n'=1+1,-5\n" == result.stdout
