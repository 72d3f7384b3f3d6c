"""Whatever `okr check` passes, `okr run` does not crash on; and one key result's trouble is not the others'."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.errors import ConfigError, Problem
from okr_config.world import World, write_whole
from tests.conftest import Clock
from tests.flows.project_folder import FILE_SOURCE, Folder
from warehouse.engine import connect

OBJECTIVES = """\
period: {{id: q, start: {start}, end: {end}}}
timezone: Europe/Oslo
currency: NOK
objectives:
  - id: o
    title: {title}
    key_results:
      - {{id: a, title: A, metric: '{metric}', kind: {kind}, target: {target}, baseline: {baseline}}}
      - {{id: b, title: B, metric: shop.orders, kind: total, target: 10,
         changes: [{{on: {on}, target: {changed}}}]}}
"""
GOOD = {
    "start": "2026-10-01",
    "end": "2026-12-31",
    "title": "T",
    "metric": "sheet.hours",
    "kind": "total",
    "target": "10",
    "baseline": "0",
    "on": "2026-11-01",
    "changed": "20",
}
NUMBERS = st.one_of(
    st.sampled_from(["1e18", "1e15", "999999999999999", "-5", "0.000001", "1e-7", "1e999", "0", "1_0", "12"]),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)
DAYS = st.one_of(
    st.sampled_from(["9999-12-31", "0026-11-01", "2100-12-31", "1900-01-01", "2026-11-31"]),
    st.dates().map(str),
)
NAMES = st.sampled_from(["sheet.hours", "sheet.besøk", "sheet.Salg", "sheet.a/b", "sheet.solgte enheter", "sheet.x{y}"])
ROWS = st.lists(st.tuples(st.one_of(NAMES, st.just("shop.orders")), DAYS, NUMBERS), max_size=6)


def _folder(home: Path) -> Folder:
    clock = Clock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    world = World(
        clock=clock,
        monotonic=clock.seconds,
        sleep=clock.sleep,
        random=lambda: 0.5,
        token=clock.token,
        write=write_whole,
    )
    folder = Folder(home / "project", world)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    return folder


def _problems(folder: Folder) -> tuple[Problem, ...]:
    try:
        folder.project().config()
    except ConfigError as refused:
        return refused.problems
    return ()


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    st.fixed_dictionaries(
        {"metric": NAMES, "target": NUMBERS, "baseline": NUMBERS, "changed": NUMBERS, "on": DAYS}
        | {"title": st.sampled_from(["T", '"\\ud83d\\ude80"', '"\\ud83d"', '"\\0"', "å" * 300])}
    ),
    ROWS,
)
def test_what_check_passes_runs(words: dict[str, str], rows: list[tuple[str, str, str]]) -> None:
    """Odd numbers, days, names and texts are refused with their place, or scored and published."""
    with TemporaryDirectory() as home:
        folder = _folder(Path(home))
        folder.write("okr_config/objectives/q.yaml", OBJECTIVES.format(**GOOD | words))
        good = [f"shop.orders,2026-11-{day:02},1" for day in range(1, 10)]
        folder.write("numbers/n.csv", "\n".join(["metric,day,value", *good, *map(",".join, rows)]))
        if problems := _problems(folder):
            assert all(problem.line for problem in problems)
            return

        folder.run()

        assert {"a", "b"} == set(folder.query("select key_result_id from scoreboard")["key_result_id"])


def test_numbers_beyond_computing_cost_their_key_result_only(folder: Folder) -> None:
    """The sum that no column holds is said to be so by name; the other key result is scored and published."""
    folder.write("okr_config/objectives/q.yaml", OBJECTIVES.format(**GOOD))
    rows = [f"sheet.hours,2026-11-{day:02},900000000000000,{account}" for day in range(1, 29) for account in range(60)]
    folder.write("numbers/n.csv", "\n".join(["metric,day,value,account", "shop.orders,2026-11-02,4,", *rows]))

    outcome = folder.run()

    board = folder.query("select key_result_id, value::double as value, explanation from scoreboard order by 1").rows()
    assert (["a", "b"], [None, 4.0]) == ([row[0] for row in board], [row[1] for row in board])
    assert board[0][2].startswith(
        "The value is unknown: the numbers behind it are larger or later than anything can be"
    )
    assert ("a",) == outcome.uncomputed
    assert not outcome.complete


def test_a_folder_once_spoiled_by_a_target_heals(folder: Folder) -> None:
    """A definition kept before numbers had bounds neither stops a run nor the page."""
    folder.write("okr_config/objectives/q.yaml", OBJECTIVES.format(**GOOD))
    folder.run()
    with connect(folder.project().warehouse.path) as connection:
        connection.execute(
            "update key_result_definition_version set definition_hash = 'x',"
            """ definition = replace(definition::varchar, '"target":"10"', '"target":"1e18"')::json"""
        )

    folder.run()

    versions = folder.query("select count(*) as n from key_result_definition where key_result_id = 'a'")["n"][0]
    assert (2, ["a", "b"]) == (versions, sorted(folder.query("from scoreboard")["key_result_id"]))
