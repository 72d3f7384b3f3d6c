"""What a command says when it is stopped, and the exit code of it."""

import signal
import sys
from types import FrameType
from typing import NoReturn

from flows.console import output


def stop(number: signal.Signals) -> NoReturn:
    """Say what being stopped leaves, and go."""
    output.say("stopped; what was landed is kept, the rest is done by the next run")
    sys.exit(128 + number)


def on_terminate(_number: int, _frame: FrameType | None) -> None:
    """Stop, as a termination asks."""
    stop(signal.SIGTERM)
