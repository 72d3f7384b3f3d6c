"""
The body of an answer, within limits: whole, or by lines where it may be longer than memory should hold.

A body counts as whole only when its framing says so.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.http.errors import RequestError

HIGHEST_RATIO = 200
BATCH = 4 * 2**20
"""Bytes of the lines that are read at once."""

Reader = Callable[[Iterator[list[bytes]]], None]
"""Reads a body by batches of its lines; it is called anew where the answer is asked for again."""

_RATIO_MATTERS_FROM = 2**20
_STEP = 2**18
_MEMBER = b"\x1f\x8b"
_LINE_END = b"\n"


@dataclass(frozen=True)
class Limits:
    """The most bytes of a body, on the wire and inflated."""

    wire: int
    inflated: int


HELD = Limits(64 * 2**20, 256 * 2**20)
"""Of a body that is held in memory as a whole."""
PASSED = Limits(2**36, 2**38)
"""Of one that is passed on as it comes: no memory bounds it, but some end must be."""


class Body:
    """
    The chunks of a body, inflated where it is compressed.

    wire: bytes that came so far.

    Raises:
        RequestError: too_large, incomplete, or bad_answer for a coding that was not asked for.
    """

    def __init__(self, chunks: Iterable[bytes], headers: Mapping[str, str], limits: Limits = HELD) -> None:
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise RequestError("bad_answer", "sent a compression that was not asked for")
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limits.wire:
            raise RequestError("too_large", f"announced more than {limits.wire >> 20} MB")
        self.wire = 0
        self._chunks = chunks
        self._limits = limits
        self._is_plain = coding in ("identity", "")

    def __iter__(self) -> Iterator[bytes]:
        return self._counted() if self._is_plain else self._inflated()

    def lines(self) -> Iterator[list[bytes]]:
        """Yield lines without their ends, in batches of some megabytes; a line may be no longer than a body held."""
        lines: list[bytes] = []
        size, rest = 0, bytearray()
        for chunk in self:
            *ended, begun = chunk.split(_LINE_END)
            if ended:
                lines += [bytes(rest) + ended[0], *ended[1:]]
                rest.clear()
            rest += begun
            if len(rest) > HELD.wire:
                raise RequestError("too_large", f"sent a line of more than {HELD.wire >> 20} MB")
            size += len(chunk)
            if size >= BATCH and lines:
                yield lines
                lines, size = [], len(rest)
        if lines or rest:
            yield [*lines, *([bytes(rest)] if rest else [])]

    def _counted(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.wire += len(chunk)
            if self.wire > self._limits.wire:
                raise RequestError("too_large", f"sent more than {self._limits.wire >> 20} MB")
            yield chunk

    def _inflated(self) -> Iterator[bytes]:
        """Inflate a body, which may have several members (RFC 1952, 2.2)."""
        inflater, total = _inflater(), 0
        for chunk in self._counted():
            rest = chunk
            while rest:
                if inflater.eof:
                    # what is not another member is padding
                    if not rest.startswith(_MEMBER[: len(rest)]):
                        break
                    inflater = _inflater()
                try:
                    piece = inflater.decompress(rest, _STEP)
                except zlib.error as error:
                    raise RequestError("bad_answer", "sent a body whose compression is broken") from error
                total += len(piece)
                if total > self._limits.inflated or (total > _RATIO_MATTERS_FROM and total > HIGHEST_RATIO * self.wire):
                    limits = f"{self._limits.inflated >> 20} MB or {HIGHEST_RATIO} times its size"
                    raise RequestError("too_large", f"sent a body that inflates beyond {limits}")
                yield piece
                rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        yield inflater.flush()
        if not inflater.eof:
            raise RequestError(
                "incomplete", "sent an answer that is not complete: the compressed body breaks off", again=True
            )


def _inflater() -> Any:  # noqa: ANN401 - zlib gives its class no name
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, whichever header it has
