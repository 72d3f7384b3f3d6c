"""Tokens of sixty days: renewed in time, kept, and missed by nobody."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request

SETTINGS = {"user_id": "1789", "access_token": "CANARY-first"}
COUNT = {"data": [{"name": "followers_count", "total_value": {"value": 46}}]}


class Vendor:
    """Answers counts, and exchanges any token for the next one unless it is told to refuse."""

    def __init__(self) -> None:
        self.exchanged = 0
        self.refuses = False

    def __call__(self, request: Request) -> Reply:
        """Answer a request."""
        if request.path != "/refresh_access_token":
            return Reply(COUNT)
        if self.refuses:
            return Reply({"error": {"code": 190, "error_subcode": 463}}, 400)
        self.exchanged += 1
        return Reply({"access_token": f"CANARY-{self.exchanged}", "token_type": "bearer", "expires_in": 5_184_000})


def pull_on(loopback: Loopback, clock: Clock, days: float) -> Any:  # noqa: ANN401 - what was pulled
    """Pull some days after the first pull."""
    clock.now = Clock().now + timedelta(days=days)
    loopback.seen.clear()
    return loopback.pull("threads", SETTINGS)


def _tokens(loopback: Loopback) -> list[tuple[str, str]]:
    return [(seen.path.rpartition("/")[2], seen.query["access_token"]) for seen in loopback.seen]


def test_a_token_is_renewed_a_day_after_it_was_seen_and_from_day_45_on(loopback: Loopback, clock: Clock) -> None:
    """Its age is unknown at first; once renewed it rests for 45 days, and the newest is always used."""
    loopback.script = Vendor()
    told = {}

    for day in (0, 0.9, 1, 45.9, 46, 90, 91):
        pull_on(loopback, clock, day)
        told[day] = _tokens(loopback)

    count, renew = "threads_insights", "refresh_access_token"
    assert {
        0: [(count, "CANARY-first")],
        0.9: [(count, "CANARY-first")],
        1: [(renew, "CANARY-first"), (count, "CANARY-1")],
        45.9: [(count, "CANARY-1")],
        46: [(renew, "CANARY-1"), (count, "CANARY-2")],
        90: [(count, "CANARY-2")],
        91: [(renew, "CANARY-2"), (count, "CANARY-3")],
    } == told


def test_an_exchange_that_fails_ends_no_pull(loopback: Loopback, clock: Clock) -> None:
    """The old token is used on, and each run says by when a person must have got a new one."""
    vendor = Vendor()
    loopback.script = vendor
    pull_on(loopback, clock, 0)
    vendor.refuses = True

    first = pull_on(loopback, clock, 1)
    vendor.refuses = False
    pull_on(loopback, clock, 2)
    vendor.refuses = True
    second = pull_on(loopback, clock, 50)

    # 60 days after 2026-11-23, and after 2026-11-25
    told = "the access token could not be renewed (unauthorized): it ends on {} at the latest"
    assert (told.format("2027-01-22"),) == first.notes
    assert (told.format("2027-01-24"),) == second.notes
    assert [46] == second.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert ("threads_insights", "CANARY-1") == _tokens(loopback)[-1]


def test_a_new_token_in_the_env_file_counts_at_once(loopback: Loopback, clock: Clock) -> None:
    """What grew out of the old one is forgotten."""
    loopback.script = Vendor()
    pull_on(loopback, clock, 0)
    pull_on(loopback, clock, 1)
    loopback.seen.clear()

    loopback.pull("threads", {**SETTINGS, "access_token": "CANARY-other"})

    assert [("threads_insights", "CANARY-other")] == _tokens(loopback)


@pytest.mark.parametrize("answer", [{}, [], {"access_token": ""}, {"access_token": 7}])
def test_an_exchange_without_a_token_is_told(loopback: Loopback, clock: Clock, answer: object) -> None:
    """An answer that holds none is a failure like another."""
    loopback.script = lambda request: Reply(answer if request.path == "/refresh_access_token" else COUNT)
    pull_on(loopback, clock, 0)

    pulled = pull_on(loopback, clock, 1)

    assert (
        "the access token could not be renewed (unauthorized): it ends on 2027-01-22 at the latest",
    ) == pulled.notes


def test_the_doctor_is_warned(loopback: Loopback, clock: Clock) -> None:
    """The probe has the note, with what to do."""
    vendor = Vendor()
    loopback.script = vendor
    pull_on(loopback, clock, 0)
    vendor.refuses = True
    clock.move(days=46)

    health = loopback.probe("threads", SETTINGS)

    [(what, step)] = health.warnings
    assert what.startswith("the access token could not be renewed")
    assert "okr connect src" == step


def test_no_text_holds_a_renewed_token(loopback: Loopback, clock: Clock) -> None:
    """Also one that is refused later, in an answer that repeats it."""
    loopback.script = Vendor()
    pull_on(loopback, clock, 0)
    pull_on(loopback, clock, 1)
    loopback.script = lambda request: Reply({"error": {"code": 190, "message": request.query["access_token"]}}, 400)

    with pytest.raises(SourceError) as caught:
        pull_on(loopback, clock, 2)

    assert "CANARY" not in str(caught.value)
