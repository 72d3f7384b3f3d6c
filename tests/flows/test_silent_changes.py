"""What vendors change without telling is found again, as a first load would (warehouse.reconciling)."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import connectors
from connectors.records import KEYS, SCHEMAS, RecordKind
from connectors.source import Sweep
from flows.run import steps
from flows.run.sources import register_sources, secure_customer_key
from flows.run.steps import Options, RunContext
from okr_config.delivery import Delivery
from tests.conftest import Clock
from tests.connectors.cases import NETWORKED, case_of, pull_case
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request
from tests.flows.project_folder import Folder
from tests.flows.woocommerce_shop import WOO_SOURCE, WooShop, woo_order
from warehouse import Load, Warehouse, open_warehouse
from warehouse.landing import KINDS

pytestmark = pytest.mark.slow

SILENT = [name for name in NETWORKED if connectors.load(name).streams[0].changes]
_DAY = timedelta(days=1)


def _current(warehouse: Warehouse, kind: str) -> pl.DataFrame:
    """Return the versions in force of a kind, as rows of it."""
    table, key = KINDS[kind].table, ", ".join(("source_id", *KINDS[kind].key))
    newest = f"from {table}_version qualify row_number() over (partition by {key} order by loaded_at desc) = 1"
    rows = warehouse._read(f"from ({newest}) where not removed")  # noqa: SLF001 - its door takes no question
    return rows.drop("source_id", "load_id", "loaded_at", "removed")


def _same(expected: pl.DataFrame, rows: pl.DataFrame) -> None:
    assert_frame_equal(expected, rows.select(expected.columns), check_row_order=False, check_dtypes=False)


def _tampered(first: Delivery) -> Delivery:
    """Return a delivery as it was once: a number of the oldest row was another; a row and a refund more were there."""
    name = next(iter(first.frames))
    rows = first.frames[name]
    oldest = rows.sort("created_at" if name == "orders" else "period_start").head(1)
    number = {"orders": "gross_amount", "observations": "value"}.get(name) or next(
        column for column in ("visits", "pageviews", "visitors") if oldest[column][0] is not None
    )
    edited = oldest.with_columns((pl.col(number) + 1).cast(rows.schema[number]))
    taken_out = (
        edited.with_columns(order_id=pl.lit("taken out"))
        if name == "orders"
        else edited.with_columns(period_start=START.date() - _DAY, grain=pl.lit("day"))
    )
    frames = {**first.frames, name: pl.concat([rows, edited, taken_out])}
    if "refunds" in first.frames:
        amounts = {"currency": edited["currency"][0], "amount": Decimal(1), "quantity": 0}
        ids = {"order_id": edited["order_id"][0], "refund_id": "taken back", "created_at": START + _DAY}
        refund = pl.DataFrame([ids | amounts], schema=dict(SCHEMAS[RecordKind.REFUNDS]))
        frames["refunds"] = pl.concat([first.frames["refunds"], refund])
    whole = {name: frame.unique(KEYS[RecordKind(name)], keep="last") for name, frame in frames.items()}
    return replace(first, frames=whole)


NEVER_GONE = {
    "paypal": "a transaction is undone by another one",
    "stripe": "what was charged stays listed; a refund that fails says so",
}
"""Shops whose vendor takes no order and no refund out of its lists, so that nothing looks for what is absent."""


def test_every_shop_and_every_count_of_visits_is_read_again() -> None:
    """None is left out: a new connector says what its vendor changes without telling, and what it never takes away."""
    rooms = {name: connectors.module_of(name).split(".")[1] for name in NETWORKED}
    wanted = {name for name, room in rooms.items() if room in ("shop", "analytics")}
    streams = {name: connectors.load(name).streams[0] for name in wanted}

    assert set() == wanted - set(SILENT)
    merged = {name for name, stream in streams.items() if stream.mode == "merge"}
    blind = {name for name in merged if not (streams[name].changes and streams[name].changes.shows_absence)}
    assert NEVER_GONE.keys() == blind


@pytest.mark.parametrize("name", SILENT)
def test_one_reconciliation_finds_what_was_edited_and_taken_out(
    warehouse: Warehouse, loopback: Loopback, name: str
) -> None:
    """An old row edited without a newer date, one that is gone, a refund taken back: the tables of a first load."""
    stream = connectors.load(name).streams[0]
    first = pull_case(loopback, name)
    warehouse.land(_tampered(first), "run")
    since = START - 2 * _DAY

    swept = loopback.pull(
        name,
        case_of(name)["settings"],
        window=(NOW - timedelta(minutes=1), NOW),
        sweep=Sweep(since, warehouse.orders_made("src", since)),
    )
    load = warehouse.land(swept, "run")

    assert stream.changes
    told_of_absence = stream.mode == "replace" or stream.changes.shows_absence
    lost = {"orders": pl.col("order_id") == "taken out", "refunds": pl.col("refund_id") == "taken back"}
    for kind, frame in swept.frames.items():
        rows = _current(warehouse, kind)
        _same(frame, rows if told_of_absence or kind not in lost else rows.filter(~lost[kind]))
    assert any("reconciled: " in note for note in load.notes)
    again = warehouse.land(swept, "run")
    assert (0, 0, []) == (again.rows_new, again.rows_changed, [n for n in again.notes if "reconciled" in n])


TERM = """\
period: {id: term, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 500}
"""


def _run(folder: Folder, options: Options | None = None) -> list[Load]:
    """Pull and land, as a run does before it scores."""
    project = folder.project()
    with open_warehouse(project.warehouse, world=folder.world) as warehouse:
        run_id = warehouse.start_run(command="run", version="1", config_hash="")
        context = RunContext(project, project.config(), warehouse, run_id, options or Options())
        secure_customer_key(context)
        obstacles, _ = register_sources(context)
        with steps.puller(context.project, context.config) as pull:
            return [steps.land(context, pull(job)) for job in steps.plan(context, obstacles)]


def _tables(folder: Folder) -> Mapping[str, pl.DataFrame]:
    with open_warehouse(folder.project().warehouse, world=folder.world) as warehouse:
        return {kind: _current(warehouse, kind) for kind in ("orders", "order_lines", "refunds", "traffic")}


def _sweeps(folder: Folder) -> list[tuple[int, int, int, int]]:
    with open_warehouse(folder.project().warehouse, world=folder.world) as warehouse:
        found = "select rows_compared, edited, gone, withheld from reconciliation where stream in ('orders', 'traffic')"
        return warehouse._read(f"{found} order by load_id").rows()  # noqa: SLF001 - its door takes no question


def _equals_a_first_load(folder: Folder, tmp_path: Path) -> None:
    fresh = Folder(tmp_path / "fresh", folder.world, folder.environ)
    for name in ("okr_config/sources.yaml", "okr_config/objectives/term.yaml"):
        fresh.write(name, (folder.home / name).read_text(encoding="utf-8"))
    _run(fresh)
    for kind, rows in _tables(fresh).items():
        # each folder hashes people in its own way
        _same(rows.drop("customer_key", strict=False), _tables(folder)[kind])


@pytest.fixture
def shop(folder: Folder, loopback: Loopback) -> WooShop:
    """Return a shop of six orders and the folder's source for it."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", WOO_SOURCE.format(url=loopback.url))
    folder.environ["KEY"] = "ck_0123456789"
    opened = WooShop(*(f"2026-11-{day:02}" for day in (3, 5, 8, 10, 12, 15)))
    loopback.script = opened
    return opened


def test_a_woocommerce_shop_is_read_again_once_a_day(
    folder: Folder, shop: WooShop, clock: Clock, tmp_path: Path
) -> None:
    """Quantities edited at the same total, a refund taken back, an order deleted for good: all without a newer date."""
    shop.refund(2)
    _run(folder)
    shop.orders[1]["line_items"][0]["quantity"] = 3
    shop.refunds.clear()
    del shop.orders[4]
    clock.move(hours=3)
    _run(folder)
    assert [] == _sweeps(folder)

    clock.move(hours=18)
    loads = _run(folder)

    _equals_a_first_load(folder, tmp_path)
    assert [(6, 2, 1, 0)] == _sweeps(folder)
    assert ["reconciled: 1 order gone, 2 orders edited without telling"] == loads[0].notes
    clock.move(hours=21)
    _run(folder)
    assert (5, 0, 0, 0) == _sweeps(folder)[-1]


def test_a_small_shop_is_read_again_at_every_run(folder: Folder, shop: WooShop, clock: Clock, tmp_path: Path) -> None:
    """A page of orders: a refund that leaves its order alone and an order deleted for good are seen by the next run."""
    text = (folder.home / "okr_config/sources.yaml").read_text(encoding="utf-8")
    folder.write("okr_config/sources.yaml", text.replace("per_page: 2", "per_page: 100"))
    _run(folder)
    shop.refund(2)
    del shop.orders[4]
    for _ in range(2):
        clock.move(minutes=5)
        _run(folder)

    _equals_a_first_load(folder, tmp_path)
    assert [(6, 1, 1, 0), (5, 0, 0, 0)] == _sweeps(folder)


def test_an_edit_that_puts_the_date_back_is_one_without_telling(folder: Folder, shop: WooShop, tmp_path: Path) -> None:
    """Restored from a backup an order is older than it was: no pull by change finds it, the reading again does."""
    _run(folder)
    shop.orders[3] |= {"date_modified_gmt": "2026-11-01T10:00:00", "status": "cancelled"}
    _run(folder, Options(reconcile=True))

    _equals_a_first_load(folder, tmp_path)
    assert [(6, 1, 0, 0)] == _sweeps(folder)


def test_reconcile_does_it_now(folder: Folder, shop: WooShop, clock: Clock, tmp_path: Path) -> None:
    """Whenever it was last; and what was known before stays known."""
    _run(folder)
    before = clock.now
    del shop.orders[6]
    clock.move(minutes=5)

    _run(folder, Options(reconcile=True))

    _equals_a_first_load(folder, tmp_path)
    with open_warehouse(folder.project().warehouse, world=folder.world) as warehouse:
        then = warehouse._read("select count(*) from shop_order", before + timedelta(minutes=1))  # noqa: SLF001
        now = warehouse._read("select count(*) from shop_order")  # noqa: SLF001 - its door takes no question
        freshness = warehouse.freshness().filter(stream="orders")
    assert (6, 5) == (then.item(), now.item())
    assert freshness["last_reconciled_at"][0] >= clock.now


def test_an_order_hidden_by_a_page_shift_is_not_gone(folder: Folder, shop: WooShop, loopback: Loopback) -> None:
    """One order goes and one comes while pages are read: the one that slipped between two pages is looked for again."""
    _run(folder)
    listed = 0

    def shifting(request: Request) -> Reply:
        nonlocal listed
        if "after" in request.query and request.query["status"] == "any":
            listed += 1
            if listed == 2:
                del shop.orders[1]
                shop.orders[7] = woo_order(7, "2026-11-20")
        return shop(request)

    loopback.script = shifting
    _run(folder, Options(reconcile=True))

    assert set("1234567") == set(_tables(folder)["orders"]["order_id"])
    _run(folder, Options(reconcile=True))
    assert set("234567") == set(_tables(folder)["orders"]["order_id"])


def test_an_empty_answer_closes_nothing(folder: Folder, shop: WooShop) -> None:
    """A shop that shows no order at all, time and again, has a fault: its orders stay."""
    _run(folder)
    shop.orders.clear()
    for _ in range(2):
        _run(folder, Options(reconcile=True))

    assert 6 == _tables(folder)["orders"].height
    assert [(6, 0, 0, 6)] * 2 == _sweeps(folder)


def test_more_than_half_is_gone_when_it_is_found_twice(folder: Folder, shop: WooShop) -> None:
    """The first reconciliation says so, the next one takes them out."""
    _run(folder)
    for number in (1, 2, 3, 4):
        del shop.orders[number]

    loads = _run(folder, Options(reconcile=True))
    assert 6 == _tables(folder)["orders"].height
    told = "reconciled: 4 orders missing, to be taken out if the next one misses them too"
    assert [told] == loads[0].notes

    _run(folder, Options(reconcile=True))
    assert 2 == _tables(folder)["orders"].height


MATOMO_SOURCE = """\
sources:
  - {{id: site, connector: matomo, url: "{url}", site_id: 1, token: "${{KEY}}"}}
"""


def test_late_hits_are_counted_at_the_next_run(
    folder: Folder, loopback: Loopback, clock: Clock, tmp_path: Path
) -> None:
    """A log import for a day long past: day, week and month tell of it after one run, an hour later."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", MATOMO_SOURCE.format(url=loopback.url))
    folder.environ["KEY"] = "0123456789abcdef"
    hits = {date(2026, 11, day): day for day in range(1, 24)}

    def answer(request: Request) -> Reply:
        first, last = (date.fromisoformat(day) for day in request.body["date"].split(","))
        periods: dict[str, dict[str, int]] = {}
        for day, visits in hits.items():
            if first <= day <= last:
                counts = periods.setdefault(_period(day, request.body["period"]), {"nb_visits": 0, "nb_pageviews": 0})
                counts["nb_visits"] += visits
                counts["nb_uniq_visitors"] = counts["nb_pageviews"] = counts["nb_visits"]
        return Reply(deepcopy(periods))

    loopback.script = answer
    _run(folder)
    hits[date(2026, 11, 4)] += 25
    clock.move(hours=1)

    loads = _run(folder)

    _equals_a_first_load(folder, tmp_path)
    assert ["reconciled: 3 rows edited without telling"] == loads[0].notes


def _period(day: date, grain: str) -> str:
    if grain == "week":
        monday = day - timedelta(days=day.weekday())
        return f"{monday},{monday + timedelta(days=6)}"
    return f"{day:%Y-%m}" if grain == "month" else str(day)


def test_a_first_load_is_no_reconciliation(folder: Folder, shop: WooShop, loopback: Loopback) -> None:
    """It reads all there is already: nothing is asked for twice."""
    _run(folder, Options(reconcile=True))

    assert [] == _sweeps(folder)
    assert not any("after" in request.query for request in loopback.seen)
    assert shop.orders.keys() == set(map(int, _tables(folder)["orders"]["order_id"]))
