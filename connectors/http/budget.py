"""How long a source may take in one run, all its streams, tries and waits together; and whether the run is to stop."""

from connectors.http.errors import RequestError
from okr_config.world import World


class Budget:
    """
    Time that runs from the moment it is made.

    Args:
        seconds: that may be used.
        source_id: whose `budget` it is.
        world: its clock, and its signal to stop.
    """

    def __init__(self, seconds: float, source_id: str, world: World) -> None:
        self._seconds = seconds
        self._source_id = source_id
        self._world = world
        self._until = world.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._until - self._world.monotonic()

    def check(self) -> None:
        """
        Go on, if that is allowed.

        Raises:
            RequestError: stopped, or timed_out when the time is used up.
        """
        if self._world.stop.is_set():
            raise RequestError("stopped", "was not read to its end: the run is being stopped")
        if self.left <= 0:
            raise self.used_up()

    def sleep(self, seconds: float) -> None:
        """
        Wait.

        Raises:
            RequestError: as `check`; at once where the time does not last for the wait.
        """
        if seconds > self.left:
            raise self.used_up()
        if seconds > 0:
            self._world.sleep(seconds)
        self.check()

    def used_up(self) -> RequestError:
        """Return the error of time that is used up."""
        words = f"{self._seconds / 60:g} minutes" if self._seconds >= 60 else f"{self._seconds:g} s"  # noqa: PLR2004 - a minute
        return RequestError(
            "timed_out",
            f"was not read to its end within {words}, the budget of this source",
            next_step=f"give source {self._source_id} a larger budget (seconds), or a later since",
        )
