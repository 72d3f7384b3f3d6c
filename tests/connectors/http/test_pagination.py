"""Ways of paging: every page once, and never in a circle (.guard)."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http import guard, pagination
from connectors.http.numbered import NumberedList
from connectors.http.response import Answer
from okr_config.errors import SourceError


def _answer(rows: int, link: str = "", salt: object = "") -> Answer:
    return Answer(200, {"link": link}, b"%d %s" % (rows, str(salt).encode()), "/")


def _rows(answer: Answer) -> int:
    return int(answer.body.split()[0])


def _nameless(_: Answer) -> list[str]:
    return []


def _keys(answer: Answer) -> list[str]:
    start, end = map(int, answer.body.split()[1].split(b"-"))
    return [f"r{row}" for row in range(start, end)]


@settings(max_examples=50, deadline=None)
@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=7))
def test_every_way_reads_every_row(total: int, limit: int) -> None:
    """Whatever the number of rows and the size of a page; what comes twice has the same key."""

    def span(start: int, size: int = limit) -> Answer:
        end = max(start, min(total, start + size))
        return _answer(end - start, salt=f"{start}-{end}")

    def numbered(number: int, size: int = limit) -> Answer:
        return span((number - 1) * size, size)

    gaps: list[str] = []
    ways = (
        pagination.offset(span, _rows, limit=limit, key=_keys, gap=gaps.append),
        pagination.offset(span, _rows, limit=limit, key=_keys, total=lambda _: total, gap=gaps.append),
        pagination.page_number(numbered, _rows, key=_keys, gap=gaps.append),
        pagination.page_number(numbered, _rows, key=_keys, total=lambda _: total, gap=gaps.append),
        pagination.sized_pages(numbered, _rows, most=limit, key=_keys, gap=gaps.append),
        pagination.sized_pages(numbered, _rows, most=limit, key=_keys, total=lambda _: total, gap=gaps.append),
        pagination.sized_pages(
            numbered, _rows, most=limit, key=_keys, last=lambda _: -(-total // limit), in_flight=3, gap=gaps.append
        ),
    )

    expected = {f"r{row}" for row in range(total)}
    assert [expected] * len(ways) == [{key for page in pages for key in _keys(page)} for pages in ways]
    assert [] == gaps


def _same_body(_: object) -> Answer:
    return _answer(3)


LOOPS: list[Callable[[], Iterator[Answer]]] = [
    lambda: pagination.cursor(lambda mark: _answer(3, salt=mark), lambda _: "again"),
    lambda: pagination.cursor(_same_body, lambda _: "a"),
    lambda: pagination.page_number(_same_body, _rows, key=lambda _: ["a", "b", "c"]),
    lambda: pagination.sized_pages(lambda _number, _size: _answer(3), _rows, most=3, key=lambda _: ["a", "b", "c"]),
    lambda: pagination.offset(_same_body, _rows, limit=3, key=lambda _: ["a", "b", "c"]),
]


@pytest.mark.parametrize("pages", LOOPS)
def test_a_circle_is_an_error(pages: Callable[[], Iterator[Answer]]) -> None:
    """A mark or a whole page that comes again ends it."""
    with pytest.raises(SourceError, match="goes round in a circle") as caught:
        list(islice(pages(), 10))

    assert "loop" == caught.value.reason


def test_endless_paging_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that never end are cut short, by an error."""
    monkeypatch.setattr(guard, "MOST_PAGES", 5)
    seen: list[Answer] = []

    with pytest.raises(SourceError, match="more than 5 pages"):
        seen.extend(pagination.page_number(lambda page: _answer(1, salt=page), _rows, key=_nameless))


def test_an_error_names_its_page() -> None:
    """Which page it was matters when the first ones went well."""

    def ask(number: int) -> Answer:
        if number == 3:
            raise SourceError("shop.example answered 500", reason="server_error", where="w", next_step="n")
        return _answer(1, salt=number)

    with pytest.raises(SourceError) as caught:
        list(pagination.page_number(ask, _rows, key=_nameless))

    error = caught.value
    expected = ("shop.example answered 500, on page 3", "server_error", "w", "n")
    assert expected == (error.what, error.reason, error.where, error.next_step)


def test_the_next_link_is_found() -> None:
    """In the header of that name."""
    assert "/n?a=1,2" == pagination.next_link(_answer(0, '</first>; rel="first", </n?a=1,2>; rel="next"'))


def test_pages_without_rows_may_look_alike() -> None:
    """Two empty pages with different links are no circle."""
    pages = {None: ("3 a", "2"), "2": ("0", "3"), "3": ("0", "4"), "4": ("2 b", None)}

    answers = pagination.cursor(
        lambda mark: Answer(200, {"next": pages[mark][1] or ""}, pages[mark][0].encode(), "/"),
        lambda answer: answer.headers["next"] or None,
        rows=_rows,
    )

    assert [3, 0, 0, 2] == list(map(_rows, answers))


def test_an_empty_page_that_leads_to_itself_is_the_end() -> None:
    """Some sources give a mark on the last page too, and the same one for ever."""
    marks = {None: ("3 a", "i3"), "i3": ("1 b", "i4"), "i4": ("0", "i4")}

    answers = pagination.cursor(
        lambda mark: Answer(200, {"next": marks[mark][1]}, marks[mark][0].encode(), "/"),
        lambda answer: answer.headers["next"],
        rows=_rows,
    )

    assert [3, 1, 0] == list(map(_rows, answers))


def test_batches_lose_no_page() -> None:
    """Pages are gathered up to a size, in order."""
    answers = [_answer(1, salt=number) for number in range(7)]

    batches = list(pagination.in_batches(iter(answers), size=7))

    assert answers == [answer for batch in batches for answer in batch]
    assert [3, 3, 1] == [len(batch) for batch in batches]


def test_ahead_keeps_order_and_passes_errors_on() -> None:
    """The same items in the same order; an error comes when its item would have."""

    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise SourceError("the third is missing", reason="incomplete")

    found = []
    with pytest.raises(SourceError, match="the third is missing"):
        found.extend(pagination.ahead(items()))

    assert [1, 2] == found
    assert [1, 2, 3] == list(pagination.ahead(iter([1, 2, 3])))


@settings(max_examples=50, deadline=None)
@given(
    total=st.integers(min_value=0, max_value=40),
    more=st.integers(min_value=0, max_value=20),
    limit=st.integers(min_value=1, max_value=7),
    in_flight=st.integers(min_value=1, max_value=5),
)
def test_pages_in_flight_come_in_order_and_with_what_was_added(
    total: int, more: int, limit: int, in_flight: int
) -> None:
    """Whatever the first page says of the last one, rows added while we read are read too, each once and in order."""

    def ask(page: int) -> Answer:
        start = (page - 1) * limit
        return _answer(max(0, min(limit, total + more - start)), salt=page)

    pages = list(NumberedList(ask, _rows, last=lambda _: -(-total // limit), most=limit, in_flight=in_flight).pages())

    assert total + more == sum(map(_rows, pages))
    assert [str(number + 1) for number in range(len(pages))] == [answer.body.split()[1].decode() for answer in pages]


def test_no_more_pages_are_in_flight_than_allowed() -> None:
    """Three at once means three at once."""
    gate, waiting, most = threading.Barrier(3, timeout=5), [], []

    def ask(page: int) -> Answer:
        if 1 < page < 8:
            waiting.append(page)
            most.append(len(waiting))
            gate.wait()
            waiting.remove(page)
        return _answer(2, salt=page) if page < 8 else _answer(0, salt=page)

    pages = list(NumberedList(ask, _rows, last=lambda _: 7, most=2, in_flight=3).pages())

    assert 8 == len(pages)
    assert 3 == max(most)


def test_an_empty_page_in_the_middle_does_not_end_it() -> None:
    """When the last page is known, a page that lost its rows is not taken for the end."""
    listed = NumberedList(lambda page: _answer(0 if page == 2 else 2, salt=page), _rows, last=lambda _: 3, most=2)

    assert [2, 0, 2] == [_rows(answer) for answer in islice(listed.pages(), 3)]


def test_questions_known_beforehand_are_answered_in_their_order() -> None:
    """One at a time or several, the answers come as they were asked for."""
    asks = [partial(_answer, number) for number in range(6)]

    assert [0, 1, 2, 3, 4, 5] == [_rows(answer) for answer in pagination.together(asks, 3)]
    assert [0, 1, 2, 3, 4, 5] == [_rows(answer) for answer in pagination.together(asks, 1)]
