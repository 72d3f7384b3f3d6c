"""Shopify's leaky bucket of query points."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Allowance:
    """Points a bucket holds, and points it gets back in a second."""

    size: float
    restore: float


STANDARD = Allowance(2_000, 100)
PLUS = Allowance(20_000, 1_000)
AMPLE = Allowance(1_000_000, 1_000_000)


class Bucket:
    """What is left of an allowance, on a clock in seconds."""

    def __init__(self, allowance: Allowance, seconds: Callable[[], float]) -> None:
        self.allowance = allowance
        self._seconds = seconds
        self._lock = Lock()
        self._left = float(allowance.size)
        self._at = seconds()

    def spend(self, requested: float, actual: float) -> tuple[bool, float]:
        """Take the actual cost if the requested one is there; return whether it was, and the points left."""
        with self._lock:
            now = self._seconds()
            self._left = min(self.allowance.size, self._left + (now - self._at) * self.allowance.restore)
            self._at = now
            enough = requested <= self._left
            self._left -= actual if enough else 0
            return enough, self._left
