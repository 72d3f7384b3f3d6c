"""Any JSON API: fields by path, ways of paging, and numbers with their digits (connectors.generic._json_paging)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

SETTINGS: dict[str, Any] = {
    "url": "https://kasse.example/api/v1/sales",
    "headers": {"Authorization": "Bearer CANARY-kasse-5f4dcc3b5aa765d6"},
    "params": {"from": "{from}", "to": "{to}"},
    "records": "data.items",
    "fields": {"day": "date", "value": "total.amount", "account": "shop"},
    "metric": "src.sales",
    "unit": "NOK",
    "currency": "NOK",
}


def item(day: int, amount: object = 1) -> dict[str, object]:
    """Return a record of a day in November."""
    return {"date": f"2026-11-{day:02}", "total": {"amount": amount}, "shop": "Tromsø"}


def body(*items: object, following: object = None) -> dict[str, object]:
    """Return a page of records."""
    return {"data": {"items": items}, "meta": {"next": following, "total": 3}}


def _page(ids: Sequence[int], request: Request) -> list[object]:
    """Return five records from the one asked for on, of a hundred days."""
    first = int(request.query["offset"])
    return [{**item(1, number), "date": str(date(2026, 8, 1) + timedelta(number))} for number in ids[first : first + 5]]


CASE = {
    "settings": SETTINGS,
    "good": lambda _: body(item(20), item(21)),
    "empty": lambda _: body(),
    "rows": {"observations": 2},
    "repeated": lambda _: body(item(20), following="same"),
    "repeated_settings": {"pagination": {"type": "cursor", "next": "meta.next"}},
    "numbered": Numbered(
        lambda ids: lambda request: body(*_page(ids, request)),
        lambda _: True,
        12,
        {**SETTINGS, "params": {}, "pagination": {"type": "offset", "limit": 5}},
    ),
}


def values(loopback: Loopback, **changes: object) -> list[object]:
    """Pull and return the days of the rows."""
    pulled = loopback.pull("http_json", {**SETTINGS, **changes})
    return [day.day for day in pulled.frames[RecordKind.OBSERVATIONS]["period_start"]]


def test_records_become_observations(loopback: Loopback) -> None:
    """Fields are found by their paths, the window goes out in days, the running day is not settled."""
    loopback.script = lambda _: Reply(
        b'{"data":{"items":[{"date":"2026-11-22","total":{"amount":123456789012345.10}},'
        b'{"date":"2026-11-23","total":{"amount":"7.5"},"shop":"Troms\\u00f8"}]}}'
    )

    pulled = loopback.pull("http_json", SETTINGS)

    expected = [
        ("src.sales", None, "day", date(2026, 11, 22), Decimal("123456789012345.1"), "NOK", "NOK", True),
        ("src.sales", "Tromsø", "day", date(2026, 11, 23), Decimal("7.5"), "NOK", "NOK", False),
    ]
    assert expected == pulled.frames[RecordKind.OBSERVATIONS].rows()
    [asked] = loopback.seen
    assert ("/api/v1/sales", {"from": "2026-11-09", "to": "2026-11-23"}) == (asked.path, asked.query)
    assert "Bearer CANARY-kasse-5f4dcc3b5aa765d6" == asked.headers["authorization"]


def test_cursor_pages(loopback: Loopback) -> None:
    """The mark of one page asks for the next."""
    pages = {None: body(item(20), following="a"), "a": body(item(21), following=7), "7": body(item(22), following="")}
    loopback.script = lambda request: Reply(pages[request.query.get("after")])

    pagination = {"type": "cursor", "next": "meta.next", "param": "after"}
    assert [20, 21, 22] == values(loopback, pagination=pagination)


def test_a_mark_may_have_its_place_in_params(loopback: Loopback) -> None:
    """{cursor} in params is filled, and no parameter is added."""
    pages = {"at:": body(item(20), following="a"), "at:a": body(item(21))}
    loopback.script = lambda request: Reply(pages[request.query["q"]])

    pagination = {"type": "cursor", "next": "meta.next"}
    assert [20, 21] == values(loopback, params={"q": "at:{cursor}"}, pagination=pagination)
    assert {"q": "at:a"} == loopback.seen[-1].query


@pytest.mark.parametrize(
    ("pagination", "asked"),
    [
        ({"type": "page", "start": 0}, ["0", "1", "2", "3"] * 2),
        ({"type": "page", "start": 0, "until": "total", "total": "meta.total"}, ["0", "1", "2"] * 2),
    ],
)
def test_numbered_pages(loopback: Loopback, pagination: dict[str, object], asked: list[str]) -> None:
    """Pages are counted until one is empty, or until as many records came as there are; two readings agree."""

    def script(request: Request) -> Reply:
        number = int(request.query["page"])
        return Reply(body(item(20 + number)) if number < 3 else body())

    loopback.script = script

    assert [20, 21, 22] == values(loopback, pagination=pagination)
    assert asked == [request.query["page"] for request in loopback.seen]


def test_offset_pages(loopback: Loopback) -> None:
    """Offsets grow so that each page begins with the last record of the one before, until one adds none."""
    items = [item(20), item(21), item(22)]

    def script(request: Request) -> Reply:
        seen = int(request.query["skip"])
        return Reply(body(*items[seen : seen + 2]))

    loopback.script = script

    assert [20, 21, 22] == values(loopback, pagination={"type": "offset", "param": "skip", "limit": 2})
    assert ["0", "1", "2"] == [request.query["skip"] for request in loopback.seen]


@pytest.mark.parametrize("host", ["", "here", "https://kasse.example"])
def test_linked_pages(loopback: Loopback, host: str) -> None:
    """A Link header is followed whether it names no host, the one asked, or the vendor's behind a base_url."""

    def script(request: Request) -> Reply:
        link = f'<{loopback.url if host == "here" else host}/api/v1/sales?p=2>; rel="next", </x>; rel="last"'
        last = request.query.get("p") == "2"
        return Reply(body(item(21 if last else 20)), headers={} if last else {"Link": link})

    loopback.script = script

    assert [20, 21] == values(loopback, pagination={"type": "link_header"})


def test_next_urls(loopback: Loopback) -> None:
    """A link in the body is followed."""

    def script(request: Request) -> Reply:
        return Reply(body(item(21)) if "p" in request.query else body(item(20), following="?p=2"))

    loopback.script = script

    assert [20, 21] == values(loopback, pagination={"type": "next_url", "next": "meta.next"})


def test_a_next_page_elsewhere_is_refused(loopback: Loopback) -> None:
    """A link to another host is not followed: the credentials would go with it."""
    loopback.script = lambda _: Reply(body(item(20), following="https://evil.example/api?p=2"))

    with pytest.raises(SourceError, match="next page on another host") as caught:
        values(loopback, pagination={"type": "next_url", "next": "meta.next"})

    assert "redirect" == caught.value.reason
    assert 1 == len(loopback.seen)


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (b"true", "value is a boolean instead of a number"),
        (b"1e999", "value is a number out of range instead of a finite number"),
        (b"NaN", "value is a number out of range instead of a finite number"),
        (b'"ten"', "value is text instead of a number"),
        (b"[1]", "value is a list instead of a plain value"),
    ],
)
def test_a_bad_value_is_set_apart(loopback: Loopback, amount: bytes, told: str) -> None:
    """One bad record of three is refused by field and type."""
    record = b'{"date":"2026-11-%d","total":{"amount":%b},"shop":"a"}'
    records = b",".join(record % pair for pair in ((20, b"1"), (21, amount), (22, b"3")))
    loopback.script = lambda _: Reply(b'{"data":{"items":[' + records + b"]}}")

    pulled = loopback.pull("http_json", SETTINGS)

    assert [told] == [refusal.reason for refusal in pulled.refused]
    assert [20, 22] == [day.day for day in pulled.frames[RecordKind.OBSERVATIONS]["period_start"]]


def test_a_value_may_be_worked_out(loopback: Loopback) -> None:
    """JMESPath's functions take the numbers of an answer for numbers."""
    loopback.script = lambda _: Reply(b'{"data":{"items":[{"date":"2026-11-20","lines":[{"price":1.5},{"price":2}]}]}}')

    pulled = loopback.pull("http_json", {**SETTINGS, "fields": {"day": "date", "value": "sum(lines[].price)"}})

    assert [Decimal("3.5")] == pulled.frames[RecordKind.OBSERVATIONS]["value"].to_list()


def test_a_built_in_metric_keeps_its_unit(loopback: Loopback) -> None:
    """It counts exactly like a vendor's, whatever unit the settings name."""
    loopback.script = lambda _: Reply(body(item(20)))

    pulled = loopback.pull("http_json", {**SETTINGS, "metric": "shop.net_revenue"})

    assert [("money", "NOK")] == pulled.frames[RecordKind.OBSERVATIONS].select("unit", "currency").rows()


def test_what_is_not_there_is_noted(loopback: Loopback) -> None:
    """Records without a value are left out, fields nobody asked for are named: each once."""
    loopback.script = lambda _: Reply(body({**item(20), "vat": 1, "id": 2}, item(21, None)))

    pulled = loopback.pull("http_json", SETTINGS)

    assert ("1 records have no value", "fields not used: id, vat") == pulled.notes


def test_a_stock_needs_no_day(loopback: Loopback) -> None:
    """What is known only now is of today."""
    loopback.script = lambda _: Reply({"members": 61})

    changes = {"records": "[@]", "fields": {"value": "members"}, "metric": "newsletter.subscribers"}
    pulled = loopback.pull("http_json", {**SETTINGS, **changes, "unit": None, "currency": None})

    expected = [("newsletter.subscribers", None, "instant", date(2026, 11, 23), Decimal(61), "count", None, True)]
    assert expected == pulled.frames[RecordKind.OBSERVATIONS].rows()


def test_no_list_is_no_answer(loopback: Loopback) -> None:
    """An answer without a list at `records` is not an empty one."""
    loopback.script = lambda _: Reply({"error": "try later"})

    with pytest.raises(SourceError, match="no list at data") as caught:
        loopback.pull("http_json", SETTINGS)

    assert "bad_answer" == caught.value.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"records": "a["},
        {"metric": "other.sales"},
        {"metric": "shop.net_revenu"},
        {"metric": "shop.net_revenue", "currency": None},
        {"fields": {"value": "total"}},
        {"pagination": {"type": "page", "until": "total"}},
        {"pagination": {"type": "offset", "limit": 0}},
        {"url": "kasse.example/sales"},
    ],
)
def test_settings_that_cannot_work(changes: dict[str, object]) -> None:
    """Mistakes that can be seen without the API are found in the config."""
    with pytest.raises(ValidationError):
        connectors.load("http_json").settings(id="src", connector="http_json", **{**SETTINGS, **changes})


def test_the_url_is_host_and_path() -> None:
    """Without base_url the URL's own host is asked; a query in it is kept."""
    source = connectors.load("http_json")
    url = "https://kasse.example:8443?site=1"
    settings = source.settings(id="src", connector="http_json", **{**SETTINGS, "url": url})

    assert ("https://kasse.example:8443", "?site=1") == settings.host_and_path
    assert "https://kasse.example:8443" == source.url(settings)
