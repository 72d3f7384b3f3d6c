"""
Moves a key result's goal in its file, and leaves every other byte as it was.

The text is changed where the value stands; then it is read again, and only a file that differs from the old one in that
goal alone is handed back. Whatever is written in a way that is not understood here is left to the team.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from okr_config.documents import Block, Document, Items, Place, Scalar, child, items_of, plain, text_of
from okr_config.errors import UsageError
from okr_config.yaml_files import parse_document

_VALUE = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\'|[^\s,\]}#]+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
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
    begin, end = _extent(text, goal.place)
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
    elif _at(text, block.place) == "{":
        end = _extent(text, goal.place)[1]
        edited = f"{text[:end]}, changes: [{change}]{text[end:]}"
    else:
        indent = " " * (block.keys[key].column - 1)
        edited = _line_after(text, max(_lines(goal)), f"{indent}changes:", f"{indent}  - {change}")

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
    if _at(text, changes.place) == "[":
        end = _closing(text, _offset(text, changes.place))
        return f"{text[:end].rstrip()}, {change}{text[end:]}"
    last = changes.items[-1]
    line = text.split("\n")[last.place.line - 1]
    indent = line[: line.rindex("-", 0, last.place.column - 1)]
    return _line_after(text, max(_lines(last)), f"{indent}- {change}")


def _lines(node: Any) -> list[int]:  # noqa: ANN401 - a node of the tree
    """Return the lines on which anything of a node begins."""
    if isinstance(node, Items):
        return [node.place.line, *(line for item in node.items for line in _lines(item))]
    if isinstance(node, Block):
        return [node.place.line, *(line for value in node.values.values() for line in _lines(value))]
    return [node.place.line]


def _line_after(text: str, number: int, *added: str) -> str:
    lines = text.split("\n")
    ending = "\r" if lines[number - 1].endswith("\r") else ""
    if number == len(lines):  # the file ends without a line's end, and goes on doing so
        return "\n".join([*lines, *added])
    return "\n".join([*lines[:number], *(line + ending for line in added), *lines[number:]])


def _closing(text: str, begin: int) -> int:
    """Return where the bracket that opens at an offset is closed."""
    depth, place = 0, begin
    while place < len(text):
        if quoted := _QUOTED.match(text, place):
            place = quoted.end()
            continue
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
        place += 1
    return begin


def _extent(text: str, place: Place) -> tuple[int, int]:
    begin = _offset(text, place)
    if _at(text, place) == "[":
        return begin, _closing(text, begin) + 1
    found = _VALUE.match(text, begin)
    return begin, found.end() if found else begin


def _offset(text: str, place: Place) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: place.line - 1]) + place.column - 1


def _at(text: str, place: Place) -> str:
    offset = _offset(text, place)
    return text[offset : offset + 1]


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
        raise UsageError(
            f"the goal of {key_result_id} is written in a way that cannot be changed safely",
            where=file,
            next_step=_NEXT,
        )
    return edited


def _refusal(file: str, place: Place, what: str) -> UsageError:
    return UsageError(what, where=f"{file}:{place.line}:{place.column}", next_step=_NEXT)
