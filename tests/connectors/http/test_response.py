"""JSON that is whole."""

import json
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http.errors import RequestError
from connectors.http.response import Answer, Exact, parse_json


def _json(body: bytes) -> Answer:
    return Answer(200, {"content-type": "application/json"}, body, "/")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=20,
    ).filter(lambda value: isinstance(value, dict | list)),
    st.data(),
)
def test_a_cut_json_is_never_taken_for_whole(value: object, data: st.DataObject) -> None:
    """Wherever an object or list is cut, the answer is not complete."""
    whole = json.dumps(value).encode()
    cut = data.draw(st.integers(min_value=1, max_value=len(whole) - 1))

    with pytest.raises(RequestError) as caught:
        parse_json(whole[:cut], "application/json")

    assert ("incomplete", True) == (caught.value.reason, caught.value.again)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"<html>", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000 + b"]" * 100_000, "bad_answer"),
    ],
)
def test_what_is_no_json_is_told(body: bytes, reason: str) -> None:
    """Empty, HTML, nearly JSON, not UTF-8, too deep."""
    with pytest.raises(RequestError) as caught:
        _json(body).json()

    assert (reason, False) == (caught.value.reason, caught.value.again)


def test_exact_numbers_keep_their_digits() -> None:
    """Money as it was written, and still a number to everything else."""
    number = _json(b'{"a": 1234567890123456.10}').json(exact=True)["a"]

    assert isinstance(number, Exact)
    assert Decimal("1234567890123456.10") == Decimal(number.text)
    assert number == 1234567890123456.1


def test_a_content_type_is_told_without_tricks() -> None:
    """Only what a media type may hold is repeated."""
    with pytest.raises(RequestError) as caught:
        parse_json(b"<x>", "text/html\x1b[31m; charset=x")

    assert "sent a body of type text/html where JSON was promised" == caught.value.what


def _reason(read: Callable[[], object]) -> str | None:
    try:
        read()
    except RequestError as error:
        return error.reason
    return None


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=40),
        st.text(alphabet='{}[]":,\\u0d8eE+-.123 nultrfaseNI\n\xff', max_size=20).map(
            lambda text: text.encode("latin-1")
        ),
    )
)
@pytest.mark.parametrize("whole", [False, True], ids=["bare", "quoted"])
def test_passing_over_a_body_finds_what_reading_it_finds(whole: bool, body: bytes) -> None:
    """Not JSON, not complete, or nearly JSON: no body passes one and not the other."""
    answer = _json(b'{"a":"' + body + b'"}' if whole else body)

    assert _reason(answer.json) == _reason(answer.check_json)


class _Shape(msgspec.Struct):
    wanted: int


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"other": [{"deep": 1}], "wanted": 7}', 7),
        (b'{"other": NaN, "wanted": 7}', 7),
        (b'{"wanted": "seven"}', None),
        (b'{"other": 1}', None),
        (b"[7]", None),
    ],
)
def test_a_glimpse_reads_what_its_shape_names(body: bytes, wanted: int | None) -> None:
    """And nothing where the body has another shape."""
    found = _json(body).glimpse(_Shape)

    assert wanted == (found and found.wanted)


def test_an_outline_has_what_an_error_is_told_in() -> None:
    """Of a long answer its short members and its errors, however long; of a list nothing, and a short answer whole."""
    errors = [{"code": "FORBIDDEN", "text": "x" * 20_000}]
    long = {"query_status": {"error": True}, "results": ["y" * 20_000], "errors": errors}

    assert {**long, "results": None} == _answer(json.dumps(long).encode()).outline().json()
    assert [] == _answer(json.dumps(["y" * 20_000]).encode()).outline().json()
    assert {"a": ["b"]} == _answer(b'{"a": ["b"]}').outline().json()


def test_an_outline_of_what_is_no_json_is_the_answer_itself() -> None:
    """What is wrong with it is told by who reads it."""
    answer = _answer(b'{"a": ' + b"x" * 20_000)

    assert answer is answer.outline()


def _answer(body: bytes) -> Answer:
    return Answer(200, {}, body, "/")
