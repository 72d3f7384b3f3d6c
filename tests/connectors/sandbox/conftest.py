"""A sandbox that stands on the evening of 2011-11-20."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import polars as pl
import pytest

from connectors.sandbox import Sandbox, serve
from connectors.sandbox.loading import DATA
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller


@pytest.fixture
def evening(clock: Clock) -> Clock:
    """Return the clock, set to 2011-11-20 21:00 UTC."""
    clock.now = datetime(2011, 11, 20, 21, tzinfo=UTC)
    return clock


@pytest.fixture
def sandbox(evening: Clock) -> Iterator[Sandbox]:
    """Serve the export shop on that clock."""
    with serve(evening, seconds=evening.seconds) as running:
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Iterator[Caller]:
    """Return a client of that sandbox."""
    # no TLS on loopback: reading the system's certificates for each test would cost more than the test
    unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with httpx.Client(base_url=sandbox.url, timeout=10, verify=unused) as http:
        yield Caller(http)


@pytest.fixture(scope="session")
def rows() -> pl.DataFrame:
    """Return the export shop's rows, straight from the data file."""
    return pl.read_parquet(DATA).filter(pl.col("Country") != "United Kingdom")
