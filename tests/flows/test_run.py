"""Whole runs against the sandbox's HTTP: idempotent, following changes, surviving a failure (flows.run.runner)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.sandbox import Sandbox, faults, serve
from tests.conftest import Clock
from tests.flows.project_folder import Folder

SOURCES = """\
sources:
  - {id: shop, connector: shopify, base_url: '${SANDBOX}/shopify', shop: exportcounter.myshopify.com,
     access_token: '${SHOPIFY_TOKEN}', since: 2011-11-01}
  - {id: visits, connector: plausible, base_url: '${SANDBOX}/plausible', site_id: exportcounter.example,
     api_key: '${PLAUSIBLE_KEY}', since: 2011-11-01}
  - {id: bluesky, connector: bluesky, base_url: '${SANDBOX}/bluesky', account: exportcounter.bsky.social}
  - {id: mastodon, connector: mastodon, base_url: '${SANDBOX}/mastodon', account: exportcounter@social.example}
"""
OBJECTIVES = """\
period: {id: autumn, start: 2011-11-07, end: 2011-12-04}
timezone: Europe/London
currency: GBP
language: en
objectives:
  - id: shop
    title: Sell abroad
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 400}
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 60000}
      - {id: visitors, title: Visitors, metric: web.visitors, kind: window, every: week, target: 45}
      - {id: followers, title: Followers, metric: social.followers, kind: level, target: 300}
"""
GROWING = {
    "load",
    "reconciliation",
    "run_event",
    "social_account_version",
    "shop_state_version",
    "key_result_score",
    "key_result_forecast",
    "key_result_whatif",
    "objective_score",
    "metric_observation_version",
}
"""What a run adds to although nothing changed: its ledger, snapshots (and what they observe), and scores."""


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """Serve the export shop as it is on the evening of 2011-11-20."""
    clock.now = datetime(2011, 11, 20, 21, tzinfo=UTC)
    with serve(clock) as running:
        yield running


@pytest.fixture
def shop(folder: Folder, sandbox: Sandbox) -> Folder:
    """Return a folder whose sources are the sandbox's."""
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write("okr_config/objectives/autumn.yaml", OBJECTIVES)
    keys = {"SHOPIFY_TOKEN": "shpat_sandbox_opens_no_real_shop", "PLAUSIBLE_KEY": "sandbox-stats-key"}
    folder.environ.update(keys, SANDBOX=sandbox.url)
    return folder


def _value(folder: Folder, key_result: str) -> Decimal:
    value: Decimal = folder.query(f"select value from scoreboard where key_result_id = '{key_result}'")["value"][0]
    return value


def _status(folder: Folder, key_result: str) -> tuple[str, list[str]]:
    row = folder.query(f"select status, flags from scoreboard where key_result_id = '{key_result}'").to_dicts()[0]
    return row["status"], row["flags"]


def test_a_second_run_writes_only_its_ledger_snapshots_and_scores(shop: Folder, clock: Clock) -> None:
    """Unchanged APIs leave every other table as it was, and the same scores at the same instant."""
    judged_at = clock()
    shop.run(as_of=judged_at)
    before, values = shop.counts(), shop.query("select key_result_id, value, probability from scoreboard order by 1")
    clock.move(minutes=5)

    shop.run(as_of=judged_at)

    after = shop.counts()
    assert {name: rows for name, rows in before.items() if name not in GROWING} == {
        name: rows for name, rows in after.items() if name not in GROWING
    }
    assert before["social_account_version"] + 2 == after["social_account_version"]
    assert before["shop_state_version"] + 3 == after["shop_state_version"]
    # two accounts with followers and posts each, and three probes
    assert before["metric_observation_version"] + 7 == after["metric_observation_version"]
    assert values.rows() == shop.query("select key_result_id, value, probability from scoreboard order by 1").rows()


def test_a_changed_order_is_one_new_version_and_the_score_follows(shop: Folder, sandbox: Sandbox, clock: Clock) -> None:
    """One line edited at the shop: one version of the order and one of the line, and as many units more."""
    shop.run()
    before, units = shop.counts(), _value(shop, "units")
    order = next(order for order in reversed(sandbox.shop.look().orders) if not order.refunds)
    clock.move(minutes=30)
    sandbox.shop.edit_line(order.number, order.lines[0].number, quantity=order.lines[0].quantity + 7)
    clock.move(minutes=30)

    shop.run()

    after = shop.counts()
    assert (1, 1) == tuple(after[name] - before[name] for name in ("shop_order_version", "shop_order_line_version"))
    assert units + 7 == _value(shop, "units")


def test_a_later_refund_lowers_the_day_of_the_order(shop: Folder, sandbox: Sandbox, clock: Clock) -> None:
    """Units that come back in a later week are taken from the day they were sold on; the order stays a sale."""
    shop.run()
    order = next(
        order for order in sandbox.shop.look().orders if order.created_at.day == 8 and order.created_at.month == 11
    )
    sold = "select value from metric_daily where metric = 'shop.units_sold' and day = '2011-11-08'"
    units, orders = shop.query(sold)["value"][0], _value(shop, "orders")
    clock.move(days=1)
    sandbox.shop.refund(order.number, {order.lines[0].number: 2})
    clock.move(minutes=30)

    shop.run(as_of=datetime(2011, 11, 20, 23, 59, tzinfo=UTC))

    assert units - 2 == shop.query(sold)["value"][0]
    assert orders == _value(shop, "orders")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(faults.status(500), "server_error"), (faults.status(401), "unauthorized"), (faults.reset(), "incomplete")],
)
def test_one_source_down_holds_up_no_other(
    shop: Folder, sandbox: Sandbox, clock: Clock, fault: faults.Fault, reason: str
) -> None:
    """The others land, the score is marked, and the next run recovers by itself."""
    shop.run()
    followers = _value(shop, "followers")
    sandbox.faults["bluesky"] = lambda _request: fault
    clock.move(days=1)

    outcome = shop.run()

    assert ["bluesky"] == [load.source_id for load in outcome.failed]
    assert reason in [event.fields.get("reason") for event in shop.events]
    assert "failing_source" in _status(shop, "followers")[1]
    assert {"ok"} == {load.state for load in outcome.loads if load.source_id != "bluesky"}
    assert followers <= _value(shop, "followers")

    sandbox.faults["bluesky"] = []
    clock.move(hours=1)

    assert () == shop.run().failed
    assert ["prior_only"] == _status(shop, "followers")[1]


def test_a_server_that_refuses_connections_is_named(shop: Folder) -> None:
    """Nothing listens: the source fails as unreachable, the rest is scored, and no number is made up."""
    shop.write("okr_config/sources.yaml", SOURCES.replace("${SANDBOX}/bluesky", "http://127.0.0.1:1/bluesky"))

    outcome = shop.run()

    assert ["unreachable"] == [event.fields["reason"] for event in shop.events if "reason" in event.fields]
    assert ["bluesky"] == [load.source_id for load in outcome.failed]
    assert "partial" in _status(shop, "followers")[1]


def test_a_past_day_is_scored_as_it_was_known_then(shop: Folder, sandbox: Sandbox, clock: Clock) -> None:
    """Scored again as of and known at an earlier instant, a value is what it was before a refund came."""
    from flows.commands.score import score_again

    shop.run()
    clock.move(minutes=1)
    then, units = clock.now, _value(shop, "units")
    order = next(order for order in reversed(sandbox.shop.look().orders) if not order.refunds)
    clock.move(days=1)
    sandbox.shop.refund(order.number, {order.lines[0].number: 2})
    clock.move(minutes=30)
    shop.run()
    newest = _value(shop, "units")
    assert units != newest
    clock.move(minutes=1)

    score_again(shop.project(), then, then, restate=False, as_json=True)

    kept = shop.query("from key_result_score where key_result_id = 'units' order by saved_at")
    assert (units, then) == (kept["value"][-1], kept["as_of"][-1])
    assert newest == _value(shop, "units")


def test_no_secret_is_left_behind(shop: Folder, sandbox: Sandbox) -> None:
    """Neither token stands in any file of the folder, nor in what the run told."""
    sandbox.faults["shopify"] = [faults.status(401)]

    shop.run()

    told = repr(shop.events).encode()
    for path in [path for path in shop.home.rglob("*") if path.is_file()]:
        told += path.read_bytes()
    assert b"shpat_sandbox" not in told
    assert b"sandbox-stats-key" not in told


def test_files_are_their_owners_alone(shop: Folder) -> None:
    """Warehouse, published copy and key can be read by nobody else."""
    shop.run()

    written = [path for path in shop.home.rglob("*") if path.is_file() and "okr_config" not in path.parts]
    assert {0o600} == {path.stat().st_mode & 0o777 for path in written}
