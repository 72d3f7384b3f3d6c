"""Installed from a wheel, without the repository: everything that the program needs is in it."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def okr(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Build the wheel, install it as any program, and return its command.

    What it depends on is that of this environment, by a path that comes after its own: nothing is fetched.
    """
    folder = tmp_path_factory.mktemp("installed")
    uv = shutil.which("uv")
    assert uv, "uv builds and installs here"
    subprocess.run([uv, "build", "--wheel", "--offline", "-q", "-o", str(folder)], cwd=ROOT, check=True, timeout=300)
    (wheel,) = folder.glob("okr-*.whl")
    place = folder / "tool"
    subprocess.run([uv, "venv", "-q", "--offline", "--python", sys.executable, str(place)], check=True, timeout=300)
    python = place / "bin" / "python"
    install = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(install, check=True, timeout=300)
    own = place / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin" / "okr"


def _run(okr: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = {name: text for name, text in os.environ.items() if not name.startswith(("OKR_", "PYTHON", "PREFECT_"))}
    environ |= {"PREFECT_PROFILES_PATH": str(folder / "none.toml")}
    return subprocess.run(
        [okr, *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=500, check=False
    )


def test_nothing_of_it_comes_from_the_repository(okr: Path, tmp_path: Path) -> None:
    """Each station is the wheel's."""
    stations = ("okr_config", "connectors", "warehouse", "scorecard", "flows")
    code = f"from importlib import import_module\nfor name in {stations}: print(import_module(name).__file__)"
    python = okr.with_name("python")

    found = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert [True] * 5 == [Path(file).is_relative_to(okr.parents[1]) for file in found.stdout.split()]


def test_the_demo_runs(okr: Path, tmp_path: Path) -> None:
    """Data, SQL, templates and page are all there: a page and a scoreboard come of it."""
    result = _run(okr, tmp_path, "demo", "demo", "--no-prefect")

    assert 0 == result.returncode, result.stderr
    assert (tmp_path / "demo" / "warehouse" / "published" / "okr.html").stat().st_size > 10_000


def test_a_new_folder_can_be_made(okr: Path, tmp_path: Path) -> None:
    """From its own templates, in a folder that is nobody's checkout; its config is right."""
    made = _run(okr, tmp_path, "init", "shop")
    checked = _run(okr, tmp_path, "check", "--home", "shop")
    listed = _run(okr, tmp_path, "connectors")

    assert (0, 0, 0) == (made.returncode, checked.returncode, listed.returncode), made.stderr + checked.stderr
    assert "shopify" in listed.stdout
