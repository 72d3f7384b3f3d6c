"""`okr export`: every public table as files that other programs read."""

from pathlib import Path

import click

from flows.commands._options import examples, json_option, project_options, published_of
from flows.console import output


@click.command(epilog=examples("okr export tables", "okr export tables --csv --xlsx"))
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@project_options
@json_option
@click.option("--parquet", is_flag=True, help="Parquet, a file a table, with exact types (the default).")
@click.option("--csv", is_flag=True, help="CSV in UTF-8, a file a table; text a spreadsheet would run is quoted.")
@click.option("--xlsx", is_flag=True, help="One workbook, okr.xlsx, a sheet a table; needs okr[xlsx].")
def export(  # noqa: PLR0913 - a command has as many parameters as options
    directory: Path, home: Path | None, *, as_json: bool, parquet: bool, csv: bool, xlsx: bool
) -> None:
    """
    Write every public table to files: Parquet, CSV, Excel.

    Into DIR, from the published copy, all tables of one moment: those that `okr sql` lists. Files of an export before
    are replaced.
    """
    from flows.report.export import export_tables  # noqa: PLC0415 - frames are dear, and `okr export --help` needs none

    asked = {"parquet": parquet, "csv": csv, "xlsx": xlsx}
    kinds = [kind for kind, is_asked in asked.items() if is_asked] or ["parquet"]
    written = export_tables(published_of(home), directory, kinds)
    if as_json:
        output.put_json(written)
        return
    output.put_table(written, ("table", "rows", "file"))
    output.say(f"{len({row['table'] for row in written})} tables as {', '.join(kinds)} in {directory}")
    output.next_step("okr sql TABLE, to tell what a table's columns hold")
