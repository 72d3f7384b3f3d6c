"""`okr new connector`: a connector and its test from a template that passes the contract test as it is."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import click

import connectors
from flows.commands._options import Choice, debug_option, the_world
from flows.console import output
from okr_config.errors import UsageError
from okr_config.world import World

KINDS = ("shop", "analytics", "social")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


@click.group()
def new() -> None:
    """
    Begin something new in a checkout of this repository.

    `okr new connector NAME` is what there is.
    """


@new.command()
@click.argument("name")
@click.option("--kind", type=Choice(KINDS), default="social", help="What it is read from.")
@debug_option
def connector(name: str, *, kind: str) -> None:
    """Write a connector called NAME and its test, which pass the contract test; then make them the vendor's."""
    for path in write_connector(Path.cwd(), name, kind, the_world()):
        output.put(str(path))
    output.next_step(f"edit both, then uv run pytest tests/connectors -k {name} && just generate")


def write_connector(root: Path, name: str, kind: str, world: World) -> list[Path]:
    """
    Write a connector's file and its test below a checkout of this repository.

    Raises:
        UsageError: when the name will not do, is taken, or the folder is no checkout. Nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"a connector cannot be called {name!r}",
            where="its name is that of a Python module: small letters, digits and _",
            next_step="okr new connector my_shop",
        )
    if not (root / "connectors" / "source.py").exists() or not (root / "tests" / "connectors").is_dir():
        raise UsageError(
            "no checkout of okr here: connectors/ or tests/connectors/ is missing",
            where=f"looked in {root}",
            next_step="clone the repository, cd into it, then the same command",
        )
    targets = {
        f"{kind}.py.txt": root / "connectors" / kind / f"{name}.py",
        f"test_{kind}.py.txt": root / "tests" / "connectors" / f"test_{name}.py",
    }
    taken = [str(path.relative_to(root)) for path in targets.values() if path.exists()]
    if name in connectors.names() or taken:
        raise UsageError(
            f"a connector is called {name} already; nothing was written",
            where=", ".join(taken) or f"okr connectors {name}",
            next_step="choose another name",
        )
    words = {"NAME": name, "TITLE": name.replace("_", " ").title(), "HOST": f"{name.replace('_', '-')}.example"}
    templates = files("flows") / "templates" / "connector"
    for template, path in targets.items():
        text = Template((templates / template).read_text(encoding="utf-8")).substitute(words)
        world.write(path, text.encode(), 0o644)
    return list(targets.values())
