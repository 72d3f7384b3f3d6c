"""
`python -m tests.simulator SEED [--days N]`: replay a life and print its log.

With `--soak N` so many lives, from that seed on, on all cores; with `--plant BUG` until one of them finds the bug.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.simulator.life import FORTNIGHT
from tests.simulator.soak import Told, play, soak


def main() -> int:
    """Play, print the log of one life or the number of many, and return 1 if any was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("seed", type=int)
    parser.add_argument("--days", type=int, default=FORTNIGHT)
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="play N lives, from that seed on")
    parser.add_argument("--jobs", type=int, help="at once (default: as many as there are cores)")
    parser.add_argument("--plant", help="a bug in the product, by its name in tests.simulator.planted")
    asked = parser.parse_args()
    if not asked.soak:
        told = play(asked.seed, asked.days, asked.plant)
        _write(told.lines)
        return int(told.is_wrong)
    seeds = range(asked.seed, asked.seed + asked.soak)
    return int(soak(seeds, asked.days, jobs=asked.jobs, plant=asked.plant, tell=_tell, write=_write))


def _write(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


def _tell(told: Told, done: int, of: int, left: float) -> None:
    state = "wrong" if told.is_wrong else "right"
    sys.stderr.write(f"{told.seed} {state}   {done} of {of}, {left // 3600:.0f}:{left % 3600 // 60:02.0f} left\n")


if __name__ == "__main__":
    sys.exit(main())
