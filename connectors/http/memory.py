"""What the streams of one source remember together."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

ValueT = TypeVar("ValueT")


class SharedMemory:
    """Values by name, made once; and how far the source's clock is ahead of ours, by its newest answer."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._lock = threading.RLock()
        self.skew: timedelta | None = None

    def once(self, key: str, make: Callable[[], ValueT], fresh: Callable[[ValueT], bool]) -> ValueT:
        """Return what was made under this key, made anew when it is missing or no longer fresh."""
        with self._lock:
            if key not in self._values or not fresh(self._values[key]):
                self._values[key] = make()
            value: ValueT = self._values[key]
            return value

    def forget(self, key: str) -> None:
        """Have `once` make it anew."""
        with self._lock:
            self._values.pop(key, None)
