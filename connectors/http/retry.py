"""The one place that tries again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from connectors.http.errors import RequestError
from okr_config.world import World

TRIES = 4
LONGEST_WAIT = 300.0
"""Seconds a server may make us wait; if it asks for more, the source is given up until the next run."""

_FIRST_WAIT = 1.0

ResultT = TypeVar("ResultT")


class GivenUp(Exception):  # noqa: N818 - not for users, as RequestError
    """RequestError that stays. `tries` were made; `resume_at` is when the server would listen again, if it said so."""

    def __init__(self, error: RequestError, tries: int, resume_at: datetime | None = None) -> None:
        super().__init__(error.what)
        self.error = error
        self.tries = tries
        self.resume_at = resume_at


def with_retries(attempt: Callable[[], ResultT], world: World, *, tries: int = TRIES) -> ResultT:
    """
    Call until it works, waiting as long as the server asks, else a random share of a doubling time.

    Raises:
        GivenUp: after the last try, at once when another try cannot help, or when the wait would be too long.
    """
    for number in range(1, tries + 1):
        try:
            return attempt()
        except RequestError as error:
            wait = error.after if error.after is not None else world.random() * _FIRST_WAIT * 2 ** (number - 1)
            if error.again and wait > LONGEST_WAIT:
                raise GivenUp(error, number, _later(world.clock(), wait)) from error
            if not error.again or number == tries:
                raise GivenUp(error, number) from error
        world.sleep(wait)
    raise AssertionError("at least one try is made")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for; None when it is absent, past or makes no sense."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return seconds if seconds > 0 else None


def _later(now: datetime, seconds: float) -> datetime | None:
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return None
