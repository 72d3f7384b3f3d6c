"""How values are written as JSON (flows.console.json_forms)."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from flows.console.json_forms import json_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.10"), "1.1"),
        (Decimal("3.000000"), "3"),
        (2**127 - 1, "170141183460469231731687303715884105727"),
        (float("nan"), '"NaN"'),
        (float("-inf"), '"-Infinity"'),
        (date(2026, 11, 30), '"2026-11-30"'),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), '"2026-11-30T09:00:00+00:00"'),
        (time(12, 0, 1), '"12:00:01"'),
        (timedelta(days=3, hours=1), '"P3DT3600S"'),
        (timedelta(microseconds=-500_000), '"-P0DT0.5S"'),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (b"ab", '"YWI="'),
        ([{"at": time(1), "n": [float("inf")]}], '[{"at": "01:00:00", "n": ["Infinity"]}]'),
        ({date(2026, 1, 1): 1, 2: None}, '{"2026-01-01": 1, "2": null}'),
    ],
)
def test_each_value_has_a_form(value: Any, text: str) -> None:  # noqa: ANN401 - any value a query can give
    """And every one is JSON to the letter, which has neither NaN nor keys that are no text."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert text == json_text(value)
    json.loads(text, parse_constant=refuse)


def test_what_has_no_form_is_a_fault_of_ours() -> None:
    """An object of our own is never written by chance."""
    with pytest.raises(TypeError, match="no JSON form for object"):
        json_text(object())
