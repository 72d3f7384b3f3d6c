"""What a command says when it is stopped, the exit code of it, and how a signal stops it."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from flows.console import output
from okr_config.world import Stop


class StopSignals:
    """
    Handles SIGINT and SIGTERM: the first has the command end in order, the second ends it at once.

    Args:
        signaled: is set, so that whatever sleeps or reads ends soon.
    """

    def __init__(self, signaled: Stop) -> None:
        self._signaled = signaled

    def listen(self) -> None:
        """Handle them from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._signaled.is_set():
            # what a killed run leaves the next one mends
            os._exit(128 + number)
        self._signaled.number = number
        self._signaled.set()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        stop(number)


def stop(number: int) -> NoReturn:
    """Say what being stopped leaves, and go."""
    output.say("stopped; what was landed is kept, the rest is done by the next run")
    sys.exit(128 + number)


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    """Stop, as a termination asks."""
    stop(signal.SIGTERM)
