"""Fortnights of a folder: the first third of the seeds that CI plays."""

from tests.simulator.shares import lives_of

test_a_life = lives_of(0)
