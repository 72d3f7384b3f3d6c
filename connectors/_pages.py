"""
The named ways of paging, each a generator of answers, none of which can go round in a circle.

`ask` gets the mark of the page wanted and returns its answer; errors say which page they came from.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import TypeVar

from connectors._answers import Answer
from connectors._trouble import Trouble
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


def page_number(
    ask: Callable[[int], Answer],
    rows: Callable[[Answer], int],
    *,
    start: int = 1,
    total: Callable[[Answer], int] | None = None,
) -> Iterator[Answer]:
    """Pages are numbered, until one is empty or `total` rows have come."""
    guard, number, seen = _Guard(), start, 0
    while True:
        answer = guard.page(partial(ask, number))
        yield answer
        count = rows(answer)
        seen += count
        if not count or (total and seen >= total(answer)):
            return
        number += 1


def offset(ask: Callable[[int], Answer], rows: Callable[[Answer], int], *, limit: int) -> Iterator[Answer]:
    """Rows are counted off, `limit` at a time, until a page has fewer."""
    guard, seen = _Guard(), 0
    while True:
        answer = guard.page(partial(ask, seen))
        yield answer
        if rows(answer) < limit:
            return
        seen += limit


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
        except Trouble as trouble:
            trouble.what = f"{trouble.what}, on page {self._pages}"
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


def in_batches(answers: Iterator[Answer], size: int = 8 * 2**20) -> Iterator[list[Answer]]:
    """Gather pages until they have `size` bytes: columns are made from many pages at once far faster than from each."""
    batch: list[Answer] = []
    for answer in answers:
        # a copy, which has not parsed its JSON: many pages of parsed objects are slow to keep
        batch.append(replace(answer))
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
