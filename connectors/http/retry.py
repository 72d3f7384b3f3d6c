"""The one place that tries again."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from connectors.http.budget import Budget
from connectors.http.dates import http_date
from connectors.http.errors import RequestError
from okr_config.world import World

TRIES = 4
LONGEST_WAIT = 300.0
"""Seconds a server may make us wait; if it asks for more, the source is given up until the next run."""

_FIRST_WAIT = 1.0
_SOON = 0.25
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]*)?|\.[0-9]+", re.ASCII)

ResultT = TypeVar("ResultT")


class GivenUp(Exception):  # noqa: N818 - not for users, as RequestError
    """RequestError that stays. `tries` were made; `resume_at` is when the server would listen again, if it said so."""

    def __init__(self, error: RequestError, tries: int, resume_at: datetime | None = None) -> None:
        super().__init__(error.what)
        self.error = error
        self.tries = tries
        self.resume_at = resume_at


def with_retries(attempt: Callable[[], ResultT], world: World, budget: Budget, *, tries: int = TRIES) -> ResultT:
    """
    Call until it works, waiting as long as the server asks, else a random share of a doubling time.

    Raises:
        GivenUp: after the last try, at once when another try cannot help, or when the wait would be too long.
    """
    for number in range(1, tries + 1):
        try:
            return attempt()
        except RequestError as error:
            wait = _wait(error.after, number, world)
            if error.again and wait > LONGEST_WAIT:
                raise GivenUp(error, number, _later(world.clock(), wait)) from error
            if not error.again or number == tries:
                raise GivenUp(error, number) from error
        try:
            budget.sleep(wait)
        except RequestError as error:
            raise GivenUp(error, number) from error
    raise AssertionError("at least one try is made")


def _wait(after: float | None, number: int, world: World) -> float:
    """Return the seconds before the next try; a server that asks for none gets half of a doubling time at least."""
    longest = _FIRST_WAIT * float(2 ** (number - 1))
    if after is None:
        return world.random() * longest
    return after if after > _SOON else (1 + world.random()) / 2 * longest


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for, decimals allowed; None when it is absent, past or no sense."""
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = http_date(text)
    seconds = (moment - now).total_seconds() if moment else 0
    return seconds if seconds > 0 else None


def _later(now: datetime, seconds: float) -> datetime | None:
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return None
