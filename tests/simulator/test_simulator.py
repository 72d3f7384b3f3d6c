"""Lives of a folder, each replayed from a seed and held against an oracle that shares no code with the product."""

import ast
import sys
from pathlib import Path

import pytest

from tests.simulator.planted import PLANTED
from tests.simulator.replay import replay
from tests.simulator.seen import OracleError

FOUND_BY = {"cursor": (14, 3), "refund": (1, 1), "stale": (21, 5)}
"""A seed that finds each planted bug, and the days of a life in which it does; benchmarks/README.md has the first."""


@pytest.mark.slow
def test_a_year_of_weekly_runs(tmp_path: Path) -> None:
    """A folder that is run once a week or so stays right for the longest time: sixty days here, 365 by hand."""
    replay(tmp_path / "project", 1, 60)


@pytest.mark.slow
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(tmp_path: Path, bug: str) -> None:
    """A cursor too far, a refund on another day, a flag that is never set: the failure says how to replay it."""
    seed, days = FOUND_BY[bug]

    with PLANTED[bug](), pytest.raises(OracleError) as caught:
        replay(tmp_path / "project", seed, days)

    assert f"replay: uv run python -m tests.simulator {seed} --days {days}" == caught.value.__notes__[-1]


@pytest.mark.slow
def test_a_seed_is_replayed_byte_for_byte(tmp_path: Path) -> None:
    """Two lives of one seed have the same log."""
    first, second = (replay(tmp_path / name / "project", 16, 2).log for name in ("first", "second"))

    assert first == second


@pytest.mark.parametrize("name", ["truth", "life", "board", "chance", "oracle"])
def test_what_is_expected_shares_no_code_with_the_product(name: str) -> None:
    """Truth, life and oracle import Python's own modules and each other."""
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    own = {module for module in imported if module.split(".")[0] not in sys.stdlib_module_names}
    assert own <= {"tests.simulator.truth", "tests.simulator.board"}
