"""
The named ways of paging, each a generator of answers, none of which can go round in a circle.

`ask` gets the mark of the page wanted and returns its answer; errors say which page they came from.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from connectors.http.cuts import Cuts
from connectors.http.guard import Guard
from connectors.http.links import next_target
from connectors.http.numbered import NumberedList
from connectors.http.response import Answer

_EMPTY = (b"[]", b"{}", b"null", b"")

ItemT = TypeVar("ItemT")


def single(ask: Callable[[], Answer]) -> Iterator[Answer]:
    """One page is all there is."""
    yield ask()


def cursor(
    ask: Callable[[str | None], Answer],
    following: Callable[[Answer], str | None],
    *,
    rows: Callable[[Answer], int] | None = None,
) -> Iterator[Answer]:
    """
    Each page names the next one, by a mark or a link; the first is asked for with None.

    Args:
        ask: gets a page by its mark.
        following: the mark of the next page, None after the last one.
        rows: counts the rows of a page. Pages without rows may look alike; one that leads to itself is the end.
    """
    guard, mark = Guard(), None
    while True:
        answer = guard.page(partial(ask, mark))
        is_empty = rows(answer) == 0 if rows else answer.body.strip() in _EMPTY
        if not is_empty:
            guard.check_body(answer)
        yield answer
        before, mark = mark, following(answer)
        if mark is None or (is_empty and mark == before):
            return
        guard.check_mark(mark)


def page_number(  # noqa: PLR0913 - the ways vendors tell the end
    ask: Callable[[int], Answer],
    rows: Callable[[Answer], int],
    *,
    key: Callable[[Answer], Sequence[str]],
    start: int = 1,
    total: Callable[[Answer], int] | None = None,
    gap: Callable[[str], None] | None = None,
) -> Iterator[Answer]:
    """
    Pages are numbered and of a size that the source chooses, until `total` rows have come or one is empty.

    Such pages cannot overlap: a list of several is read until two readings agree. `gap`: `Client.report_gap`. The rest:
    see `NumberedList`.
    """
    return NumberedList(ask, rows, start, total, key=key, gap=gap).pages()


def sized_pages(  # noqa: PLR0913 - as page_number
    ask: Callable[[int, int], Answer],
    rows: Callable[[Answer], int],
    *,
    most: int,
    key: Callable[[Answer], Sequence[str]],
    total: Callable[[Answer], int | None] | None = None,
    last: Callable[[Answer], int | None] | None = None,
    is_last: Callable[[Answer], bool] | None = None,
    in_flight: int = 1,
    gap: Callable[[str], None] | None = None,
) -> Iterator[Answer]:
    """
    Pages have a number, from 1 on, and a size up to `most`: sizes that differ a little make them overlap.

    Where a page does not begin with the last rows of the one before it, rows moved meanwhile, and all are read again.
    Rows that come twice are the caller's to drop, by their key. `last`: number of the last page if all have `most`
    rows. The rest: see `page_number`.
    """
    cuts = Cuts(most)

    def page(place: int) -> Answer:
        answer = ask(*cuts.at(place))
        if place == 0 and rows(answer) < most:
            cuts.keep_size()
        return answer

    def last_place(answer: Answer) -> int:
        stated = total(answer) if total else None
        rows_there = stated if stated is not None else most * ((last(answer) if last else None) or 0)
        return cuts.place_of(rows_there - 1)

    return NumberedList(
        page,
        rows,
        0,
        total,
        last_place if total or last else None,
        most,
        is_last,
        in_flight,
        key,
        cuts.overlap,
        gap,
    ).pages()


def offset(  # noqa: PLR0913 - as page_number
    ask: Callable[[int], Answer],
    rows: Callable[[Answer], int],
    *,
    limit: int,
    key: Callable[[Answer], Sequence[str]],
    total: Callable[[Answer], int | None] | None = None,
    in_flight: int = 1,
    gap: Callable[[str], None] | None = None,
) -> Iterator[Answer]:
    """
    Rows are counted off, `limit` at a time, until `total` have come or a page adds none.

    Each page begins with the last row of the one before it: where it does not, rows moved meanwhile, and all are read
    again. Rows that come twice are the caller's to drop, by their key. The rest: see `page_number`.
    """
    repeated = min(1, limit - 1)
    step = limit - repeated

    def last(answer: Answer) -> int:
        return -(-max(0, ((total(answer) if total else None) or 0) - limit) // step)

    return NumberedList(
        lambda page: ask(page * step),
        rows,
        0,
        total,
        last if total else None,
        limit,
        in_flight=in_flight,
        key=key,
        overlap=(lambda _: repeated) if repeated else None,
        gap=gap,
    ).pages()


def next_link(answer: Answer) -> str | None:
    """Return the link that a `Link` header calls next."""
    return next_target(answer.headers.get("link", ""))


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
