"""Numbered lists: what a total, a short page and rows that move do to them."""

from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from connectors.http import pagination
from connectors.http.numbered import NumberedList
from connectors.http.response import Answer
from okr_config.errors import SourceError


def _page(rows: list[str], salt: object = "") -> Answer:
    return Answer(200, {"salt": str(salt)}, " ".join(rows).encode(), "/")


def _keys(answer: Answer) -> list[str]:
    return answer.body.decode().split()


def _count(answer: Answer) -> int:
    return len(_keys(answer))


def _rows(pages: Iterator[Answer]) -> list[str]:
    return list(chain.from_iterable(map(_keys, pages)))


def _names(first: int, last: int) -> list[str]:
    return [f"r{number}" for number in range(first, last + 1)]


def test_a_total_wins_over_an_empty_page() -> None:
    """The source pages first and filters then: an empty page in the middle is not the end."""
    pages = [_names(1, 5), [], _names(11, 15), _names(16, 17)]
    asked: list[int] = []

    def ask(number: int) -> Answer:
        asked.append(number)
        return _page(pages[number - 1])

    found = _rows(NumberedList(ask, _count, total=lambda _: 12).pages())

    assert ([*_names(1, 5), *_names(11, 17)], [1, 2, 3, 4]) == (found, asked)


def test_rows_that_a_total_states_and_that_do_not_come_are_reported() -> None:
    """The end is where the pages end, and how many rows are missing is said."""
    gaps: list[str] = []
    pages = [_names(1, 5), _names(6, 8), []]

    found = _rows(
        NumberedList(lambda number: _page(pages[number - 1]), _count, total=lambda _: 12, gap=gaps.append).pages()
    )

    assert (_names(1, 8), ["4 of 12 rows that are there did not come"]) == (found, gaps)


def test_a_total_without_any_row_asks_once_more() -> None:
    """One empty page may be a fault, two are the end."""
    gaps: list[str] = []
    asked: list[int] = []

    def ask(number: int) -> Answer:
        asked.append(number)
        return _page([])

    assert [] == _rows(NumberedList(ask, _count, total=lambda _: 3, gap=gaps.append).pages())
    assert ([1, 2], ["3 of 3 rows that are there did not come"]) == (asked, gaps)


@pytest.mark.parametrize("key", [None, _keys])
def test_a_short_page_without_a_total_is_not_the_end(key: Callable[[Answer], list[str]] | None) -> None:
    """One row of a page is withheld: the next one is asked for all the same."""
    rows = _names(0, 18)

    def ask(start: int) -> Answer:
        return _page([row for row in rows[start : start + 5] if row != "r2"])

    found = _rows(NumberedList(lambda page: ask(page * 5), _count, start=0, most=5, key=key).pages())

    assert [row for row in rows if row != "r2"] == list(dict.fromkeys(found))


@pytest.mark.parametrize("reason", ["not_found", "bad_answer"])
def test_a_page_beyond_a_short_one_may_be_refused(reason: str) -> None:
    """Some sources answer 404 or 400 for a page after the last."""

    def ask(start: int) -> Answer:
        if start:
            raise SourceError("answered no", reason=reason)
        return _page(_names(1, 3))

    assert _names(1, 3) == _rows(pagination.offset(ask, _count, limit=5, key=_keys))


def test_a_page_beyond_a_full_one_may_not_be_refused() -> None:
    """There may be more rows, so that it is a fault."""

    def ask(start: int) -> Answer:
        if start:
            raise SourceError("answered no", reason="not_found")
        return _page(_names(1, 5))

    with pytest.raises(SourceError, match="answered no, on page 2"):
        list(pagination.offset(ask, _count, limit=5, key=_keys))


def test_the_last_page_given_again_is_the_end() -> None:
    """Some sources give the last page for every one beyond it."""
    pages = [_names(1, 5), _names(6, 8)]

    found = _rows(NumberedList(lambda number: _page(pages[min(number, 2) - 1]), _count, most=5).pages())

    assert _names(1, 8) == found


def _moving(moves_at: int) -> tuple[Callable[[int, int], Answer], list[str]]:
    """Return a list of 20 rows that loses its second row and gains a last one before a question; and what it holds."""
    rows, asked = _names(1, 20), [0]

    def ask(start: int, limit: int) -> Answer:
        asked[0] += 1
        if asked[0] == moves_at:
            rows.remove("r2")
            rows.append("r21")
        return _page(rows[start : start + limit])

    return ask, rows


@pytest.mark.parametrize("moves_at", [2, 3, 4])
@pytest.mark.parametrize("total", [None, 20])
def test_rows_that_move_are_read_again_by_offset(moves_at: int, total: int | None) -> None:
    """One row goes and one comes between two pages: the totals are equal, and yet none is lost."""
    ask, rows = _moving(moves_at)

    found = _rows(
        pagination.offset(
            lambda start: ask(start, 5), _count, limit=5, key=_keys, total=(lambda _: total) if total else None
        )
    )

    assert set(rows) <= set(found)


@pytest.mark.parametrize("moves_at", [2, 3, 4])
def test_rows_that_move_are_read_again_by_page(moves_at: int) -> None:
    """Pages that cannot overlap are read until two readings agree."""
    ask, rows = _moving(moves_at)

    found = _rows(pagination.page_number(lambda number: ask((number - 1) * 5, 5), _count, key=_keys))

    assert set(rows) <= set(found)


@pytest.mark.parametrize("moves_at", [2, 3])
@pytest.mark.parametrize("total", [None, 20])
def test_rows_that_move_are_read_again_by_size(moves_at: int, total: int | None) -> None:
    """Pages of sizes that differ a little overlap, and show it."""
    ask, rows = _moving(moves_at)
    sizes: list[tuple[int, int]] = []

    def page(number: int, size: int) -> Answer:
        sizes.append((number, size))
        return ask((number - 1) * size, size)

    found = _rows(pagination.sized_pages(page, _count, most=9, key=_keys, total=(lambda _: total) if total else None))

    assert set(rows) <= set(found)
    assert [(1, 9), (2, 8), (3, 7)] == sizes[:3]


def test_rows_that_join_in_front_are_no_reason_to_read_again() -> None:
    """Newest first: a new row moves the others back, so that some come twice and none is lost."""
    rows, sizes, gaps = _names(1, 20), [], []

    def page(number: int, size: int) -> Answer:
        sizes.append((number, size))
        if number == 2:
            rows.insert(0, "r0")
        return _page(rows[(number - 1) * size : number * size])

    found = _rows(pagination.sized_pages(page, _count, most=9, key=_keys, total=lambda _: len(rows), gap=gaps.append))

    assert (set(_names(1, 20)), []) == (set(found), gaps)
    assert [(1, 9), (2, 8), (3, 7)] == sizes


def test_a_source_that_gives_fewer_rows_than_asked_is_read_by_its_own_pages() -> None:
    """Its pages are as long as it likes and cannot overlap: two readings must agree."""
    sizes: list[tuple[int, int]] = []

    def page(number: int, size: int) -> Answer:
        sizes.append((number, size))
        return _page(_names(1, 20)[(number - 1) * 6 : number * 6])

    found = _rows(pagination.sized_pages(page, _count, most=9, key=_keys, total=lambda _: 20))

    assert set(_names(1, 20)) == set(found)
    assert [(number, 9) for number in (1, 2, 3, 4)] * 2 == sizes


def test_one_page_is_read_once() -> None:
    """Where there is no edge between pages nothing can slip through it."""
    asked: list[int] = []

    def ask(start: int) -> Answer:
        asked.append(start)
        return _page(_names(1, 3))

    assert _names(1, 3) == _rows(pagination.offset(ask, _count, limit=5, total=lambda _: 3, key=_keys))
    assert [0] == asked


def test_a_list_that_never_rests_is_reported() -> None:
    """After three readings what may be missing is said."""
    gaps: list[str] = []
    count = iter(range(1000))

    def ask(number: int) -> Answer:
        return _page([f"n{next(count)}"] if number < 3 else [])

    list(pagination.page_number(ask, _count, key=_keys, gap=gaps.append))

    assert ["rows moved while they were read: some may be missing"] == gaps


def test_rows_of_no_interest_end_the_pages() -> None:
    """The caller has reached back far enough; what else the total counts is not missed."""
    gaps: list[str] = []

    found = _rows(
        NumberedList(
            lambda number: _page(_names(number * 5, number * 5 + 4)),
            _count,
            total=lambda _: 500,
            is_last=lambda answer: "r12" in _keys(answer),
            gap=gaps.append,
        ).pages()
    )

    assert (_names(5, 14), []) == (found, gaps)
