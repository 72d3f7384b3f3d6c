"""What a key result is after: a target to reach or a band to keep to, on any day of its life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_config.definitions import effective
from okr_config.kinds import RULES, Origin
from okr_config.models import Definition, KeyResult

_NEED = 0.7
_ONE = Decimal(1)


@dataclass(frozen=True)
class Goal:
    """
    Bounds that count as met, both inclusive; None is no bound.

    baseline: where progress starts; None when it should have been measured and could not be. target: what progress
    runs to; None for a band judged one window or day at a time. need: share of those that must keep to the band.
    """

    low: Decimal | None
    high: Decimal | None
    baseline: Decimal | None
    target: Decimal | None
    need: float | None = None

    @property
    def marks(self) -> tuple[Decimal | None, ...]:
        """The values that decide: none that misses one may be written as it."""
        return self.low, self.high, self.target

    @property
    def is_falling(self) -> bool:
        """Whether less is better."""
        return self.low is None

    def is_met(self, value: Decimal) -> bool:
        """Whether a value lies within the bounds."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def bound(self, value: Decimal | None) -> Decimal | None:
        """Return the bound that binds a value: the one it has crossed, else the nearer one."""
        if self.low is None or self.high is None:
            return self.high if self.low is None else self.low
        if value is None or value < self.low:
            return self.low
        return self.high if value - self.low > self.high - value else self.low

    def progress(self, value: Decimal) -> Decimal | None:
        """
        Return the share of the way from baseline to target, signed and unbounded.

        None where there is no way to go: no baseline, or one at or beyond the target. A sum with a ceiling has the
        whole way behind it until it breaks through.
        """
        if self.high is not None and not self.is_falling and value > self.high:
            return Decimal(0)
        if self.target is None:
            return _ONE if self.is_met(value) else Decimal(0)
        if self.baseline is None or self.baseline == self.target or (self.target < self.baseline) != self.is_falling:
            return None
        return (value - self.baseline) / (self.target - self.baseline)

    def share_kept(self, samples: Iterable[Decimal]) -> Decimal | None:
        """Return the share of windows or days within the bounds, None before the first."""
        met = [self.is_met(value) for value in samples]
        return Decimal(sum(met)) / len(met) if met else None


class Goals:
    """A key result's goal on each day: `changes` take effect on theirs."""

    def __init__(self, definition: Definition, measured_baseline: Decimal | None) -> None:
        key_result = definition.key_result
        self._baseline = measured_baseline if key_result.baseline == "measured" else key_result.baseline
        self._goals = [(date.min, goal_of(key_result, self._baseline))]
        for change in sorted(key_result.changes, key=lambda change: change.on):
            self._goals.append((change.on, goal_of(effective(definition, change.on).key_result, self._baseline)))

    @property
    def original(self) -> Goal:
        """The goal as first written."""
        return self._goals[0][1]

    def on(self, day: date) -> Goal:
        """Return the goal in force on a day."""
        return next(goal for first, goal in reversed(self._goals) if first <= day)


def goal_of(key_result: KeyResult, baseline: Decimal | None) -> Goal:
    """Read the goal from a key result, its baseline given."""
    rules = RULES[key_result.kind]
    if rules.origin is Origin.STEPS:
        return Goal(_ONE, None, Decimal(0), _ONE)
    if key_result.target is not None:
        target = key_result.target
        falls = target < baseline if baseline is not None else False
        if key_result.direction is not None:
            falls = key_result.direction == "decrease"
        return Goal(None, target, baseline, target) if falls else Goal(target, None, baseline, target)
    low, high = key_result.between or (key_result.at_least, key_result.at_most)
    if rules.is_sum:
        return Goal(low, high, baseline, low)
    need = key_result.need or (1.0 if key_result.committed else _NEED)
    return Goal(low, high, baseline, None, need)
