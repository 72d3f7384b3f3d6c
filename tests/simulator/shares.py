"""The lives that CI plays, dealt to as many test files as it has workers: a file is one worker's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulator.replay import replay

LIVES = (1, 2, 5, 6, 7, 8, 9, 13, 16)
"""Seeds of as many lives as two cores play in two or three minutes; `just soak` plays 2,000."""
FILES = 3


def lives_of(share: int) -> Callable[[Path, int], None]:
    """Return the test of one file's share."""

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", LIVES[share::FILES])
    def test_a_life(tmp_path: Path, seed: int) -> None:
        """Every number, flag, statement of chance and exit code after each step is one that the oracle allows."""
        replay(tmp_path / "project", seed)

    return test_a_life
