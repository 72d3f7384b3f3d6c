"""Laws of the house that a reader would otherwise have to remember."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATIONS = ("okr_config", "connectors", "warehouse", "scorecard", "flows")
REACHING_OUT = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "sleep"),
    ("time", "monotonic"),
    ("random", "random"),
    ("random", "uniform"),
}


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for station in STATIONS:
        for path in sorted((ROOT / station).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _reaches_out(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in REACHING_OUT:
            return True
        case ast.Attribute(attr="write_text" | "write_bytes" | "touch"):
            return True
        case ast.Name(id="open") | ast.Attribute(attr="open"):
            modes = [
                arg.value
                for arg in [*node.args, *(word.value for word in node.keywords)]
                if isinstance(arg, ast.Constant)
            ]
            return any(
                isinstance(mode, str) and mode and set(mode) <= set("wxabt+") and set(mode) & set("wxa+")
                for mode in modes
            )
    return False


def test_only_the_world_reaches_outside() -> None:
    """Clock, sleep, chance and writing of files are arguments everywhere but in okr_config/world.py."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in _modules()
        if path != ROOT / "okr_config" / "world.py"
        for node in ast.walk(tree)
        if _reaches_out(node)
    ]

    assert [] == found


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_planted_import_against_the_line_is_refused(tmp_path: Path) -> None:
    """A warehouse that imports a connector breaks the contract, and the linter says which."""
    for station in STATIONS:
        (tmp_path / station).mkdir()
        (tmp_path / station / "__init__.py").touch()
    (tmp_path / "flows" / "cli.py").touch()
    (tmp_path / "flows" / "run").mkdir()
    (tmp_path / "flows" / "run" / "__init__.py").touch()
    (tmp_path / "flows" / "run" / "steps.py").touch()
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (tmp_path / "warehouse" / "__init__.py").write_text("import connectors\n")

    result = _lint_imports(tmp_path)

    assert 1 == result.returncode
    assert "data moves left to right BROKEN" in result.stdout


def test_the_house_keeps_its_import_rules() -> None:
    """The code as it is keeps every contract."""
    result = _lint_imports(ROOT)

    assert 0 == result.returncode, result.stdout


@pytest.mark.parametrize("module", ["flows.cli", "flows.commands.status", "connectors", "warehouse"])
def test_light_commands_import_nothing_heavy(module: str) -> None:
    """Help and status pay neither for Prefect nor for an HTTP client."""
    code = f"import {module}, sys; print(sorted({{'prefect', 'httpx'}} & set(sys.modules)))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == result.stdout.strip()


def test_every_test_states_its_claim() -> None:
    """Each test has a docstring of one sentence."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert [] == silent
