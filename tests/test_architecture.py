"""Laws of the house that a reader would otherwise have to remember."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

import connectors

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

EVERYDAY_WORDS = {"file", "sql", "threads", "x"}
"""Names of connectors that are words for other things too; that none is asked for is seen where one is compared."""


@cache
def _modules() -> Sequence[tuple[Path, ast.Module]]:
    return [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for station in STATIONS
        for path in sorted((ROOT / station).rglob("*.py"))
    ]


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


def test_no_connector_is_named_outside_connectors() -> None:
    """What only a connector knows it declares: no other module has its name as a text, or asks which one it is."""
    names = set(connectors.names()) - EVERYDAY_WORDS
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in _modules()
        if (ROOT / "connectors") not in path.parents
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and node.value in names) or _asks_which_connector(node)
    ]

    assert [] == found


def _asks_which_connector(node: ast.AST) -> TypeGuard[ast.Compare]:
    """Whether a connector's name is compared with a text or looked for among some."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    texts = any(
        isinstance(each, ast.Constant | ast.Set | ast.Tuple | ast.List)
        or (isinstance(each, ast.Name) and each.id.isupper())  # a table of names; a variable is what somebody typed
        for each in sides
    )
    return texts and any(isinstance(each, ast.Attribute) and each.attr == "connector" for each in sides)


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


PLANTED = {
    "The line of the house": ("warehouse/engine.py", "import connectors"),
    "Scorecard knows the config": ("scorecard/goal.py", "import httpx"),
    "Only connectors talk HTTP": ("flows/console/tables.py", "import httpx"),
    "Only the warehouse opens DuckDB": ("flows/project/paths.py", "import duckdb"),
    "Only flows.pipeline and flows.deployments import Prefect": ("flows/console/tables.py", "from prefect import flow"),
    "Scorecard's floors": ("scorecard/i18n/formats.py", "from scorecard import verdict"),
    "Scorecard's page": ("scorecard/measures/levels.py", "from scorecard.page import render"),
    "Connectors' floors": ("connectors/http/retry.py", "from connectors.rows import orders"),
    "Config's floors": ("okr_config/errors.py", "from okr_config import loading"),
    "The warehouse's floors": ("warehouse/engine.py", "from warehouse import store"),
    "Flows' floors": ("flows/console/tables.py", "from flows.run import steps"),
}
"""For each contract what breaks it."""


def test_every_import_rule_bites(tmp_path: Path) -> None:
    """An import against a contract breaks it, and the linter says which; there is no contract without its trial."""
    for station in STATIONS:
        shutil.copytree(ROOT / station, tmp_path / station, ignore=_no_code)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in PLANTED.values():
        with (tmp_path / file).open("a", encoding="utf-8") as module:
            module.write(f"{line}\n")

    result = _lint_imports(tmp_path)

    told = re.sub(r"\s+", " ", result.stdout)
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [one["name"] for one in pyproject["tool"]["importlinter"]["contracts"]]
    assert 1 == result.returncode
    assert [] == [name for name in names if not name.startswith(tuple(PLANTED))]
    assert [] == [name for name in names if not re.search(rf"{re.escape(name)} ?BROKEN", told)], told


def test_a_module_without_a_floor_is_found(tmp_path: Path) -> None:
    """Who adds a room says where it stands."""
    for station in STATIONS:
        shutil.copytree(ROOT / station, tmp_path / station, ignore=_no_code)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for station in STATIONS:
        (tmp_path / station / "homeless.py").touch()

    told = re.sub(r"\s+", " ", _lint_imports(tmp_path).stdout)

    floors = [name for name in PLANTED if name.endswith("floors")]
    assert [] == [name for name in floors if not re.search(rf"{name}: [^:]*?BROKEN", told)], told


def _no_code(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()}


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


VENDORS = {("connectors", room) for room in ("analytics", "generic", "shop", "social")}
"""Rooms of a file a vendor: their tests stand side by side."""
_NAMED = re.compile(rf"\b((?:{'|'.join(STATIONS)})(?:\.\w+)+)|(?<=[ (])\.(\w+)")


def test_every_module_has_its_tests() -> None:
    """A file of its name in the mirrored folder, or a place in the first line of a test file that covers it."""
    places = {
        path.relative_to(ROOT / "tests"): _modules_named(path) for path in sorted((ROOT / "tests").rglob("test_*.py"))
    }
    named = {name for names in places.values() for name in names}
    modules = [
        path.relative_to(ROOT).with_suffix("")
        for station in STATIONS
        for path in sorted((ROOT / station).rglob("*.py"))
        if path.stem not in {"__init__", "__main__"}
    ]

    dotted = {".".join(module.parts): module for module in modules}

    lonely = [name for name, module in dotted.items() if _mirror(module) not in places and name not in named]
    gone = [name for name in sorted(named) if not (ROOT / name.replace(".", "/")).is_dir() and name not in dotted]

    assert [] == lonely
    assert [] == gone


def _mirror(module: Path) -> Path:
    folder = Path("connectors") if module.parent.parts in VENDORS else module.parent
    return folder / f"test_{module.name.removeprefix('_')}.py"


def _modules_named(test: Path) -> set[str]:
    """Return the modules in a test file's first line: by their whole names, or as `.name` beside the one before."""
    docstring = ast.get_docstring(ast.parse(test.read_text(encoding="utf-8"))) or ""
    beside = ".".join(test.parent.relative_to(ROOT / "tests").parts)
    names = set()
    for whole, name in re.findall(
        rf"\b((?:{'|'.join(STATIONS)})(?:\.\w+)+)|(?<=[ (])\.(\w+)", docstring.split("\n")[0]
    ):
        beside = whole.rpartition(".")[0] or beside
        names.add(whole or f"{beside}.{name}")
    return names


MAINTENANCE = {
    "custom_metrics.py": "a private copy",
    "definitions.py": "a new name",
    "deriving.py": "what can be derived again",
    "landing/forgotten.sql": "what has just come",
    "migrating.py": "the schema",
    "repairing.py": "what a wrong clock recorded",
    "retaining.py": "purge and forget",
    "retention/outdated.sql": "tidy",
    "retention/superseded.sql": "tidy",
    "sources.py": "a new name",
}
"""Where rows of the warehouse are changed or taken out, and of what: elsewhere rows are only ever added."""


def test_rows_are_only_added_but_for_maintenance() -> None:
    """Landing, scoring and runs neither update nor delete: what several write at once cannot be in each other's way."""
    changing = re.compile(
        r"^(?!\s*(--|#|\"\"\")).*\b(update [a-z_{][a-z_{}()]* set|update [a-z_]+$|delete from)\b", re.MULTILINE
    )
    folder = ROOT / "warehouse"
    files = [*folder.glob("*.py"), *(folder / "sql").rglob("*.sql")]
    names = {path: path.relative_to(folder / "sql" if path.suffix == ".sql" else folder).as_posix() for path in files}

    found = {
        name
        for path, name in names.items()
        if not name.startswith("migrations/") and changing.search(path.read_text(encoding="utf-8"))
    }

    assert set(MAINTENANCE) == found


def test_results_are_read_to_their_end() -> None:
    """A result read in part keeps DuckDB 2 from all else: rows are fetched whole, but in the sandbox's child."""
    reading = {
        path.name for path in (ROOT / "warehouse").glob("*.py") if re.search(r"\.fetch(one|many)\b", path.read_text())
    }

    assert {"query_sandbox_child.py"} == reading
