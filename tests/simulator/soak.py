"""Many lives, side by side: each worker has imported all it needs once, and plays one after another."""

import atexit
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.simulator.life import FOLDER

if TYPE_CHECKING:
    from tests.flows.made_once import EmptyWarehouses

LIVES = 40
"""That a worker plays before another takes its place: what a library keeps in memory is given back."""


@dataclass(frozen=True)
class Told:
    """What a life came to: its log, or what is wrong with it and the command that replays it. seconds: of a core."""

    seed: int
    lines: Sequence[str]
    is_wrong: bool = False
    deeds: Counter[str] = field(default_factory=Counter)
    seconds: float = 0


def play(seed: int, days: int, plant: str | None = None) -> Told:
    """Play a life, with a bug in the product if one is to be planted."""
    # one life uses one core: Polars reads this as it is imported
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    from tests.simulator.planted import PLANTED
    from tests.simulator.replay import replay

    began = time.process_time()
    with (
        tempfile.TemporaryDirectory(dir=_in_memory()) as home,
        patch("warehouse.opening.connect_to", _empty_warehouses().connect),
        PLANTED[plant]() if plant else nullcontext(),
    ):
        try:
            life = replay(Path(home) / "project", seed, days)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are played too
            log, *command = error.__notes__
            return Told(seed, [log, f"{type(error).__name__}: {error}", *command], is_wrong=True)
    return Told(seed, life.log, deeds=life.deeds, seconds=time.process_time() - began)


def soak(  # noqa: PLR0913 - what is played, and who hears of it
    seeds: Sequence[int],
    days: int,
    *,
    jobs: int | None,
    plant: str | None,
    tell: Callable[[Told, int, int, float], None],
    write: Callable[[Sequence[str]], None],
) -> bool:
    """
    Play the lives of some seeds; return whether any was wrong. With a planted bug the first that finds it is the last.

    tell: hears of each life, how many are done of how many, and how many seconds it will take. write: of what is wrong,
    and of the sum.
    """
    began, deeds, wrong, done, seconds = time.monotonic(), Counter[str](), list[int](), 0, 0.0
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=LIVES) as pool:
        waiting = [pool.submit(play, seed, days, plant) for seed in seeds]
        for done, future in enumerate(as_completed(waiting), 1):
            told = future.result()
            deeds.update(told.deeds)
            seconds += told.seconds
            if told.is_wrong:
                wrong.append(told.seed)
                write(told.lines)
            tell(told, done, len(seeds), (time.monotonic() - began) / done * (len(seeds) - done))
            if plant and wrong:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    named = ", ".join(f"{number} {deed}" for deed, number in deeds.most_common() if deed in {"run", *FOLDER})
    each = seconds / max(1, done - len(wrong))
    write([f"{done} lives of {days} days ({named}), {each:.1f} CPU s each, {len(wrong)} wrong: {sorted(wrong)}"])
    return bool(wrong)


@cache
def _empty_warehouses() -> "EmptyWarehouses":
    """Return what opens new warehouses, one for all lives of a worker."""
    from tests.flows.made_once import EmptyWarehouses

    place = Path(tempfile.mkdtemp(dir=_in_memory()))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return EmptyWarehouses(place)


def _in_memory() -> str | None:
    """Return where files take no disk, where there is such a place."""
    shared = Path("/dev/shm")  # noqa: S108 - the folders in it are this process's own
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None
