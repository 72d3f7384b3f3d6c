"""`okr new connector`: what it writes passes everything that a connector must pass."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import connectors
from flows.commands.new import KINDS, write_connector
from okr_config.errors import UsageError
from okr_config.world import World

ROOT = Path(__file__).parents[3]
CONTRACT = ("tests/connectors/test_connector_contract.py", "tests/connectors/test_page_shift.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a connector and its test need."""
    for name in ("connectors", "okr_config", "tests/connectors"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.parquet"))
    for name in ("pyproject.toml", "tests/conftest.py", "tests/real_day.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def _ruff() -> str:
    return str(Path(sys.executable).with_name("ruff"))


@pytest.mark.slow
def test_every_template_passes_the_contract_and_the_lint(checkout: Path, world: World) -> None:
    """As it is, before a word of it is changed."""
    for name in connectors.names():
        # the contract would ask all that are there, as it does elsewhere
        (checkout / connectors.module_of(name).replace(".", "/")).with_suffix(".py").unlink()
    for kind in KINDS:
        write_connector(checkout, f"brand_new_{kind}", kind, world)

    tested = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n0",
            *CONTRACT,
            "--deselect",
            f"{CONTRACT[1]}::test_the_ways_of_paging_are_the_only_ones",
            *sorted(map(str, checkout.rglob("test_brand_new*.py"))),
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    written = [str(path) for path in checkout.rglob("*brand_new*.py")]
    linted, formed = (
        subprocess.run([_ruff(), *how, *written], cwd=checkout, capture_output=True, text=True, check=False)
        for how in (["check"], ["format", "--check", "--diff"])
    )

    assert 0 == tested.returncode, tested.stdout[-3000:]
    assert " passed" in tested.stdout
    assert 6 == len(written)
    assert 0 == linted.returncode, linted.stdout
    assert 0 == formed.returncode, formed.stdout


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("My-Shop", "cannot be called"),
        ("shopify", "already"),
        ("_x", "cannot be called"),
        ("x" * 60, "cannot be called"),
    ],
)
def test_a_name_that_will_not_do_is_refused(checkout: Path, world: World, name: str, told: str) -> None:
    """And nothing is written."""
    before = sorted(checkout.rglob("*"))

    with pytest.raises(UsageError, match=told):
        write_connector(checkout, name, "shop", world)

    assert before == sorted(checkout.rglob("*"))


def test_it_wants_a_checkout(tmp_path: Path, world: World) -> None:
    """A project folder is not the place for code."""
    with pytest.raises(UsageError, match="no checkout of okr here"):
        write_connector(tmp_path, "my_shop", "shop", world)
