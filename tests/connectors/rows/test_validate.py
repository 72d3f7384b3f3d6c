"""From text to canonical columns: strict, row by row (connectors.records)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import SCHEMAS, RecordKind, empty
from connectors.rows.validate import Fitted, fit, keep_whole
from okr_config.errors import SourceError

LINE = {"order_id": "o", "line_id": "l", "quantity": "3", "is_gift_card": "false", "amount": "12.50", "currency": "NOK"}


def _lines(*changes: dict[str, str | None]) -> Fitted:
    frame = pl.DataFrame([{**LINE, **change} for change in changes], schema=dict.fromkeys(LINE, pl.String))
    return fit(RecordKind.ORDER_LINES, frame, required=("order_id", "line_id", "quantity"))


def test_text_becomes_typed_columns() -> None:
    """Every column of the kind is there, in order, with its type; what was not given is null."""
    fitted = _lines({})

    assert dict(SCHEMAS[RecordKind.ORDER_LINES]) == dict(fitted.frame.schema)
    expected = ("o", "l", None, None, None, 3, None, False, "NOK", Decimal("12.5"))
    assert [expected] == fitted.frame.rows()


@pytest.mark.parametrize("kind", list(RecordKind))
def test_an_empty_frame_fits_every_kind(kind: RecordKind) -> None:
    """No rows have the right columns too."""
    assert empty(kind).schema == fit(kind, pl.DataFrame(), required=()).frame.schema


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"quantity": "1.5"}, "quantity is a fraction instead of a count"),
        ({"quantity": "true"}, "quantity is a boolean instead of a count"),
        ({"quantity": "-1"}, "quantity is a negative number instead of a count"),
        ({"quantity": "9" * 30}, "quantity is a number with too many digits instead of a count"),
        ({"quantity": "4 "}, "quantity is a number with spaces around it instead of a count"),
        ({"quantity": "1_000"}, "quantity is text instead of a count"),
        ({"quantity": "\u0664"}, "quantity is text instead of a count"),
        ({"quantity": ""}, "quantity is empty instead of a count"),
        ({"quantity": None}, "quantity is missing instead of a count"),
        ({"quantity": "three"}, "quantity is text instead of a count"),
        ({"amount": "1e999"}, "amount is a number out of range instead of an amount"),
        ({"amount": "NaN"}, "amount is a number out of range instead of an amount"),
        ({"amount": "12,50"}, "amount is text instead of an amount"),
        ({"amount": "99999999999999999"}, "amount is a number with too many digits instead of an amount"),
        ({"is_gift_card": "1"}, "is_gift_card is a number instead of true or false"),
    ],
)
def test_what_does_not_fit_is_set_apart(change: dict[str, str | None], told: str) -> None:
    """By field and type, in a JSON without values; its neighbours stand."""
    fitted = _lines({}, change, {"line_id": "m"})

    [refusal] = fitted.refused
    assert told == refusal.reason
    [field] = change
    found = told.removeprefix(f"{field} is ").partition(" instead")[0]
    assert f'{{"{field}":"{found}"}}' == refusal.payload
    assert ["l", "m"] == fitted.frame["line_id"].to_list()


def test_amounts_may_be_negative_and_long() -> None:
    """A discount is no error; digits beyond the fourth are rounded half to even."""
    fitted = _lines({"amount": "-3.00005"}, {"amount": "12345678901234.5678"})

    assert [Decimal("-3.0000"), Decimal("12345678901234.5678")] == fitted.frame["amount"].to_list()


def test_more_than_half_is_an_error() -> None:
    """A column that is gone everywhere is not a matter of rows."""
    with pytest.raises(SourceError) as caught:
        _lines({"quantity": None}, {"quantity": None}, {})

    expected = "2 of 3 rows of order_lines do not fit: quantity is missing instead of a count"
    assert ("bad_rows", expected) == (caught.value.reason, caught.value.what)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-03T08:15:02Z", datetime(2026, 11, 3, 8, 15, 2, tzinfo=UTC)),
        ("2026-11-03T08:15:02.123456+01:00", datetime(2026, 11, 3, 7, 15, 2, 123456, tzinfo=UTC)),
        ("2026-03-29T02:30:00+01:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-11-03T08:15:02", None),
        ("2026-11-03", None),
        ("2026-02-30T08:15:02Z", None),
    ],
)
def test_times_need_their_zone(text: str, time: datetime | None) -> None:
    """A time without offset is not guessed at."""
    frame = pl.DataFrame({"probe": ["a", "b"], "observed_at": [text, "2026-11-03T08:15:02Z"]})

    fitted = fit(RecordKind.SHOP_STATE, frame, required=("probe",))

    assert ([] if time is None else [time]) == fitted.frame["observed_at"].to_list()[: 1 if time else 0]
    assert (time is None) == bool(fitted.refused)


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(min_value=-(10**13), max_value=10**13, places=4),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.integers(0, 2**62),
)
def test_good_text_is_read_exactly(amount: Decimal, day: date, count: int) -> None:
    """Money to the fourth decimal, days and counts come out as they were written."""
    money = _lines({"amount": str(amount), "quantity": str(count)}).frame
    rate = fit(RecordKind.RATES, pl.DataFrame({"currency": ["NOK"], "day": [day.isoformat()]}), required=())

    assert (amount, count) == (money["amount"][0], money["quantity"][0])
    assert day == rate.frame["day"][0]


def test_a_broken_child_withholds_its_family() -> None:
    """Orders, lines and refunds of an order with a refused row are all left out."""
    lines = _lines({"order_id": "a"}, {"order_id": "b", "quantity": "x"}, {"order_id": "b"}, {"order_id": "c"})
    orders = Fitted(pl.DataFrame({"order_id": ["a", "b", "c"]}))

    whole_orders, whole_lines = keep_whole("order_id", orders, lines)

    assert (["a", "c"], ["a", "c"]) == (whole_orders["order_id"].to_list(), whole_lines["order_id"].to_list())
