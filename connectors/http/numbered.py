"""
Lists whose pages are counted, by page or by row: read to their end, and read again where rows moved meanwhile.

A total that the source states wins over an empty or short page. Without one a short page is not yet the end: some
sources take rows out of a page after they have cut it. Where a row leaves a list and another joins it, every row behind
the gap moves up by one, and the first one of the next page is never seen.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Self

from connectors.http.guard import Guard
from connectors.http.response import Answer
from okr_config.errors import SourceError

READINGS = 3
"""How often a list that moves is read before that is reported."""

_PAST_THE_END = frozenset({"not_found", "bad_answer"})
"""How a page beyond the last one may be refused."""


@dataclass(frozen=True)
class NumberedList:
    """
    A list in numbered pages.

    Args:
        ask: gets a page by its number.
        rows: counts the rows of a page.
        start: number of the first page.
        total: number of all rows, as a page states it, if it does.
        last: number of the last page, as the first page states it: then the pages up to it are asked for together.
        most: rows that a full page has.
        is_last: whether no page after this one is of interest.
        in_flight: how many pages are asked for together.
        key: of each row of a page, in order; needed to see that rows moved.
        overlap: how many rows a page, counted from 0, repeats of the one before it; without any a list of several
            pages is read twice.
        gap: is given a sentence on rows that may be missing.
    """

    ask: Callable[[int], Answer]
    rows: Callable[[Answer], int]
    start: int = 1
    total: Callable[[Answer], int | None] | None = None
    last: Callable[[Answer], int | None] | None = None
    most: int | None = None
    is_last: Callable[[Answer], bool] | None = None
    in_flight: int = 1
    key: Callable[[Answer], Sequence[str]] | None = None
    overlap: Callable[[int], int] | None = None
    gap: Callable[[str], None] | None = None

    def pages(self) -> Iterator[Answer]:
        """Yield every page; those of a list that moved come again, the later ones being right."""
        before: list[str] | None = None
        for _ in range(READINGS if self.key else 1):
            reading = _Reading(self)
            yield from reading.pages()
            if reading.is_sure or reading.keys == before:
                break
            before = reading.keys
        else:
            if self.key:
                self._report("rows moved while they were read: some may be missing")
        if reading.missing:
            self._report(f"{reading.missing:,} of {reading.stated:,} rows that are there did not come")

    def _report(self, what: str) -> None:
        if self.gap:
            self.gap(what)


class _Reading:
    """One reading of a list. keys: of its rows. stated: how many rows there are, as its newest page says."""

    def __init__(self, numbered: NumberedList) -> None:
        self._list = numbered
        self._count = 0
        self._joined = 0
        self._largest = 0
        self._pages = 0
        self._moved = False
        self._was_full = False
        self.keys: list[str] = []
        self.stated: int | None = None

    @property
    def is_sure(self) -> bool:
        """Whether no row can have moved from a page not yet read to one that was."""
        return self._pages < 2 or (self._list.overlap is not None and not self._moved)  # noqa: PLR2004 - one has no edge

    @property
    def missing(self) -> int:
        """How many of the stated rows did not come."""
        return max(0, (self.stated or 0) - self._count - self._joined)

    def pages(self) -> Iterator[Answer]:
        """Yield the pages in their order."""
        numbered, guard, number = self._list, Guard(), self._list.start
        known, is_short = 0, False
        with _Lookahead(numbered.ask, numbered.in_flight) as lookahead:
            while True:
                try:
                    answer = guard.page(partial(lookahead.ask, number))
                except SourceError as error:
                    if is_short and error.reason in _PAST_THE_END:
                        return
                    raise
                count = numbered.rows(answer)
                # some give the last page again for every one beyond it
                if is_short and count and not guard.is_new(answer):
                    return
                if count and not is_short:
                    guard.check_body(answer)
                yield answer
                added = self._take(answer, count)
                if number == numbered.start:
                    known = (numbered.last(answer) if numbered.last else None) or 0
                is_short = bool(numbered.most) and count < (numbered.most or 0)
                if self._is_end(answer, number, known, added=added, is_short=is_short):
                    return
                number += 1
                lookahead.prepare(number, known)

    def _take(self, answer: Answer, count: int) -> int:
        """Count a page's rows less those it repeats; return how many it added."""
        self._pages += 1
        self._largest = max(self._largest, count)
        self.stated = self._list.total(answer) if self._list.total else None
        repeated = 0
        if self._list.key:
            keys = list(self._list.key(answer))
            if self._list.overlap and self.keys:
                expected = self._list.overlap(self._pages - 1)
                repeated = self._repeated(keys, expected)
                # what came in front of rows already read is for the next pull
                self._joined += max(0, repeated - expected)
                self._moved |= not repeated and (bool(keys) or self._was_full)
            self.keys += keys[repeated:]
        self._was_full = count == self._list.most
        self._count += count - repeated
        return count - repeated

    def _repeated(self, keys: Sequence[str], expected: int) -> int:
        """Count the rows with which a page goes on where the one before ended; more than expected, if some joined."""
        likely = (expected, *range(1, len(keys) + 1))
        return next((count for count in likely if keys[:1] and self.keys[-count:] == keys[:count]), 0)

    def _is_end(self, answer: Answer, number: int, known: int, *, added: int, is_short: bool) -> bool:
        if self._list.is_last and self._list.is_last(answer):
            self.stated = None
            return True
        if self.stated is not None:
            pages = -(-self.stated // self._largest) if self._largest else 2
            return not self.missing or (not added and number >= max(known, self._list.start + pages - 1))
        # a page that is known to come is read, though one before it lost its rows meanwhile
        return (not added or (is_short and known > 0)) and number >= known


class _Lookahead:
    """Asks for the pages that are known to come, several at once; they are handed out in their order."""

    def __init__(self, ask: Callable[[int], Answer], in_flight: int) -> None:
        self._ask = ask
        self._in_flight = in_flight
        self._pool = ThreadPoolExecutor(max_workers=in_flight, thread_name_prefix="page") if in_flight > 1 else None
        self._coming: dict[int, Future[Answer]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def prepare(self, number: int, last: int) -> None:
        """Ask for the pages from a number on, as far as they are known."""
        if self._pool:
            for page in range(number, min(number + self._in_flight, last + 1)):
                if page not in self._coming:
                    self._coming[page] = self._pool.submit(self._ask, page)

    def ask(self, number: int) -> Answer:
        """Return a page."""
        coming = self._coming.pop(number, None)
        return coming.result() if coming else self._ask(number)
