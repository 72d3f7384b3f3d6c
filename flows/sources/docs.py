"""
One page a connector under `docs/connectors`, from what the connectors declare, so that they cannot go stale.

    python -m flows.sources.docs           writes them
    python -m flows.sources.docs --check   exits 1 when one is not what the code says
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import connectors
from connectors.source import Source, Stream
from flows.console import output
from flows.reference import blocks_of, in_cell
from flows.sources.catalogue import settings_of, variable_name
from okr_config.models import SourceSettings
from okr_config.world import World, real_world

FOLDER = Path("docs") / "connectors"


def pages() -> Mapping[str, str]:
    """Return every page by its file name: one a connector, and the table of all."""
    # plain text, which nothing runs: no markup to escape
    templates = Environment(  # noqa: S701
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"words": _words, "verified": _verified, "in_cell": in_cell}
    sources = [connectors.load(name) for name in connectors.names()]
    page, table = (templates.get_template(f"{name}.md.j2") for name in ("connector_page", "connectors"))
    return {
        f"{source.name}.md": page.render(
            source=source,
            told=(import_module(connectors.module_of(source.name)).__doc__ or "").strip(),
            facts=_facts(source),
            settings=list(settings_of(source)),
            below=blocks_of(source.settings)[1:],
            common=[name for name in SourceSettings.model_fields if name not in {"id", "connector"}],
            variable_name=variable_name,
        )
        for source in sources
    } | {"README.md": table.render(sources=sources)}


def write(root: Path, world: World, *, only_check: bool) -> bool:
    """Write the pages below a repository's root, or only tell whether they are fresh; pages of no connector go."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in sorted((root / FOLDER).glob("*.md"))}
    if only_check:
        return there == wanted
    for name in sorted(set(there) - set(wanted)):
        (root / FOLDER / name).unlink()
    for name, text in wanted.items():
        if there.get(name) != text:
            world.write(root / FOLDER / name, text.encode(), 0o644)
    return True


def _facts(source: Source[Any]) -> Mapping[str, str]:
    return {
        "API version": source.version,
        "verified against": _verified(source),
        "scopes": _words(source.scopes) if source.scopes else "",
        "history": source.history,
        "delay": source.delay,
        "limits": source.limits,
        "changed without telling": "; ".join(dict.fromkeys(map(_changes, source.streams))).strip("; "),
        "documents": f"<{source.docs}>" if source.docs.startswith("https:") else source.docs,
    }


def _changes(stream: Stream[Any]) -> str:
    """Say what is read again of a stream, and how often."""
    if stream.changes is None:
        return ""
    return (
        f"{stream.changes.what}: running periods are read again {'at every run' if stream.changes.cheap else 'daily'}"
    )


def _verified(source: Source[Any]) -> str:
    is_vendors = ".generic." not in connectors.module_of(source.name)
    return ", ".join(source.verified) or ("sheet only" if is_vendors else "-")


def _words(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "-"


if __name__ == "__main__":
    fresh = write(Path.cwd(), real_world(), only_check="--check" in sys.argv)
    output.say(f"{FOLDER} is fresh" if fresh else f"{FOLDER} is stale   next: just generate")
    sys.exit(0 if fresh else 1)
