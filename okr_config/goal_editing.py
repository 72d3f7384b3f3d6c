"""
Moves a key result's goal in its file, and leaves every other byte as it was.

The text is changed where the value stands; then it is read again, and only a file that differs from the old one in that
goal alone is handed back. Whatever is written in a way that is not understood here is left to the team.
"""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from okr_config.documents import Block, Document, Extent, Items, Place, Scalar, child, items_of, plain, text_of
from okr_config.errors import UsageError
from okr_config.yaml_files import parse_document

_NEXT = "edit it by hand, then okr plan"


def holds(text: str, file: str, key_result_id: str) -> bool:
    """Whether a file has a key result of that id; one that cannot be read has none."""
    document, _ = parse_document(text, file)
    return document is not None and bool(_found(document, key_result_id))


Goal = Decimal | tuple[Decimal, Decimal]


def written(value: Goal) -> str:
    """Write a goal as it stands in a file: a number, or two in brackets."""
    return f"[{value[0]:f}, {value[1]:f}]" if isinstance(value, tuple) else f"{value:f}"


def move_goal(text: str, file: str, key_result_id: str, *, key: str, value: Goal) -> str:
    """
    Return the file with another goal: `key` is target, at_least, at_most, between or need.

    Raises:
        UsageError: where the key result or its goal is not there once, or is written in a way that cannot be changed.
    """
    block = _only(text, file, key_result_id)
    goal = _goal(block, file, key_result_id, key)
    begin, end = goal.extent
    if isinstance(goal, Items) and text[begin] != "[":
        raise _unsafe(file, key_result_id)
    edited = text[:begin] + written(value) + text[end:]

    def expected(key_result: dict[str, Any]) -> None:
        key_result[key] = _read(value)

    return _checked(text, edited, file, key_result_id, expected)


def add_change(  # noqa: PLR0913 - a change and where it goes
    text: str, file: str, key_result_id: str, *, key: str, value: Goal, on: date, reason: str
) -> str:
    """
    Return the file with one more dated change of a key result's goal, the last of its list.

    Raises:
        UsageError: as `move_goal`, and where a change of that day or a later one is there already.
    """
    block = _only(text, file, key_result_id)
    goal = _goal(block, file, key_result_id, key)
    change = f"{{on: {on}, {key}: {written(value)}, reason: {json.dumps(reason, ensure_ascii=False)}}}"
    changes = child(block, "changes")
    if isinstance(changes, Items) and changes.items:
        newest = max(text_of(item, "on") or "" for item in changes.items)
        if newest >= on.isoformat():
            raise _refusal(file, changes.place, f"{key_result_id} has a change on {newest} already")
        edited = _appended(text, changes, change)
    elif changes is not None:
        raise _refusal(file, changes.place, f"changes of {key_result_id} is empty or no list")
    elif text[block.extent.begin] == "{":
        end = goal.extent.end
        edited = f"{text[:end]}, changes: [{change}]{text[end:]}"
    else:
        indent = " " * (block.keys[key].column - 1)
        edited = line_after(text, goal.extent, f"{indent}changes:", f"{indent}  - {change}")

    def expected(key_result: dict[str, Any]) -> None:
        said = {"on": on.isoformat(), key: _read(value), "reason": reason}
        key_result["changes"] = [*key_result.get("changes", []), said]

    return _checked(text, edited, file, key_result_id, expected)


def _only(text: str, file: str, key_result_id: str) -> Block:
    document, problems = parse_document(text, file)
    if document is None or problems:
        raise UsageError("the file has problems of its own", where=file, next_step="okr check")
    found = _found(document, key_result_id)
    if len(found) != 1:
        times = "is not" if not found else f"is {len(found)} times"
        raise UsageError(f"key result {key_result_id} {times} in the file", where=file, next_step="okr check")
    return found[0]


def _found(document: Document, key_result_id: str) -> list[Block]:
    return [
        key_result
        for objective in items_of(document.root, "objectives")
        for key_result in items_of(objective, "key_results")
        if isinstance(key_result, Block) and text_of(key_result, "id") == key_result_id
    ]


def _goal(block: Block, file: str, key_result_id: str, key: str) -> Scalar | Items:
    value = child(block, key)
    if not isinstance(value, Scalar | Items):
        raise _refusal(file, block.place, f"{key_result_id} has no {key} to change")
    for number in value.items if isinstance(value, Items) else (value,):
        if not isinstance(number, Scalar) or number.text is None:
            raise _refusal(file, block.place, f"{key_result_id} has no {key} to change")
        if "${" in number.text:
            raise _refusal(file, value.place, f"the {key} of {key_result_id} comes from a variable")
    return value


def _read(value: Goal) -> str | list[str]:
    """Return a goal as it is read back."""
    return [f"{bound:f}" for bound in value] if isinstance(value, tuple) else f"{value:f}"


def _appended(text: str, changes: Items, change: str) -> str:
    last = changes.items[-1].extent
    if text[changes.extent.begin] == "[":
        return f"{text[: last.end]}, {change}{text[last.end :]}"
    line_begin = text.rfind("\n", 0, last.begin) + 1
    indent = text[line_begin : text.rindex("-", line_begin, last.begin)]
    return line_after(text, last, f"{indent}- {change}")


def line_after(text: str, extent: Extent, *added: str) -> str:
    """Add lines below the one on which a value ends."""
    end = text.find("\n", len(text[: extent.end].rstrip()))
    if end < 0:  # the file ends without a line's end, and goes on doing so
        return "\n".join([text, *added])
    ending = "\r\n" if text[end - 1] == "\r" else "\n"
    return text[: end + 1] + "".join(line + ending for line in added) + text[end + 1 :]


def _checked(text: str, edited: str, file: str, key_result_id: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Hand the edited text back if it says what the old one said, but for the change."""
    old, _ = parse_document(text, file)
    new, problems = parse_document(edited, file)
    wanted = plain(old.root) if old else None
    for objective in (wanted or {}).get("objectives", []):
        for key_result in objective.get("key_results", []):
            if key_result.get("id") == key_result_id:
                change(key_result)
    if new is None or problems or plain(new.root) != wanted:
        raise _unsafe(file, key_result_id)
    return edited


def _unsafe(file: str, key_result_id: str) -> UsageError:
    what = f"the goal of {key_result_id} is written in a way that cannot be changed safely"
    return UsageError(what, where=file, next_step=_NEXT)


def _refusal(file: str, place: Place, what: str) -> UsageError:
    return UsageError(what, where=f"{file}:{place.line}:{place.column}", next_step=_NEXT)
