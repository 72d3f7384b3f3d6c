"""
`python -m tests.simulator SEED [--days N]`: replay a life and print its log.

With `--soak N` so many lives, from that seed on; with `--plant BUG` until one of them finds the bug.
"""

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from tests.flows.made_once import EmptyWarehouses
from tests.simulator.life import FOLDER
from tests.simulator.planted import PLANTED
from tests.simulator.replay import replay


def main() -> int:
    """Play, print the log of one life or the number of many, and return 1 if any was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("seed", type=int)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="play N lives, from that seed on")
    parser.add_argument("--plant", choices=sorted(PLANTED), help="with a bug in the product")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as empty,
        patch("warehouse.opening.connect", EmptyWarehouses(Path(empty)).connect),
        PLANTED[asked.plant]() if asked.plant else nullcontext(),
    ):
        return _play(asked)


def _play(asked: argparse.Namespace) -> int:
    deeds: Counter[str] = Counter()
    wrong: list[int] = []
    for seed in range(asked.seed, asked.seed + max(asked.soak, 1)):
        with tempfile.TemporaryDirectory() as home:
            try:
                life = replay(Path(home) / "project", seed, asked.days)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are played too
                log, *command = error.__notes__
                _write(log, f"{type(error).__name__}: {error}", *command)
                wrong.append(seed)
            else:
                deeds.update(life.deeds)
                if not asked.soak:
                    _write(*life.log)
        if asked.soak:
            sys.stderr.write(f"{seed} {'wrong' if seed in wrong else 'right'}\n")
        if asked.plant and wrong:
            break
    if asked.soak:
        played = seed + 1 - asked.seed
        told = ", ".join(f"{number} {deed}" for deed, number in deeds.most_common() if deed in {"run", *FOLDER})
        _write(f"{played} lives of {asked.days} days ({told}), {len(wrong)} wrong: {wrong}")
    return int(bool(wrong))


def _write(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
