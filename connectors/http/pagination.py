"""
The named ways of paging, each a generator of answers, none of which can go round in a circle.

`ask` gets the mark of the page wanted and returns its answer; errors say which page they came from.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from hashlib import blake2b
from typing import Self, TypeVar

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from okr_config.errors import SourceError

MOST_PAGES = 10_000

ItemT = TypeVar("ItemT")


def single(ask: Callable[[], Answer]) -> Iterator[Answer]:
    """One page is all there is."""
    yield ask()


def cursor(ask: Callable[[str | None], Answer], following: Callable[[Answer], str | None]) -> Iterator[Answer]:
    """Each page names the next one, by a mark or a link; the first is asked for with None."""
    guard, mark = _Guard(), None
    while True:
        answer = guard.page(partial(ask, mark))
        yield answer
        mark = following(answer)
        if mark is None:
            return
        guard.mark(mark)


def page_number(  # noqa: PLR0913 - the ways vendors tell the end
    ask: Callable[[int], Answer],
    rows: Callable[[Answer], int],
    *,
    start: int = 1,
    total: Callable[[Answer], int] | None = None,
    last: Callable[[Answer], int | None] | None = None,
    most: int | None = None,
    in_flight: int = 1,
) -> Iterator[Answer]:
    """
    Pages are numbered, until one is empty, has fewer than `most` rows, or `total` rows have come.

    Args:
        ask: gets a page by its number.
        rows: counts the rows of a page.
        start: number of the first page.
        total: number of all rows, as a page tells it.
        last: number of the last page, as the first page tells it: then the pages up to it are asked for together.
        most: rows that a full page has.
        in_flight: how many pages are asked for together.
    """
    guard, number, seen = _Guard(), start, 0
    known = None
    with _Ahead(ask, in_flight) as ahead:
        while True:
            answer = guard.page(partial(ahead.ask, number))
            yield answer
            count = rows(answer)
            seen += count
            if known is None:
                known = (last(answer) if last else None) or 0
            short = not count or (most and count < most) or (total and seen >= total(answer))
            # a page that is known to come is read, though one before it lost its rows meanwhile
            if short and number >= known:
                return
            number += 1
            ahead.prepare(number, known)


def offset(
    ask: Callable[[int], Answer],
    rows: Callable[[Answer], int],
    *,
    limit: int,
    total: Callable[[Answer], int] | None = None,
    in_flight: int = 1,
) -> Iterator[Answer]:
    """Rows are counted off, `limit` at a time, until a page has fewer; `total`, `in_flight`: see `page_number`."""

    def last(answer: Answer) -> int:
        return -(-total(answer) // limit) - 1 if total else 0

    yield from page_number(
        lambda page: ask(page * limit), rows, start=0, last=last if total else None, most=limit, in_flight=in_flight
    )


class _Ahead:
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
        if self._pool:
            for page in range(number, min(number + self._in_flight, last + 1)):
                if page not in self._coming:
                    self._coming[page] = self._pool.submit(self._ask, page)

    def ask(self, number: int) -> Answer:
        coming = self._coming.pop(number, None)
        return coming.result() if coming else self._ask(number)


def next_link(answer: Answer) -> str | None:
    """Return the link that a `Link` header calls next."""
    for part in answer.headers.get("link", "").split(","):
        target, _, rest = part.partition(";")
        if 'rel="next"' in rest or "rel=next" in rest:
            return target.strip().strip("<>")
    return None


class _Guard:
    """Knows the marks and bodies that came, and how many."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._pages = 0

    def page(self, ask: Callable[[], Answer]) -> Answer:
        self._pages += 1
        if self._pages > MOST_PAGES:
            raise SourceError(f"the paging does not end: more than {MOST_PAGES} pages", reason="loop")
        try:
            answer = ask()
        except SourceError as error:
            what = f"{error.what}, on page {self._pages}"
            raise SourceError(what, reason=error.reason, where=error.where, next_step=error.next_step) from error
        except RequestError as error:
            error.what = f"{error.what}, on page {self._pages}"
            raise
        self._once(answer.body, f"page {self._pages} is the same as an earlier one")
        return answer

    def mark(self, mark: str) -> None:
        shown = "".join(filter(str.isprintable, mark))[:40]
        self._once(b"mark " + mark.encode(), f"page {self._pages} leads back to an earlier one by the cursor {shown}")

    def _once(self, content: bytes, loop: str) -> None:
        digest = blake2b(content, digest_size=16).digest()
        if digest in self._seen:
            raise SourceError(f"the paging goes round in a circle: {loop}", reason="loop")
        self._seen.add(digest)


def together(asks: Sequence[Callable[[], Answer]], in_flight: int) -> Iterator[Answer]:
    """Ask questions that are all known beforehand, such as one a week, several at once; answers in their order."""
    if in_flight < 2 or len(asks) < 2:  # noqa: PLR2004 - one at a time
        yield from (ask() for ask in asks)
        return
    with ThreadPoolExecutor(max_workers=in_flight, thread_name_prefix="page") as pool:
        coming = [pool.submit(ask) for ask in asks]
        try:
            yield from (each.result() for each in coming)
        finally:
            pool.shutdown(cancel_futures=True)


def in_batches(answers: Iterator[Answer], size: int = 4 * 2**20) -> Iterator[list[Answer]]:
    """Gather pages until they have `size` bytes: columns are made from many pages at once far faster than from each."""
    batch: list[Answer] = []
    for answer in answers:
        batch.append(answer)
        if sum(len(page.body) for page in batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def ahead(items: Iterator[ItemT]) -> Iterator[ItemT]:
    """Yield the same items, each asked for while the one before it is being used."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item
