"""Tests of connectors.rows.zones."""

from zoneinfo import ZoneInfo

import pytest

from connectors.rows.zones import known_zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [("Europe/Oslo", "Europe/Oslo"), ("Mars/Base", "UTC"), ("", "UTC"), (None, "UTC"), (7, "UTC"), ("../x", "UTC")],
)
def test_a_zone_that_is_not_known_is_the_configured_one(name: object, zone: str) -> None:
    """Whatever the vendor says, days lie in some zone."""
    assert zone == known_zone(name, ZoneInfo("UTC")).key
