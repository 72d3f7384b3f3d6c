"""Any JSON API: answers that are empty, null, or errors under a good status."""

import pytest

from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply
from tests.connectors.test_http_json import SETTINGS, body, item, values


def test_a_null_list_is_an_empty_one(loopback: Loopback) -> None:
    """On the last page, or alone; a list that is not there at all is an error."""
    pages: dict[str, object] = {"": body(item(20), following="a"), "a": {"data": {"items": None}, "meta": {}}}
    loopback.script = lambda request: Reply(pages[request.query.get("cursor", "")])

    assert [20] == values(loopback, pagination={"type": "cursor", "next": "meta.next"})
    loopback.script = lambda _: Reply({"data": {}})
    with pytest.raises(SourceError, match="the answer has no list at"):
        values(loopback)


@pytest.mark.parametrize(
    "error", [{"code": 429, "message": "CANARY"}, "CANARY", ["CANARY"], {"message": "CANARY"}], ids=str
)
@pytest.mark.parametrize("field", ["error", "errors"])
def test_an_error_with_an_empty_list_is_an_error(loopback: Loopback, error: object, field: str) -> None:
    """Status 200 or not: the list is empty because of it, and takes no row away."""
    loopback.script = lambda _: Reply({**body(), field: error})

    with pytest.raises(SourceError, match=f"answered with a field {field} and without records") as caught:
        values(loopback)

    assert ("bad_answer", False) == (caught.value.reason, "CANARY" in str(caught.value))


def test_an_error_beside_records_marks_what_is_counted(loopback: Loopback) -> None:
    """What came counts; that some may be missing is a refused row of which nothing is known."""
    loopback.script = lambda _: Reply({**body(item(20)), "errors": ["CANARY"]})

    pulled = loopback.pull("http_json", SETTINGS)

    reason = "an answer has a field errors beside its records: some may be missing"
    assert [(reason, "{}")] == [(row.reason, row.row_key) for row in pulled.refused]


@pytest.mark.parametrize("fine", [None, "", [], {}, "ok", {"code": "ok"}, {"code": 0}, False])
def test_a_field_that_names_no_error_is_none(loopback: Loopback, fine: object) -> None:
    """Some APIs always have one."""
    loopback.script = lambda _: Reply({**body(item(20)), "error": fine})

    assert () == loopback.pull("http_json", SETTINGS).refused


def test_an_empty_window_takes_nothing_away(loopback: Loopback) -> None:
    """No records at all are no proof that those of yesterday are gone: they stay, and a note says so."""
    loopback.script = lambda _: Reply(body())

    pulled = loopback.pull("http_json", SETTINGS)

    note = "no records came for 2026-11-09 to 2026-11-23: what is there of these days is kept"
    assert ("merge", (note,)) == (pulled.mode, pulled.notes)


def test_names_that_a_server_chose_are_shown_only_where_they_are_names(loopback: Loopback) -> None:
    """Five megabytes, a line end or a secret in a field's name come into no text."""
    odd = {"a" * 41: 1, "b\r\nfake orders ok": 2, "CANARY key": 3, "plain_name": 4}
    loopback.script = lambda _: Reply(body({**item(20), **odd}))

    [note] = loopback.pull("http_json", SETTINGS).notes

    assert "fields not used: plain_name, 3 more" == note
