"""Adds to the files a team writes, and leaves every other byte of them as it was."""

import json
import re
from collections.abc import Mapping

from okr_config.documents import Block, Items
from okr_config.environment import entries
from okr_config.yaml_files import parse_document

_PLAIN = re.compile(r"[A-Za-z0-9_$./@{][\w${}./@+:-]*")
_BARE = re.compile(r"[\w./@+:=-]*")
_ASSIGNED = re.compile(
    r"""
    [^=\n]+ = [^\S\r\n]*
    (?P<value>
        ' (?: \\' | [^'] )* ' | " (?: \\" | [^"] )* " | [^\r\n]*? (?= [^\S\r\n]+ \# | [^\S\r\n]* (?: [\r\n] | \Z ) )
    )
    """,
    re.VERBOSE,
)
_HEAD = "# yaml-language-server: $schema=schema.json\nsources:\n"


def add_source(text: str | None, entry: Mapping[str, str]) -> str | None:
    """
    Return the text of `sources.yaml` with one more source at its end; None where it is not a plain list.

    Args:
        text: as it is, None where there is no such file.
        entry: keys and values of the source, in their order; secrets as `${NAME}`.
    """
    if text is None:
        return _HEAD + "\n".join(source_lines(entry, "  ")) + "\n"
    document, problems = parse_document(text, "sources.yaml")
    root = document.root if document and not problems else None
    if not isinstance(root, Block) or list(root.values)[-1:] not in ([], ["sources"]):
        return None
    lines = text.rstrip().splitlines()
    sources = root.values.get("sources")
    if isinstance(sources, Items) and sources.items:
        line, column = sources.place
        if lines[line - 1][column - 1] != "-":
            return None
        return "\n".join([*lines, *source_lines(entry, " " * (column - 1))]) + "\n"
    if sources:
        # an empty list, or nothing at all behind the key
        del lines[root.keys["sources"].line - 1]
    return "\n".join([*lines, "sources:", *source_lines(entry)]) + "\n"


def source_lines(entry: Mapping[str, str], indent: str = "  ") -> list[str]:
    """Return a source as lines of YAML."""
    return [
        f"{indent}{'- ' if number == 0 else '  '}{key}: {value if _PLAIN.fullmatch(value) else json.dumps(value)}"
        for number, (key, value) in enumerate(entry.items())
    ]


def set_variable(text: str, name: str, value: str) -> str:
    """Return the text of `.env` with a variable set: its value alone where it is there, else a line at the end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    found = [entry for entry in entries(text) if entry.name == name]
    if not found:
        return text + ("" if not text or text.endswith("\n") else ending) + f"{name}={_quoted(value)}{ending}"
    begin, end = found[-1].begin, found[-1].end
    if old := _ASSIGNED.match(text, begin, end):
        return text[: old.start("value")] + _quoted(value) + text[old.end("value") :]
    return text[:begin] + f"{name}={_quoted(value)}{ending}" + text[end:]


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
