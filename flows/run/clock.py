"""Our clock held against the sources' own: each tells its time in the Date header of its answers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from okr_config.delivery import Delivery, Failure
from okr_config.errors import ClockError

LARGEST_SKEW = timedelta(minutes=10)


Pulled = Sequence[Delivery | Failure]
"""What was pulled and is done at the same time."""


def by_the_clock(pulled: Iterable[Pulled], clock: Callable[[], datetime]) -> Iterator[Pulled]:
    """
    Yield what was pulled, less what comes from a source whose clock is far from ours.

    Where another source agrees with us it is the source that is wrong, and what it brought becomes a failure: by its
    clock it says what changed when. Where none does, it is our clock.

    Raises:
        ClockError: at the end, when sources tell another time than we do and none agrees; the caller takes back what
            was landed till then.
    """
    apart: list[Delivery | Failure] = []
    agreed = False
    for results in pulled:
        near: list[Delivery | Failure] = []
        for result in results:
            (near if abs(result.skew or timedelta()) <= LARGEST_SKEW else apart).append(result)
        agreed = agreed or any(result.skew is not None for result in near)
        if near:
            yield near
    if apart and not agreed:
        raise _disagreement(apart[0], clock())
    if apart:
        yield [_wrong_clock(result, clock()) for result in apart]


def _disagreement(result: Delivery | Failure, now: datetime) -> ClockError:
    theirs = now + (result.skew or timedelta())
    return ClockError(
        f"the clock says {now:%Y-%m-%d %H:%M} UTC, source {result.source_id} says {theirs:%Y-%m-%d %H:%M} UTC:"
        " nothing was kept, no cursor moved",
        where=f"source {result.source_id} ({result.connector}), the Date of its answer",
        next_step="set the clock of this machine, then okr run",
    )


def _wrong_clock(result: Delivery | Failure, now: datetime) -> Failure:
    theirs = now + (result.skew or timedelta())
    return Failure(
        source_id=result.source_id,
        connector=result.connector,
        stream=result.stream,
        window=result.window,
        started_at=result.started_at,
        error=f"its clock says {theirs:%Y-%m-%d %H:%M} UTC, ours and another source's {now:%Y-%m-%d %H:%M} UTC: nothing"
        " of it was landed",
        reason="clock",
        next_step=f"have the clock of source {result.source_id} set, then okr doctor {result.source_id}",
        requests=result.requests,
        bytes=result.bytes,
        skew=result.skew,
    )
