"""The pace of requests."""

from connectors.http.budget import Budget
from connectors.http.rate_limit import Pace
from okr_config.world import World
from tests.conftest import Clock


def test_requests_beyond_the_burst_wait(world: World, clock: Clock) -> None:
    """Two a second: two at once, then one every half second."""
    pace = Pace(2, world, Budget(1e6, "src", world))

    for _ in range(5):
        pace.wait()

    assert [0.5, 0.5, 0.5] == clock.slept


def test_a_pause_earns_no_more_than_a_burst(world: World, clock: Clock) -> None:
    """After an hour of rest there are two at once again, not thousands."""
    pace = Pace(2, world, Budget(1e6, "src", world))
    pace.wait()
    clock.move(hours=1)

    for _ in range(3):
        pace.wait()

    assert [0.5] == clock.slept


def test_a_slow_pace_lets_one_through(world: World, clock: Clock) -> None:
    """Less than one a second still means the first at once."""
    pace = Pace(0.1, world, Budget(1e6, "src", world))

    for _ in range(2):
        pace.wait()

    assert [10.0] == clock.slept


def test_no_rate_is_no_wait(world: World, clock: Clock) -> None:
    """None lets all through."""
    pace = Pace(None, world, Budget(1e6, "src", world))

    for _ in range(100):
        pace.wait()

    assert [] == clock.slept
