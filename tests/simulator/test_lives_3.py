"""Fortnights of a folder: the third third of the seeds that CI plays."""

from tests.simulator.shares import lives_of

test_a_life = lives_of(2)
