"""What a shop offers, as rows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from connectors.records import RecordKind
from connectors.rows.shop_state import look_at_shop
from connectors.source import Pull

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class _Now:
    now: datetime = AT


def test_an_unknown_state_has_no_row() -> None:
    """What is known has a row, 0 as well; what is not has none, and a note says why."""
    page = look_at_shop(cast("Pull[Any]", _Now()), {"shop.open": 0, "shop.payments_enabled": None}, ("hidden",))

    assert [("shop.open", AT, 0)] == page.frames[RecordKind.SHOP_STATE].rows()
    assert (1, AT, ("hidden",)) == (page.rows_read, page.cursor, page.notes)
