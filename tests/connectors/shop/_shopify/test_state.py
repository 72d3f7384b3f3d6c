"""What a Shopify shop offers, and what the doctor is told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import connectors
from connectors.records import RecordKind
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.test_shopify import LOGIN

Json = dict[str, Any]

PUBLISHED = {"count": 12, "precision": "EXACT"}
DENIED: Json = {"errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}], "data": None}


@pytest.mark.parametrize(
    ("countries", "locked", "states"),
    [(["NO", "SE"], False, (1, 1)), ([], True, (0, 0)), (["NO"], True, (1, 0))],
)
def test_what_the_shop_offers(loopback: Loopback, countries: list[str], locked: bool, states: tuple[int, int]) -> None:
    """It ships when it ships somewhere, and is open when no password bars it: one query."""
    storefront = {"passwordProtection": {"enabled": locked}}
    told = {"productsCount": PUBLISHED, "shop": {"shipsToCountries": countries}, "onlineStore": storefront}
    loopback.script = lambda _: Reply({"data": told})

    rows = loopback.pull("shopify", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE].select("probe", "value").rows()

    expected = zip(("shop.products_published", "shop.shipping_enabled", "shop.open"), (12, *states), strict=True)
    assert list(expected) == rows
    assert 1 == len(loopback.seen)


def test_what_an_app_may_not_see_is_unknown(loopback: Loopback) -> None:
    """Products are counted all the same; a note says what is missing."""

    def script(request: Request) -> Reply:
        return Reply(DENIED if "onlineStore" in request.body["query"] else {"data": {"productsCount": PUBLISHED}})

    loopback.script = script

    pulled = loopback.pull("shopify", LOGIN, "shop_state")

    assert ["shop.products_published"] == pulled.frames[RecordKind.SHOP_STATE]["probe"].to_list()
    assert ("whether the shop is open and ships is not told to this app",) == pulled.notes


def _vitals(*, scopes: tuple[str, ...], served: tuple[str, ...], orders: tuple[Json, ...] = ()) -> Json:
    return {
        "data": {
            "shop": {"name": "Waldladen"},
            "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in scopes]},
            "publicApiVersions": [
                {"handle": version, "supported": version in served}
                for version in ("2025-10", "2026-01", "2026-10", "2027-01")
            ],
            "orders": {"nodes": list(orders)},
        },
        "extensions": {"cost": {"throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1959}}},
    }


def test_the_doctor_is_told_all_by_one_call(loopback: Loopback) -> None:
    """Shop, newest change and points; the sixty days of an app without read_all_orders are named."""
    told = _vitals(
        scopes=("read_orders", "read_products", "read_customers"),
        served=("2026-01", "2026-10"),
        orders=({"updatedAt": "2026-11-22T10:00:00Z"},),
    )
    loopback.script = lambda _: Reply(told)

    health = loopback.probe("shopify", LOGIN)

    assert {"read_all_orders": "orders older than 60 days are not visible"} == health.lacking
    assert ("Waldladen", "1959 of 2000 query points", ()) == (health.account, health.quota, health.warnings)
    assert datetime(2026, 11, 22, 10, tzinfo=UTC) == health.newest
    assert 1 == len(loopback.seen)


def test_a_version_that_is_gone_is_warned_of(loopback: Loopback) -> None:
    """Shopify answers with another one and says nothing."""
    scopes = ("read_orders", "read_all_orders", "read_products", "read_customers")
    loopback.script = lambda _: Reply(_vitals(scopes=scopes, served=("2026-01", "2026-10")))

    health = loopback.probe("shopify", {**LOGIN, "api_version": "2025-10"})

    what = "API version 2025-10 is not served any more, another one answers in its place"
    assert ((what, "set api_version to 2026-10"),) == health.warnings
    assert ({}, None) == (health.lacking, health.newest)


@pytest.mark.parametrize(("version", "ends"), [("2026-01", date(2027, 1, 1)), ("2026-10", date(2027, 10, 1))])
def test_a_version_is_served_for_a_year(loopback: Loopback, version: str, ends: date) -> None:
    """The doctor knows when it may be gone."""
    settings = loopback.settings("shopify", {**LOGIN, "api_version": version})

    assert ends == connectors.load("shopify").version_ends(settings)
