"""Dates as HTTP headers write them."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.http.dates import http_date

AT = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", AT),
        ("Sun Nov  6 08:49:37 1994", AT),
        ("Sun, 06 Nov 1994 08:49:37 -0000", AT),
        ("Sun, 06 Nov 1994 09:49:37 +0100", AT),
    ],
)
def test_every_spelling_is_one_instant(text: str, at: datetime) -> None:
    """Without a zone it is UTC."""
    found = http_date(text)

    assert at == found
    assert found
    assert found.utcoffset() is not None


@pytest.mark.parametrize("text", ["", "soon", "120", "Sun, 32 Nov 1994 08:49:37 GMT"])
def test_what_is_no_date_is_none(text: str) -> None:
    """Nor is a day or a year that there is not."""
    assert http_date(text) is None


def test_a_far_offset_is_no_error() -> None:
    """A zone of many hours is what it says, or no date at all."""
    assert http_date("Sun, 06 Nov 1994 08:49:37 +2300") == AT - timedelta(hours=23)
    assert http_date("Sun, 06 Nov 1994 08:49:37 +9999") is None
