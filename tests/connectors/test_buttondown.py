"""Buttondown: a count for each type, and no address."""

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"api_key": "CANARY-buttondown"}
GOOD = {"results": [{"email_address": "ada@example.test"}], "next": None, "previous": None, "count": 84}

CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def test_a_newsletter_becomes_one_row(loopback: Loopback) -> None:
    """Regular subscribers, under the source's id or the name given."""
    loopback.script = lambda _: Reply(GOOD)

    plain = loopback.pull("buttondown", SETTINGS)
    named = loopback.pull("buttondown", {**SETTINGS, "list_id": "news"})

    assert [("src", "newsletter.subscribers", NOW, 84, None, 0)] == plain.frames[RecordKind.ACCOUNTS].rows()
    assert ["news"] == named.frames[RecordKind.ACCOUNTS]["account"].to_list()
    assert ("/v1/subscribers", {"type": "regular"}) == (loopback.seen[0].path, loopback.seen[0].query)
    assert "Token CANARY-buttondown" == loopback.seen[0].headers["authorization"]


def test_types_are_added(loopback: Loopback) -> None:
    """One call for each; one that is named twice counts once."""
    counts = {"regular": 84, "premium": 7}
    loopback.script = lambda request: Reply({**GOOD, "count": counts[request.query["type"]]})

    pulled = loopback.pull("buttondown", {**SETTINGS, "types": ["regular", "premium", "regular"]})

    assert [91] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()


@pytest.mark.parametrize("count", [None, "84", True, 1.5])
def test_a_count_that_is_none_is_an_error(loopback: Loopback, count: object) -> None:
    """Nothing is added to an unknown."""
    loopback.script = lambda _: Reply({**GOOD, "count": count})

    with pytest.raises(SourceError) as caught:
        loopback.pull("buttondown", SETTINGS)

    assert "bad_answer" == caught.value.reason


def test_the_probe_tells_the_quota(loopback: Loopback) -> None:
    """From the headers."""
    loopback.script = lambda _: Reply(GOOD, headers={"X-RateLimit-Remaining": "599"})

    assert SourceHealth(quota="599 requests left in this minute") == loopback.probe("buttondown", SETTINGS)
