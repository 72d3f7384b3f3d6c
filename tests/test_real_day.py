"""No test reads the real day: what passed today passes tomorrow."""

import ast

import pytest

from tests.real_day import MAY_READ_IT, ROOT


def _reads_it(node: ast.AST) -> bool:
    match node:
        case (
            ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date"), attr="now" | "today" | "utcnow"))
            | ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time"))
            | ast.Call(func=ast.Attribute(attr="with_name"), args=[ast.Constant(value="okr")])
            | ast.Name(id="real_world")
        ):
            return True
        case ast.Call(func=ast.Attribute(attr="invoke"), keywords=words):
            return "obj" not in {word.arg for word in words}
        case ast.Constant(value=str(code)):
            # of a child process
            return any(call in code for call in ("real_world()", "import main; main()", ".invoke(okr"))
    return False


def test_no_test_reads_the_real_day() -> None:
    """Tests are given a clock and give it on to the command they call; who may not is named with the reason."""
    found = [
        f"{name}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(tuple(MAY_READ_IT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.expr) and _reads_it(node)
    ]

    assert [] == found


@pytest.mark.parametrize(
    "code",
    [
        "CliRunner().invoke(okr, ['run'])",
        "date.today()",
        "datetime.now(UTC)",
        "time.time()",
        "Folder(path, real_world())",
        "Path(sys.executable).with_name('okr')",
        "[sys.executable, '-c', 'from flows.cli import main; main()']",
        "'from okr_config.world import real_world; real_world()'",
    ],
)
def test_each_way_to_the_real_day_is_found(code: str) -> None:
    """Every one of these has stood in a test."""
    assert any(_reads_it(node) for node in ast.walk(ast.parse(code)))
