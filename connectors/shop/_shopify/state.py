"""What a Shopify shop offers now, and how things stand with the app that asks."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from connectors.rows.shop_state import look_at_shop
from connectors.shop._shopify.graphql import Settings, ask
from connectors.source import Page, Pull, SourceHealth
from okr_config.errors import SourceError

_PUBLISHED = 'productsCount(query: "status:active published_status:published") { count precision }'
_PRODUCTS = f"query {{ {_PUBLISHED} }}"
_STATE = f"query {{ {_PUBLISHED} shop {{ shipsToCountries }} onlineStore {{ passwordProtection {{ enabled }} }} }}"
_VITALS = """
query {
  shop { name }
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
  orders(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } }
}"""
_LOSSES: Mapping[str, str] = {
    "read_all_orders": "orders older than 60 days are not visible",
    "read_customers": "new customers are not counted",
    "read_products": "published products are not counted",
}


def shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    """Yield what the shop offers: products, shipping, a storefront without a password."""
    notes: list[str] = []
    try:
        told = ask(pull, _STATE, scope="read_products").json()["data"]
    except SourceError as error:
        if error.reason != "forbidden":
            raise
        told = ask(pull, _PRODUCTS, scope="read_products").json()["data"]
        notes.append("whether the shop is open and ships is not told to this app")
    published = told["productsCount"]
    if published["precision"] != "EXACT":
        notes.append("Shopify gives no exact count of published products")
    states = {
        "shop.products_published": published["count"] if published["precision"] == "EXACT" else None,
        "shop.shipping_enabled": _ships(told),
        "shop.open": _is_open(told),
    }
    yield look_at_shop(pull, states, tuple(notes))


def _ships(told: object) -> int | None:
    match told:
        case {"shop": {"shipsToCountries": list(countries)}}:
            return int(bool(countries))
        case _:
            return None


def _is_open(told: object) -> int | None:
    match told:
        case {"onlineStore": {"passwordProtection": {"enabled": bool(locked)}}}:
            return int(not locked)
        case _:
            return None


def look_at_app(pull: Pull[Settings]) -> SourceHealth:
    """Return whose shop it is, which scopes are missing, what is left of the points, and when it last changed."""
    told = ask(pull, _VITALS, scope="read_orders").json()
    data = told["data"]
    scopes = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
    served = sorted(version["handle"] for version in data["publicApiVersions"] if version["supported"])
    orders = data["orders"]["nodes"]
    warnings = []
    if pull.settings.api_version not in served:
        what = f"API version {pull.settings.api_version} is not served any more, another one answers in its place"
        warnings.append((what, f"set api_version to {served[-1]}" if served else "set a newer api_version"))
    return SourceHealth(
        account=data["shop"]["name"],
        lacking={scope: loss for scope, loss in _LOSSES.items() if scope not in scopes},
        quota=_quota(told),
        newest=datetime.fromisoformat(orders[0]["updatedAt"]) if orders else None,
        warnings=tuple(warnings),
    )


def _quota(told: Any) -> str:  # noqa: ANN401 - JSON is anything
    match told:
        case {
            "extensions": {
                "cost": {
                    "throttleStatus": {
                        "currentlyAvailable": int() | float() as left,
                        "maximumAvailable": int() | float() as most,
                    }
                }
            }
        }:
            return f"{left:g} of {most:g} query points"
        case _:
            return ""


def last_day(settings: Settings) -> date:
    """Return the day from which a version may be gone: each is served for twelve months."""
    year, month = settings.api_version.split("-")
    return date(int(year) + 1, int(month), 1)
