"""How fast requests may leave: an even pace with a second's worth of burst, shared by all threads of a source."""

import threading

from connectors.http.budget import Budget
from okr_config.world import World


class Pace:
    """Lets `rate` requests a second pass; None means as fast as they come."""

    def __init__(self, rate: float | None, world: World, budget: Budget) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._burst = max(1.0, rate or 1.0) * self._interval
        self._world = world
        self._budget = budget
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """
        Take the next free moment and sleep until then.

        Raises:
            RequestError: when the source's budget is used up, or the run is to stop.
        """
        self._budget.check()
        if not self._interval:
            return
        with self._lock:
            now = self._world.monotonic()
            self._next = max(self._next, now - self._burst) + self._interval
            delay = self._next - now
        if delay > 0:
            self._budget.sleep(delay)
