"""A metric that cannot be worked out takes its own key results along and nothing else (warehouse.isolating)."""

from pathlib import Path

import duckdb

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.project_folder import FILE_SOURCE, Folder

GOALS = """\
period: {id: term, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 200}
      - {id: calls, title: Calls, metric: sheet.calls, kind: total, target: 9}
"""
NUMBERS = "metric,day,value\nsheet.sales,2026-11-20,5\nsheet.calls,2026-11-20,{calls}\n"
BREAK = """
alter view metric.counted_parts rename to whole_parts;
create view metric.counted_parts as
select * replace (if(metric = 'sheet.calls' and value > 3, error('more calls than there are'), value) as value)
from metric.whole_parts;
"""
MEND = "drop view metric.counted_parts; alter view metric.whole_parts rename to counted_parts;"


def _values(folder: Folder) -> dict[str, int | None]:
    return dict(folder.query("select key_result_id, value::int from scoreboard").rows())


def test_it_is_named_and_all_else_is_scored(tmp_path: Path, world: World, clock: Clock) -> None:
    """The run exits 1 and says which and why; what was known stays, and it counts again once it can be worked out."""
    folder = Folder(tmp_path / "project", world)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", GOALS)
    folder.write("numbers/numbers.csv", NUMBERS.format(calls=2))
    assert 0 == folder.ask("run").exit_code
    with duckdb.connect(str(folder.project().warehouse.path)) as connection:
        connection.execute(BREAK)
    clock.move(hours=1)
    folder.write("numbers/numbers.csv", NUMBERS.format(calls=4).replace(",5\n", ",6\n"))

    result = folder.ask("run")

    assert 1 == result.exit_code
    told = " ".join(result.output.split())
    assert "metric sheet.calls could not be computed: Invalid Input Error: more calls than there are" in told
    assert "1 could not be computed: sheet.calls" in told
    assert {"sales": 6, "calls": None} == _values(folder)
    known = "select value::int from metric_observation where metric = 'sheet.calls' and superseded_at is null"
    assert [(2,)] == folder.query(known).rows()

    with duckdb.connect(str(folder.project().warehouse.path)) as connection:
        connection.execute(MEND)
    clock.move(hours=1)

    assert 0 == folder.ask("run").exit_code
    assert {"sales": 6, "calls": 4} == _values(folder)
    assert [(4,)] == folder.query(known).rows()
