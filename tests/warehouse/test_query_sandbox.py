"""SQL that is not ours can read the copy, and nothing else (.query_sandbox_child)."""

import subprocess
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from okr_config.errors import UsageError
from tests.conftest import waiting_world
from tests.warehouse.deliveries import delivery
from warehouse import open_warehouse
from warehouse.query_sandbox import Limits, QueryResult, check_queries, run_query


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Path:
    """Return a published copy with one order."""
    path = tmp_path_factory.mktemp("copy") / "okr.duckdb"
    path.write_bytes(empty.read_bytes())
    order = {"order_id": "A", "gross_amount": Decimal("12345678901234.5678")}
    with open_warehouse(path, world=waiting_world()) as warehouse:
        warehouse.land(delivery({"orders": [order]}), "run")
    return path


def test_values_arrive_exactly(copy: Path) -> None:
    """Decimals, times, nested values and all letters come through the pipe as they were."""
    sql = """
    select gross_amount, 1.10::decimal(38, 2) as cents, created_at, day, time '01:02:03.5' as t,
        interval 90 minutes as i, null as n, true as b, 9223372036854775807 as big, 0.1::double as f,
        [1.5, null]::decimal(2, 1)[] as l, {'a': date '2020-02-29', 'date': 1} as s,
        map {1: 'x'} as m, 'Å"\\n' as text, '\\xAA'::blob as raw,
        uuid '00000000-0000-0000-0000-000000000001' as u
    from shop_order
    """

    result = run_query(copy, sql)

    assert (
        Decimal("12345678901234.5678"),
        Decimal("1.10"),
        datetime(2026, 11, 20, 11, tzinfo=UTC),
        date(2026, 11, 20),
        time(1, 2, 3, 500_000),
        timedelta(minutes=90),
        None,
        True,
        2**63 - 1,
        0.1,
        [Decimal("1.5"), None],
        {"a": date(2020, 2, 29), "date": 1},
        {1: "x"},
        'Å"\\n',
        b"\xaa",
        UUID(int=1),
    ) == result.rows[0]
    assert ("DECIMAL(18,4)", "DECIMAL(38,2)", "TIMESTAMP WITH TIME ZONE", "DATE") == result.types[:4]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("from shop_order select order_id", (("A",),)),
        ("with a as (select 1 as x) from a", ((1,),)),
        ("select 1;", ((1,),)),
        ("pivot (select 'a' as k, 2 as v) on k using sum(v)", ((2,),)),
        ("-- æ\n/* b */ with a as (pivot (select 'a' as k, 2 as v) on k using sum(v)) from a", ((2,),)),
        ("values (1), (2)", ((1,), (2,))),
        ("select * from shop_order where false", ()),
    ],
)
def test_queries_of_every_form(copy: Path, sql: str, rows: tuple[tuple[object, ...], ...]) -> None:
    """FROM first, WITH, PIVOT, VALUES, a semicolon at the end, no rows."""
    assert rows == run_query(copy, sql).rows


def test_explain_and_describe(copy: Path) -> None:
    """A plan and a table's columns are queries too."""
    assert isinstance(run_query(copy, "explain select 1"), QueryResult)
    assert "order_id" in [row[0] for row in run_query(copy, "describe shop_order").rows]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1; select 2",
        "",
        "drop table run",
        "delete from run",
        "insert into check_in select 'a', now(), 'b', 1, 1, ''",
        "create temp table t as select 1",
        "create temp table t as pivot (select 'a' as k, 2 as v) on k using sum(v)",
        "-- æ\ncreate view v as pivot (select 'a' as k, 2 as v) on k using sum(v)",
        "create view v as select 1",
        "attach '/tmp/other.duckdb'",
        "copy run to '/tmp/run.csv'",
        "export database '/tmp/out'",
        "set memory_limit = '9GB'",
        "set variable known_at = now()",
        "pragma enable_profiling",
        "install httpfs",
        "load httpfs",
        "checkpoint",
        "call pragma_version()",
        "pivot a on b; select 1",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "from '/etc/passwd'",
        "select * from read_parquet('https://example.invalid/x.parquet')",
        "select * from duckdb_secrets() where 1 = (select count(*) from read_blob('/etc/passwd'))",
        "explain analyze select * from read_csv('/etc/passwd')",
    ],
)
def test_everything_else_is_refused(copy: Path, sql: str) -> None:
    """One statement, one that reads, and only the copy; the file is the same after."""
    before = copy.read_bytes()

    with pytest.raises(UsageError) as caught:
        run_query(copy, sql)

    assert 2 == caught.value.exit_code
    assert before == copy.read_bytes()
    assert not list(copy.parent.glob("*.wal"))


def test_a_mistake_is_pointed_at(copy: Path) -> None:
    """DuckDB's own hint and caret come through, and then what to do."""
    with pytest.raises(UsageError) as caught:
        run_query(copy, "select *\nfrom shop_ordr")

    lines = str(caught.value).splitlines()
    assert 'Catalog Error: Table with name shop_ordr does not exist! Did you mean "shop_order"?' == lines[0]
    assert "  LINE 2: from shop_ordr" == lines[1]
    assert lines[1].index("shop_ordr") == lines[2].index("^")
    assert "  next: okr sql, to list tables and columns" == lines[3]


@pytest.mark.parametrize(
    ("sql", "limits", "what"),
    [
        ("select repeat('x', 2_000_000_000) as x", Limits(), "memory"),
        ("select list(i) from range(1_000_000_000) t(i)", Limits(memory=200 << 20), "memory"),
        (
            "select count(*) from range(1_000_000) a, range(1_000_000) b where a.range <> b.range",
            Limits(seconds=1),
            "1 s",
        ),
        (
            "with recursive r as (select 1 as x union all select x + 1 from r) select max(x) from r",
            Limits(cpu_seconds=1),
            "1 s of processor",
        ),
        ("select * from range(1_000_000)", Limits(rows=1000), "1,000 rows"),
        ("select repeat('x', 3_000_000)", Limits(bytes=1 << 20), "1 MB"),
    ],
)
def test_a_query_that_takes_too_much_is_stopped(copy: Path, sql: str, limits: Limits, what: str) -> None:
    """Smoothed, time, processor, rows and bytes are bounded, and the error says by what."""
    with pytest.raises(UsageError, match=what):
        run_query(copy, sql, limits=limits)


def test_the_instants_of_a_score_can_be_used(copy: Path) -> None:
    """`getvariable('as_of')` is the judged instant, and views show what was known at `known_at`."""
    instant = datetime(2020, 5, 16, 22, tzinfo=UTC)
    sql = "select getvariable('as_of'), count(*) from shop_order"

    assert ((None, 1),) == run_query(copy, sql).rows
    assert ((instant, 0),) == run_query(copy, sql, variables={"as_of": instant, "known_at": instant}).rows


def test_the_childs_environment_is_empty(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of the environment reaches the process that runs foreign SQL."""
    monkeypatch.setenv("SHOPIFY_TOKEN", "CANARY-sandbox-5f0c2a9d11e84b77")

    with pytest.raises(UsageError):
        run_query(copy, "select getenv('SHOPIFY_TOKEN')")


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select day, sum(quantity) as value from shop_order_line group by day", None),
        ("from scoreboard", None),
        ("-- units\nselect 1", None),
        ("select day, sum(quantiti) from shop_order_line group by day", 'Referenced column "quantiti" not found'),
        ("from nowhere", "nowhere does not exist"),
        ("select 1; select 2", "one statement is wanted"),
        ("drop table run", "only queries can be run here"),
        ("select", "SELECT clause without selection list"),
        ("from read_csv('/etc/passwd')", "disabled by configuration"),
    ],
)
def test_queries_are_checked_without_a_warehouse(sql: str, fault: str | None) -> None:
    """Statement, tables and columns are known offline."""
    (found,) = check_queries([sql])

    assert found is None if fault is None else fault in (found or "")


def test_queries_are_checked_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text has its own answer in its own place, one empty warehouse and one child for all of them."""
    started = []
    start = subprocess.Popen

    def counted(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as Popen takes them
        started.append(arguments)
        return start(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", counted)
    texts = ["select 1", "from nowhere", "select day from metric_daily", "drop table run", "from scoreboard"] * 2

    found = check_queries(texts)

    assert [None, "nowhere", None, "DROP", None] * 2 == [
        fault and next(word for word in ("nowhere", "DROP") if word in fault) for fault in found
    ]
    assert 1 == len(started)
    assert [] == check_queries([])


def test_a_copy_that_is_not_there(tmp_path: Path) -> None:
    """The error is whole; nothing is made in its place."""
    with pytest.raises(UsageError):
        run_query(tmp_path / "none.duckdb", "select 1")

    assert [] == list(tmp_path.iterdir())
