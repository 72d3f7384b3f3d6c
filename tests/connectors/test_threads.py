"""Threads: the count that only insights have."""

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"user_id": "17890000000000001", "access_token": "TH-CANARY-1a"}


def insights(**count: object) -> dict[str, object]:
    """Return an answer of insights."""
    metric = {"name": "followers_count", "period": "day", "title": "followers", "id": "x/insights/followers_count/day"}
    return {"data": [{**metric, **count}]}


GOOD = insights(total_value={"value": 46})
CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


@pytest.mark.parametrize(
    ("answer", "followers"),
    [
        (GOOD, 46),
        (insights(values=[{"value": 44}, {"value": 45}]), 45),
        (insights(total_value={}), None),
        (insights(values=[]), None),
        ({"data": []}, None),
    ],
)
def test_insights_become_one_row(loopback: Loopback, answer: object, followers: int | None) -> None:
    """A total or a series' newest; without one the count is unknown."""
    loopback.script = lambda _: Reply(answer)

    pulled = loopback.pull("threads", SETTINGS)

    expected = [("17890000000000001", "social.followers", NOW, followers, None, 0)]
    assert expected == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert ("/v1.0/me/threads_insights", "followers_count") == (seen.path, seen.query["metric"])


def test_the_probe_tells_the_account(loopback: Loopback) -> None:
    """The call of a pull, without its row."""
    loopback.script = lambda _: Reply(GOOD)

    assert SourceHealth(account="17890000000000001") == loopback.probe("threads", SETTINGS)
