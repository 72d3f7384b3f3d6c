"""A folder of two sheets that is run over three days, and what its tables hold whoever pulled them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.project_folder import AUTUMN, FILE_SOURCE, Folder


def two_sheets(home: Path, world: World) -> Folder:
    """Return a folder of two sheets."""
    folder = Folder(home, world)
    second = FILE_SOURCE.removeprefix("sources:\n").replace("sheet", "desk").replace("numbers/", "desk/")
    folder.write("okr_config/sources.yaml", FILE_SOURCE + second)
    folder.write("okr_config/objectives/term.yaml", AUTUMN.replace("sheet.calls", "desk.calls"))
    folder.write("desk/calls.csv", "metric,day,value\ndesk.calls,2026-11-02,3\n")
    write_sales(folder, {20: 5, 21: 7})
    return folder


def write_sales(folder: Folder, sales: Mapping[int, int]) -> None:
    """Write sales by day of November."""
    rows = [f"sheet.sales,2026-11-{day},{value}" for day, value in sales.items()]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")


def content(folder: Folder) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table's rows but for which runs and landings made them, and their instants."""
    columns = folder.query(
        "select table_name, string_agg("
        "case data_type when 'DOUBLE' then 'round(\"' || column_name || '\", 6)'"
        " when 'DOUBLE[]' then '[round(each, 6) for each in \"' || column_name || '\"]'"
        " else '\"' || column_name || '\"' end, ', ') from duckdb_columns()"
        " where not internal and data_type not like 'TIMESTAMP%'"
        " and column_name not in ('run_id', 'load_id', 'input_hash')"
        " and table_name in (select table_name from duckdb_tables())"
        " and table_name not in ('run_event', 'customer_key', 'schema_state')"
        " group by 1 order by 1"
    )
    found = {
        table: folder.query(f'select {names} from "{table}" order by all').rows() for table, names in columns.rows()
    }
    causes = "select day, load.source_id, window_to::date from restatement join load using (load_id) order by all"
    return {**found, "causes": folder.query(causes).rows()}


def over_days(folder: Folder, clock: Clock, once: Callable[[], object]) -> None:
    """Do something on three days: on the second a day gone by is corrected, on the third a source is missing."""
    once()
    clock.move(days=1)
    write_sales(folder, {20: 5, 21: 4, 23: 1})
    once()
    clock.move(days=1)
    (folder.home / "desk" / "calls.csv").unlink()
    once()
