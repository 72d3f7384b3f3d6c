"""The connectors against servers that somebody else wrote from the same contracts."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import connectors
from connectors.analytics import ga4
from connectors.auth.service_account import service_account
from connectors.pulling import open_client, pull
from connectors.records import KEYS, RecordKind
from connectors.rows.traffic import Span
from connectors.sandbox import Sandbox, accounts, serve
from connectors.sandbox.orders import Line
from okr_config.delivery import Delivery, Window
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.discovery import Discovery

AT = datetime(2011, 11, 20, 21, tzinfo=UTC)
SETTINGS = {
    "shopify": {"shop": accounts.SHOP, "access_token": accounts.SHOP_ACCESS_TOKEN},
    "woocommerce": {
        "url": "https://exportcounter.example",
        "consumer_key": accounts.WOOCOMMERCE_KEY,
        "consumer_secret": accounts.WOOCOMMERCE_SECRET,
    },
    "plausible": {"site_id": accounts.PLAUSIBLE_SITE_ID, "api_key": accounts.PLAUSIBLE_API_KEY},
    "ga4": {"property_id": accounts.GA4_PROPERTY_ID, "credentials": accounts.ga4_credentials()},
    "matomo": {"url": "https://stats.example", "site_id": accounts.MATOMO_SITE_ID, "token": accounts.MATOMO_TOKEN},
    "bluesky": {"account": accounts.BLUESKY_ACCOUNT},
    "mastodon": {"account": accounts.MASTODON_ACCOUNT},
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the shop's evening of 2011-11-20."""
    with serve(AT) as running:
        yield running


def _pull(sandbox: Sandbox, world: World, name: str, window: Window, login: dict[str, str] | None = None) -> Delivery:
    source = connectors.load(name)
    settings = source.settings(id=name, connector=name, base_url=sandbox.base_url(name), **(login or SETTINGS[name]))
    with open_client(source, settings, world=world) as client:
        return pull(
            source,
            settings,
            source.streams[0],
            window,
            client=client,
            zone=ZoneInfo("Europe/London"),
            world=world,
            home=Path(),
            customer_key=str,
        )


@pytest.mark.parametrize("name", SETTINGS)
def test_every_vendor_answers(sandbox: Sandbox, world: World, clock: Clock, name: str) -> None:
    """Requests are understood and answers fit, without a refusal or a note."""
    clock.now = AT

    pulled = _pull(sandbox, world, name, Window(datetime(2011, 11, 1, tzinfo=UTC), AT))

    assert ((), ()) == (pulled.refused, pulled.notes)
    assert all(frame.height > 0 for frame in pulled.frames.values())


def test_two_windows_give_what_one_gives(sandbox: Sandbox, world: World, clock: Clock) -> None:
    """Orders by either login, in one window or in two that meet: the same rows."""
    clock.now = AT
    first, middle = datetime(2011, 10, 1, tzinfo=UTC), datetime(2011, 11, 5, 12, 30, 15, tzinfo=UTC)
    login = {"shop": accounts.SHOP, "client_id": accounts.SHOP_CLIENT_ID, "client_secret": accounts.SHOP_CLIENT_SECRET}

    whole = _pull(sandbox, world, "shopify", Window(first, AT))
    parts = [_pull(sandbox, world, "shopify", Window(*span), login) for span in ((first, middle), (middle, AT))]

    for kind in (RecordKind.ORDERS, RecordKind.ORDER_LINES, RecordKind.REFUNDS):
        together = pl.concat([part.frames[kind] for part in parts])
        assert_frame_equal(whole.frames[kind].sort(KEYS[kind]), together.sort(KEYS[kind]))


def test_the_lines_of_a_large_order_come_with_its_page(world: World, clock: Clock) -> None:
    """Two queries in all: for the shop, and for its orders, at a cost that the vendor takes."""
    clock.now = AT
    with serve(AT) as own:
        own.shop.add_order(1, [Line(number, f"sku{number}", "Cup", 1, 100) for number in range(1, 251)])

        pulled = _pull(own, world, "shopify", Window(AT, AT + timedelta(seconds=1)))

    assert (250, 2) == (pulled.frames[RecordKind.ORDER_LINES].height, pulled.requests)


@pytest.mark.parametrize("name", ["ga4", "matomo"])
def test_analytics_count_the_same_visits(sandbox: Sandbox, world: World, clock: Clock, name: str) -> None:
    """Each settled day, week and month has the same visitors, visits and page views as Plausible's."""
    clock.now = AT
    window = Window(datetime(2011, 10, 20, tzinfo=UTC), AT)

    pulled = [_pull(sandbox, world, each, window).frames[RecordKind.TRAFFIC] for each in ("plausible", name)]

    expected, actual = (frame.filter("settled").drop("settled").sort("grain", "period_start") for frame in pulled)
    # Google goes on counting for 72 hours
    assert {"plausible": 31, "ga4": 28, "matomo": 31}[name] == actual.filter(grain="day").height
    assert_frame_equal(expected.join(actual, on=["grain", "period_start"], how="semi"), actual)
    assert expected.filter(grain="week").height == actual.filter(grain="week").height


def test_ga4_reports_are_as_google_describes_them(sandbox: Sandbox, world: World, clock: Clock) -> None:
    """What the sandbox answers in Google's name is what Google's discovery document lets it answer."""
    clock.now = AT
    settings = {"id": "x", "connector": "ga4", "base_url": sandbox.base_url("ga4"), **SETTINGS["ga4"]}
    source = connectors.load("ga4")
    discovery = Discovery("analyticsdata.v1beta")
    for threshold in (0, 1_000_000):
        sandbox.ga4.threshold = threshold
        with open_client(source, source.settings(**settings), world=world) as client:
            token = service_account(client, json.loads(accounts.ga4_credentials()), ga4.SCOPE)
            query = ga4.report_query(Span("week", date(2011, 10, 3), date(2011, 11, 20)))
            headers = {"authorization": f"Bearer {token.value}"}
            path = f"/v1beta/properties/{accounts.GA4_PROPERTY_ID}:runReport"
            report = client.post_json(path, query, headers=headers)
        discovery.check_answer("properties.runReport", report.json())
    sandbox.ga4.threshold = 0
