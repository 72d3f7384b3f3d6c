"""What a pull hands over: its window in days, and whether it lists all there is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okr_config.delivery import Delivery, Window

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC), (23, 23)),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 1, tzinfo=UTC), (22, 24)),
        (NOON, NOON, (23, 23)),
    ],
)
def test_a_window_touches_days_of_a_zone(start: datetime, end: datetime, days: tuple[int, int]) -> None:
    """Its end is not part of it, so that midnight touches no next day; an empty window has the day it lies in."""
    assert tuple(date(2026, 11, day) for day in days) == Window(start, end).days(OSLO)


@pytest.mark.parametrize(
    ("reconciled", "lists_all"),
    [
        (None, False),
        (Window(NOON - timedelta(days=9), NOON), True),
        (Window(NOON - timedelta(days=9), NOON - timedelta(seconds=1)), False),
    ],
)
def test_only_a_span_up_to_the_end_lists_all(reconciled: Window | None, *, lists_all: bool) -> None:
    """What a reconciliation did not reach may have been made after it, and is not gone."""
    window = Window(NOON - timedelta(days=1), NOON)

    delivery = Delivery(
        "shop", "shopify", "orders", "merge", window, "UTC", {}, NOON, 0, 1, 2, reconciled=reconciled
    )  # fmt: skip

    assert lists_all is delivery.lists_all
