"""
What can go wrong with an answer, on demand.

A vendor's faults are a list, used up one a request (`None` lets one pass), or a function of the request.
"""

from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from typing import Literal

from connectors.sandbox.exchange import Answer, Request, answer_json


@dataclass(frozen=True)
class Fault:
    """
    One answer that goes wrong.

    `instead` replaces the answer unasked; otherwise `how` says what happens to the right one on its way. `seconds` is
    the pause between two bytes of a drip, or the length of a silence.
    """

    instead: Answer | None = None
    how: Literal["reset", "truncate", "close", "drip", "hang", "repeat"] | None = None
    seconds: float = 0.0


Faults = MutableSequence[Fault | None] | Callable[[Request], Fault | None]


def status(code: int, *, retry_after: str | None = None, content: object = None) -> Fault:
    """Answer with a status; the body is a JSON object, unless other content is given."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(answer_json(code, {"error": f"status {code}"} if content is None else content, headers))


def html(code: int = 200) -> Fault:
    """Answer with a page, as a proxy or a login form would."""
    return Fault(Answer(code, b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8"))


def reset() -> Fault:
    """Reset the connection in the middle of the body."""
    return Fault(how="reset")


def truncate(*, with_length: bool = True) -> Fault:
    """End the body in its middle; without its length told, nothing but the body shows it."""
    return Fault(how="truncate" if with_length else "close")


def drip(seconds: float) -> Fault:
    """Send a byte at a time, with a pause after each."""
    return Fault(how="drip", seconds=seconds)


def hang(seconds: float) -> Fault:
    """Stay silent, then close the connection."""
    return Fault(how="hang", seconds=seconds)


def repeat() -> Fault:
    """Give the vendor's previous answer again, as a page that comes twice."""
    return Fault(how="repeat")
