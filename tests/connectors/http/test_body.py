"""Bodies within limits, whole and by lines."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http import body as bodies
from connectors.http.body import PASSED, Body, Limits
from connectors.http.errors import RequestError


def read_body(chunks: list[bytes], headers: Mapping[str, str]) -> tuple[bytes, int]:
    """Return a whole body, and the bytes that came."""
    found = Body(chunks, headers)
    return b"".join(found), found.wire


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000), st.integers(min_value=1, max_value=64), st.sampled_from(["gzip", "deflate", ""]))
def test_a_body_comes_out_as_it_went_in(body: bytes, size: int, coding: str) -> None:
    """However it is cut into chunks, plain or compressed."""
    wires = {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "": body}
    wire = wires[coding]
    chunks = [wire[start : start + size] for start in range(0, len(wire), size)]

    assert (body, len(wire)) == read_body(chunks, {"content-encoding": coding})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(min_value=1, max_value=64))
def test_a_body_of_several_members_comes_out_whole(members: list[bytes], size: int) -> None:
    """Gzip may be written in parts, each complete in itself (RFC 1952); zeros behind them are padding."""
    wire = b"".join(map(gzip.compress, members)) + bytes(7)
    chunks = [wire[start : start + size] for start in range(0, len(wire), size)]

    assert b"".join(members) == read_body(chunks, {"content-encoding": "gzip"})[0]


def test_a_bomb_is_not_inflated() -> None:
    """A body that grows more than 200 times is refused while it grows."""
    bomb = gzip.compress(bytes(50 * 2**20))

    with pytest.raises(RequestError, match="inflates beyond") as caught:
        read_body([bomb], {"content-encoding": "gzip"})

    assert "too_large" == caught.value.reason


@pytest.mark.parametrize(("noise", "refused"), [(25_000, False), (17_500, False), (15_500, True), (8_000, True)])
def test_two_hundred_times_is_the_most_a_body_may_grow(noise: int, *, refused: bool) -> None:
    """Just below passes whole, just above is refused, once a megabyte has come of it."""
    # noise does not shrink, zeros do
    body = Random(0).randbytes(noise) + bytes(4 * 2**20 - noise)  # noqa: S311 - the same each time
    wire = gzip.compress(body)
    assert refused == (len(body) > 200 * len(wire)), len(body) / len(wire)

    if refused:
        with pytest.raises(RequestError, match="inflates beyond"):
            read_body([wire], {"content-encoding": "gzip"})
    else:
        assert body == read_body([wire], {"content-encoding": "gzip"})[0]


def test_small_bodies_may_shrink_as_they_like() -> None:
    """The ratio matters only from a megabyte on."""
    body = bytes(2**20)

    assert body == read_body([gzip.compress(body)], {"content-encoding": "gzip"})[0]


@pytest.mark.parametrize("headers", [{}, {"content-length": str(2**40)}])
def test_a_body_beyond_the_cap_is_refused(headers: dict[str, str]) -> None:
    """Announced or not."""
    with pytest.raises(RequestError) as caught:
        b"".join(Body([bytes(600), bytes(600)], headers, Limits(1000, 1000)))

    assert "too_large" == caught.value.reason


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_one_known_coding_is_taken(coding: str) -> None:
    """What was not asked for is refused."""
    with pytest.raises(RequestError) as caught:
        read_body([b"x"], {"content-encoding": coding})

    assert "bad_answer" == caught.value.reason


@pytest.mark.parametrize(
    ("wire", "reason"), [(gzip.compress(b"x" * 1000, mtime=0)[:-3], "incomplete"), (b"no gzip", "bad_answer")]
)
def test_broken_compression_is_told(wire: bytes, reason: str) -> None:
    """Cut off is not complete, anything else is broken."""
    with pytest.raises(RequestError) as caught:
        read_body([wire], {"content-encoding": "gzip"})

    assert reason == caught.value.reason


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b" ")), max_size=30), st.integers(1, 40))
def test_lines_come_as_they_were_written(lines: list[bytes], size: int) -> None:
    """However they are cut into chunks, with a last end or without; empty ones count."""
    whole = b"\n".join(lines)

    for text in (whole, whole + b"\n"):
        chunks = [text[start : start + size] for start in range(0, len(text), size)]
        found = [line for batch in Body(chunks, {}).lines() for line in batch]

        assert text.split(b"\n")[: -1 if text.endswith(b"\n") or not text else None] == found


def test_no_more_than_a_batch_of_lines_is_held() -> None:
    """A file of any length is read as it comes: each batch is handed on before more than it has been asked for."""
    asked = 0

    def chunks() -> Iterator[bytes]:
        nonlocal asked
        for _ in range(1600):
            asked += 1
            yield b"x" * 65_535 + b"\n"

    handed = most = 0
    for batch in Body(chunks(), {}, PASSED).lines():
        handed += len(batch)
        most = max(most, asked - (handed - len(batch)))

    assert (1600, bodies.BATCH) == (handed, most * 65_536)


def test_a_line_without_an_end_is_refused() -> None:
    """What is no file of lines is not gathered for ever."""
    with pytest.raises(RequestError, match="a line of more than 64 MB") as caught:
        list(Body((b"x" * 2**20 for _ in range(100)), {}, PASSED).lines())

    assert "too_large" == caught.value.reason
