"""The bucket of points."""

from connectors.sandbox.shopify.throttle import Allowance, Bucket
from tests.conftest import Clock


def test_points_are_spent_and_come_back(clock: Clock) -> None:
    """The requested cost must be there, the actual one is taken, and time refills the bucket to its size."""
    bucket = Bucket(Allowance(size=100, restore=10), clock.seconds)

    assert (True, 40) == bucket.spend(80, 60)
    assert (False, 40) == bucket.spend(80, 60)
    clock.move(seconds=4)
    assert (True, 20) == bucket.spend(80, 60)
    clock.move(hours=1)
    assert (True, 100) == bucket.spend(1, 0)
