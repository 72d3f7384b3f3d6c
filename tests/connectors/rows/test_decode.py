"""From bytes to columns: the quick way and the careful way agree."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode, frame_of, shape
from okr_config.errors import SourceError

WIRE: Wire = {"id": TEXT, "n": TEXT, "money": shape(amount=TEXT), "items": pl.List(shape(q=TEXT))}

scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.sampled_from([0.1, 12.5, 3.0])
)
rows = st.fixed_dictionaries(
    {"id": scalars, "n": scalars},
    optional={
        "money": st.none() | st.fixed_dictionaries({"amount": scalars}),
        "items": st.none() | st.lists(st.fixed_dictionaries({"q": scalars}), max_size=3),
        "unknown": st.lists(scalars, max_size=2),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(rows, max_size=4), min_size=1, max_size=3))
def test_the_quick_way_is_the_careful_way(pages: list[list[dict[str, object]]]) -> None:
    """Reading all bodies at once gives the same text as reading row by row."""
    bodies = [json.dumps({"data": {"rows": page}}).encode() for page in pages]

    quick = decode(RecordKind.ORDERS, bodies, ("data", "rows"), WIRE)

    assert_frame_equal(frame_of(RecordKind.ORDERS, [row for page in pages for row in page], WIRE).frame, quick.frame)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (b'{"id": {"a": 1}}', "id is an object instead of a plain value"),
        (b'{"id": [1]}', "id is a list instead of a plain value"),
        (b'{"money": 5}', "money is a plain value instead of an object"),
        (b'{"money": {"amount": []}}', "amount is a list instead of a plain value"),
        (b'{"items": {}}', "items is an object instead of a list"),
        (b"17", "row is a plain value instead of an object"),
        (b'{"n": 1e999}', "n is a number out of range instead of a finite number"),
        (b'{"n": NaN}', "n is a number out of range instead of a finite number"),
    ],
)
def test_a_row_of_another_shape_spoils_no_other(row: bytes, told: str) -> None:
    """It is set apart by field and type; its neighbours are read."""
    body = b'{"data": [{"id": "a", "n": 0.1}, ' + row + b', null, {"id": "b", "n": 7}]}'

    decoded = decode(RecordKind.ORDERS, [body], ("data",), WIRE)

    assert [("a", "0.1"), ("b", "7")] == decoded.frame.select("id", "n").rows()
    assert [told] == [refusal.reason for refusal in decoded.refused]


ODD = b'{"data": [{"id": {"a": 1}}, {"id": "a"}, {"id": "b"}, ROW]}'
"""A body in which another row does not fit, so that all are read one by one."""
LONE = b'{"data": [ROW]}'


@pytest.mark.parametrize("body", [LONE, ODD], ids=["at once", "one by one"])
@pytest.mark.parametrize(
    ("row", "n"),
    [
        (b'{"id": "x", "n": 1, "n": 2}', "2"),
        (b'{"n": {"a": 1}, "id": "x", "n": 2}', "2"),
        (b'{"id": "x", "n" : 1, "n" : "2"}', "2"),
        (b'{"id": "x", "n": "half \\ud83d"}', "half \N{REPLACEMENT CHARACTER}"),
        (b'{"id": "x", "n": "\\ud83d\\ude00 \\udc00"}', "\N{GRINNING FACE} \N{REPLACEMENT CHARACTER}"),
        (b'{"id": "x", "n": "a \\"n\\": 1"}', 'a "n": 1'),
    ],
)
def test_both_ways_read_odd_text_alike(body: bytes, row: bytes, n: str) -> None:
    """Of a name that comes twice the later value counts, and half a sign is replaced, whatever the neighbours."""
    decoded = decode(RecordKind.ORDERS, [body.replace(b"ROW", row)], ("data",), WIRE)

    assert [("x", n)] == decoded.frame.select("id", "n").rows()[-1:]


def test_a_list_with_gaps_is_a_list() -> None:
    """PHP writes a list that lost an item as an object of numbered ones."""
    decoded = decode(RecordKind.ORDERS, [b'[{"id": "x", "items": {"1": {"q": 5}, "4": {"q": 6}}}]'], (), WIRE)

    assert [("x", [{"q": "5"}, {"q": "6"}])] == decoded.frame.select("id", "items").rows()


@pytest.mark.parametrize("value", [b'{"a": 1}', b"7", b'"text"', b"[7]"])
def test_a_dispensable_field_costs_no_row(value: bytes) -> None:
    """What nothing is counted from is left out where it does not fit; the same elsewhere costs the row."""
    body = b'[{"id": "a", "items": ' + value + b'}, {"id": "b"}, {"id": "c"}]'

    lenient = decode(RecordKind.ORDERS, [body], (), WIRE, dispensable=("items",))
    strict = decode(RecordKind.ORDERS, [body], (), WIRE)

    assert [("a", None), ("b", None), ("c", None)] == lenient.frame.select("id", "items").rows()
    assert ["b", "c"] == strict.frame["id"].to_list()


def test_when_most_rows_do_not_fit_the_source_has_changed() -> None:
    """More than half refused is an error that names a field and a type, never a value."""
    body = b'{"data": [{"id": {"a": "CANARY"}}, {"id": {}}, {"id": "b"}]}'

    with pytest.raises(SourceError) as caught:
        decode(RecordKind.ORDERS, [body], ("data",), WIRE)

    expected = "2 of 3 rows of orders do not fit: id is an object instead of a plain value"
    assert ("bad_rows", expected) == (caught.value.reason, caught.value.what)


def test_a_single_row_may_lie_at_the_path() -> None:
    """An object instead of a list, one a body."""
    bodies = [b'{"data": {"id": 1}}', b'{"data": null}', b'{"data": {"id": 2, "money": {"amount": "3.10"}}}']

    decoded = decode(RecordKind.ORDERS, bodies, ("data",), WIRE, single=True)

    assert [("1", None), ("2", {"amount": "3.10"})] == decoded.frame.select("id", "money").rows()


def test_no_bodies_are_no_rows() -> None:
    """The columns are there all the same."""
    frame = decode(RecordKind.ORDERS, [], ("a",), WIRE).frame

    assert (0, list(WIRE)) == (frame.height, frame.columns)
