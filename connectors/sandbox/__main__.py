"""`python -m connectors.sandbox --at 2011-11-20`: the sandbox in a process of its own, until it is interrupted."""

import signal
from datetime import UTC, datetime
from threading import Event

import click

from connectors.sandbox import AMPLE, PLUS, STANDARD, VENDORS, serve
from connectors.sandbox.loading import ShopPart

_PLANS = {"standard": STANDARD, "plus": PLUS, "ample": AMPLE}


@click.command()
@click.option("--at", type=click.DateTime(), required=True, help="The time its shop lives at, in UTC.")
@click.option("--port", default=0, help="0 takes a free one.")
@click.option("--shop", type=click.Choice(["export", "all"]), default="export", help="Orders from abroad, or all.")
@click.option("--latency", default=0.0, help="Seconds before each answer.")
@click.option("--plan", type=click.Choice(list(_PLANS)), default="plus", help="Whose allowance Shopify grants.")
def main(at: datetime, port: int, shop: ShopPart, latency: float, plan: str) -> None:
    """Serve the sandbox APIs on 127.0.0.1 and print their base URLs."""
    with serve(at.replace(tzinfo=UTC), shop=shop, latency=latency, port=port, allowance=_PLANS[plan]) as sandbox:
        for vendor in VENDORS:
            click.echo(f"{vendor:10} {sandbox.base_url(vendor)}")
        stopped = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        stopped.wait()


if __name__ == "__main__":
    main()
