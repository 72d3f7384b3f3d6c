"""Adds to the files a team writes, and leaves every other byte of them as it was."""

import json
import re
from collections.abc import Mapping
from typing import Any

from okr_config.documents import Block, Items, child, items_of, plain, text_of
from okr_config.environment import entries
from okr_config.errors import UsageError
from okr_config.goal_editing import line_after
from okr_config.yaml_files import parse_document
from okr_config.yaml_text import flow, item_lines

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


def add_key_result(text: str, file: str, objective_id: str | None, entry: Mapping[str, Any]) -> str:
    """
    Return the text of an objective file with one more key result, the last of an objective's.

    Args:
        text: as it is.
        file: its name, for errors.
        objective_id: whose it becomes; None where the file has one objective.
        entry: keys and values of the key result, in their order.

    Raises:
        UsageError: where the objective is not there once, or its list is written in a way that cannot be added to.
    """
    document, problems = parse_document(text, file)
    if document is None or problems:
        raise UsageError("the file has problems of its own", where=file, next_step="okr check")
    objectives = [one for one in items_of(document.root, "objectives") if isinstance(one, Block)]
    ids = [text_of(one, "id") or "" for one in objectives]
    if objective_id is None and len(objectives) != 1:
        raise UsageError(
            "several objectives could take it", where=f"{file}: {', '.join(ids)}", next_step="name one by --objective"
        )
    if objective_id is not None and ids.count(objective_id) != 1:
        raise UsageError.unknown("objective", objective_id, ids, next_step="okr check")
    place = ids.index(objective_id) if objective_id is not None else 0
    found = child(objectives[place], "key_results")
    if not isinstance(found, Items) or not found.items:
        raise _unsafe(file)
    last = found.items[-1].extent
    if text[found.extent.begin] == "[":
        edited = f"{text[: last.end]}, {flow(entry)}{text[last.end :]}"
    else:
        begin = text.rfind("\n", 0, last.begin) + 1
        indent = text[begin : text.rindex("-", begin, last.begin)]
        edited = line_after(text, last, *item_lines(entry, indent))
    added, _ = parse_document(f"entry: {flow(entry)}", file)
    expected: Any = plain(document.root)
    expected["objectives"][place]["key_results"].append(plain(added.root)["entry"] if added else None)
    new, problems = parse_document(edited, file)
    if new is None or problems or plain(new.root) != expected:
        raise _unsafe(file)
    return edited


def _unsafe(file: str) -> UsageError:
    what = "its key results are written in a way that cannot be added to safely"
    return UsageError(what, where=file, next_step="write the lines by hand, then okr check")
