"""What a control says of an event."""

from dataclasses import replace

import numpy as np

from scorecard.effects.control import hold_against
from scorecard.effects.estimate import foresee
from tests.scorecard.effects.test_estimate import event


def test_luck_that_both_shared_is_not_the_events_doing() -> None:
    """Where the control fell short as well, less was to be expected, and within a narrower range."""
    draw = np.random.default_rng(2)
    weather = np.repeat(np.exp(draw.normal(0.0, 0.3, 30)), 7)
    ours, theirs = event(list(draw.poisson(60 * weather))), event(list(draw.poisson(90 * weather)))
    rain, sun = (hold_against(ours, theirs, np.full(14, level)) for level in (45.0, 180.0))
    alone = foresee([ours])
    held = [foresee([ours], move=np.array([one.move]), narrow=np.array([one.narrow])) for one in (rain, sun)]

    assert held[0].middle[0] < alone.middle[0] < held[1].middle[0]
    assert held[0].high[0] - held[0].low[0] < alone.high[0] - alone.low[0]


def test_a_control_of_its_own_ways_changes_next_to_nothing() -> None:
    """What has never gone along proves nothing of the event's days."""
    draw = np.random.default_rng(3)
    ours, theirs = event(list(draw.poisson(60, 210))), event(list(draw.poisson(90, 210)))
    said = hold_against(ours, theirs, np.full(14, 45.0))

    assert said.narrow > 0.9
    assert 0.0 <= said.likeness < 0.4


def test_a_control_that_is_not_known_for_long_says_nothing() -> None:
    """Without weeks to compare there is no likeness."""
    ours = event([3.0] * 60)
    said = hold_against(ours, replace(ours, history=ours.history[:20]), np.full(14, 9.0))

    assert (0.0, 1.0, 0) == (said.move, said.narrow, said.weeks)
