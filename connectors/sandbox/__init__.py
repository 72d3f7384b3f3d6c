"""
Local HTTP APIs that speak the vendors' protocols over a real shop's orders: for the demo, tests and benchmarks.

    with serve(datetime(2011, 11, 20, 21, tzinfo=UTC)) as sandbox:
        sandbox.url                         # http://127.0.0.1:PORT; a source's base_url is this and /shopify, ...
        sandbox.shop.refund(573746, {1: 2}) # the shop's life goes on
        sandbox.faults["bluesky"] = [faults.status(503)]
        sandbox.requests                    # ["POST /shopify/admin/api/2026-10/graphql.json", ...]

Nothing is visible that lies after the sandbox's clock. `accounts` has the names and keys it answers to; what stands for
what is told in `data/README.md`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from connectors.sandbox.faults import Faults
from connectors.sandbox.ga4 import GoogleAnalytics
from connectors.sandbox.loading import ShopPart, load_orders
from connectors.sandbox.matomo import Matomo
from connectors.sandbox.plausible import Plausible
from connectors.sandbox.server import Server, Vendor
from connectors.sandbox.shop import Shop
from connectors.sandbox.shopify.api import Shopify
from connectors.sandbox.shopify.throttle import AMPLE, PLUS, STANDARD, Allowance, Bucket
from connectors.sandbox.social import Bluesky, Mastodon
from connectors.sandbox.visits import Visits
from connectors.sandbox.woocommerce.api import Woocommerce

__all__ = ["AMPLE", "PLUS", "STANDARD", "VENDORS", "Allowance", "Sandbox", "serve"]

VENDORS = ("shopify", "woocommerce", "plausible", "ga4", "matomo", "bluesky", "mastodon")


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    shop: Shop
    shopify: Shopify
    ga4: GoogleAnalytics
    server: Server

    @property
    def url(self) -> str:
        """Where it serves; each vendor has its prefix below."""
        return self.server.url

    @property
    def requests(self) -> list[str]:
        """What was asked so far: method and path."""
        return self.server.requests

    @property
    def faults(self) -> dict[str, Faults]:
        """What goes wrong, by vendor; may be changed at any time."""
        return self.server.faults

    def base_url(self, vendor: str) -> str:
        """Return the `base_url` of a vendor's source."""
        return f"{self.url}/{vendor}"

    def stop(self) -> None:
        """Stop serving."""
        self.server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(  # noqa: PLR0913 - each has a default that fits the demo
    at: datetime | Callable[[], datetime],
    *,
    shop: ShopPart = "export",
    faults: Mapping[str, Faults] | None = None,
    latency: float = 0.0,
    port: int = 0,
    allowance: Allowance = PLUS,
    seconds: Callable[[], float] = time.monotonic,
) -> Sandbox:
    """
    Start a sandbox in a thread of its own.

    Args:
        at: the time its shop lives at, or a clock; zone-aware.
        shop: "export" is the part abroad, "all" has the small orders from home too.
        faults: what goes wrong, by vendor.
        latency: seconds before each answer.
        port: 0 takes a free one.
        allowance: Shopify's points: those of a `STANDARD` or a `PLUS` plan, or an `AMPLE` lot for measuring.
        seconds: the clock on which points come back.
    """
    here = Shop(load_orders(shop), at if callable(at) else lambda: at)
    shopify = Shopify(here, Bucket(allowance, seconds))
    visits = Visits(here)
    ga4 = GoogleAnalytics(visits)
    analytics: tuple[Vendor, ...] = (Plausible(visits), ga4, Matomo(visits))
    apis: tuple[Vendor, ...] = (shopify, Woocommerce(here), *analytics, Bluesky(here), Mastodon(here))
    vendors = dict(zip(VENDORS, apis, strict=True))
    return Sandbox(here, shopify, ga4, Server(vendors, dict(faults or {}), latency=latency, port=port))
