"""Trying again: when, how often, how long after."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http.budget import Budget
from connectors.http.errors import RequestError
from connectors.http.retry import GivenUp, retry_after, with_retries
from okr_config.world import World
from tests.conftest import Clock

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Failing:
    """Fails with the troubles given, then returns how often it was called."""

    def __init__(self, *troubles: RequestError) -> None:
        self.troubles = list(troubles)
        self.calls = 0

    def __call__(self) -> int:
        """Fail or return."""
        self.calls += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return self.calls


def _passing(after: float | None = None) -> RequestError:
    return RequestError("server_error", "answered 503", again=True, after=after)


def test_waits_double_and_are_drawn_by_lot(world: World, clock: Clock) -> None:
    """A random share (here the middle) of 1, 2 and 4 seconds."""
    assert 4 == with_retries(Failing(*[_passing()] * 3), world, Budget(600, "src", world))
    assert [0.5, 1.0, 2.0] == clock.slept


def test_four_tries_are_made(world: World) -> None:
    """After the fourth it is given up."""
    failing = Failing(*[_passing()] * 9)

    with pytest.raises(GivenUp) as caught:
        with_retries(failing, world, Budget(600, "src", world))

    assert (4, 4, None) == (failing.calls, caught.value.tries, caught.value.resume_at)


def test_what_will_not_pass_is_not_tried_again(world: World, clock: Clock) -> None:
    """A wrong password stays wrong."""
    failing = Failing(RequestError("unauthorized", "answered 401"))

    with pytest.raises(GivenUp):
        with_retries(failing, world, Budget(600, "src", world))

    assert (1, []) == (failing.calls, clock.slept)


def test_a_wait_within_the_cap_is_kept(world: World, clock: Clock) -> None:
    """Five minutes are waited for, a second more is not."""
    assert 2 == with_retries(Failing(_passing(300)), world, Budget(600, "src", world))
    assert [300] == clock.slept

    with pytest.raises(GivenUp) as caught:
        with_retries(Failing(_passing(301)), world, Budget(600, "src", world))

    assert datetime(2026, 11, 23, 9, 10, 1, tzinfo=UTC) == caught.value.resume_at


def test_a_server_that_asks_for_no_wait_gets_a_growing_one(world: World, clock: Clock) -> None:
    """Retry-After: 0 means soon, not at once four times."""
    assert 4 == with_retries(Failing(*[_passing(0)] * 3), world, Budget(600, "src", world))
    assert [0.75, 1.5, 3.0] == clock.slept


def test_a_wait_beyond_all_calendars_has_no_end(world: World) -> None:
    """Ten thousand years are given up without naming the day."""
    with pytest.raises(GivenUp) as caught:
        with_retries(Failing(_passing(10.0**12)), world, Budget(600, "src", world))

    assert caught.value.resume_at is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("12.0", 12.0),
        ("0.493", 0.493),
        (".5", 0.5),
        ("1.2.3", None),
        ("Mon, 23 Nov 99999999999999999999 09:01:00 GMT", None),
        ("Mon, 23 Nov 2026 09:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 10:01:00 +0100", 60.0),
        ("Mon, 23 Nov 2026 09:01:00", 60.0),
        ("Mon, 23 Nov 2026 08:59:00 GMT", None),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_read_with_care(text: str, seconds: float | None) -> None:
    """Seconds or a date; what is past or makes no sense counts as absent."""
    assert seconds == retry_after({"retry-after": text}, NOW)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_retry_after_never_fails(text: str) -> None:
    """Whatever a server writes there."""
    seconds = retry_after({"retry-after": text}, NOW)

    assert seconds is None or seconds >= 0
