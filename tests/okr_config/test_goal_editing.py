"""A goal is moved in its place; every other byte stays."""

from datetime import date
from decimal import Decimal

import pytest

from okr_config.errors import UsageError
from okr_config.goal_editing import add_change, holds, move_goal

FILE = "okr_config/objectives/q4.yaml"
TEXT = """\
# yaml-language-server: $schema=../schema.json
period: {id: q4, start: 2026-10-01, end: 2026-12-31}    # both days inclusive
objectives:
  - id: shop
    key_results:
      - id: sales      # the one that counts
        title: "Selge 10 enheter: ja"
        metric: shop.units_sold
        target: 10     # even chance
        confidence: 5
      - {id: flow, metric: shop.orders, target: "20", confidence: 5}
      - target: 7
        id: moved
        changes:
          - {on: 2026-10-20, target: 8, reason: 'a "b" c'}   # first

      - id: listed
        target: 3
        changes: [{on: 2026-10-20, target: 4, reason: "]"}]
      - id: long
        target: 5
        changes:
          - on: 2026-10-20
            target: 6
            reason: so
        weight: 2
      - id: filled
        target: ${GOAL}
      - {id: twice, target: 1}
      - {id: twice, target: 1}
"""
DAY = date(2026, 11, 23)


def lines_changed(old: str, new: str) -> list[str]:
    """Return the lines of the new text that the old one does not have, in order."""
    return [line for line in new.split("\n") if line not in old.split("\n")]


@pytest.mark.parametrize(
    ("key_result", "line"),
    [
        ("sales", "        target: 12     # even chance"),
        ("flow", "      - {id: flow, metric: shop.orders, target: 12, confidence: 5}"),
        ("moved", "      - target: 12"),
    ],
)
def test_a_goal_is_moved_in_its_place(key_result: str, line: str) -> None:
    """One line differs, and its comment is still there."""
    edited = move_goal(TEXT, FILE, key_result, key="target", value=Decimal(12))

    assert [line] == lines_changed(TEXT, edited)
    assert TEXT.count("\n") == edited.count("\n")


@pytest.mark.parametrize(
    ("key_result", "added"),
    [
        ("sales", ["        changes:", '          - {on: 2026-11-23, target: 12.5, reason: "så"}']),
        ("moved", ['          - {on: 2026-11-23, target: 12.5, reason: "så"}']),
        ("long", ['          - {on: 2026-11-23, target: 12.5, reason: "så"}']),
    ],
)
def test_a_change_is_one_more_line(key_result: str, added: list[str]) -> None:
    """Taking the added lines away gives the old file back."""
    edited = add_change(TEXT, FILE, key_result, key="target", value=Decimal("12.5"), on=DAY, reason="så")

    assert "\n".join(added) in edited
    assert TEXT == edited.replace("\n".join(added) + "\n", "", 1)


@pytest.mark.parametrize(
    ("key_result", "line"),
    [
        (
            "flow",
            (
                '      - {id: flow, metric: shop.orders, target: "20", changes: [{on: 2026-11-23, target: 12, '
                'reason: "a: b, \\"c\\""}], confidence: 5}'
            ),
        ),
        (
            "listed",
            (
                '        changes: [{on: 2026-10-20, target: 4, reason: "]"}, {on: 2026-11-23, target: 12, '
                'reason: "a: b, \\"c\\""}]'
            ),
        ),
    ],
)
def test_a_change_within_braces(key_result: str, line: str) -> None:
    """What is written on one line stays on it; a reason may hold anything."""
    edited = add_change(TEXT, FILE, key_result, key="target", value=Decimal(12), on=DAY, reason='a: b, "c"')

    assert [line] == lines_changed(TEXT, edited)


def test_two_bounds_are_one_goal() -> None:
    """Bounds in brackets are moved as one, before their start and as a change; bounds below each other are left."""
    text = "objectives:\n  - key_results:\n      - id: a\n        between: [4, 6.5]   # so\n        confidence: 5\n"
    braces = "objectives:\n  - key_results:\n      - {id: a, between: [4, 6], confidence: 5}\n"
    below = "objectives:\n  - key_results:\n      - id: a\n        between:\n          - 4\n          - 6\n"
    bounds = (Decimal("4.5"), Decimal(6))
    change = '{on: 2026-11-23, between: [4.5, 6], reason: "r"}'

    assert text.replace("[4, 6.5]", "[4.5, 6]") == move_goal(text, FILE, "a", key="between", value=bounds)
    changed = add_change(text, FILE, "a", key="between", value=bounds, on=DAY, reason="r")
    assert ["        changes:", f"          - {change}"] == lines_changed(text, changed)
    changed = add_change(braces, FILE, "a", key="between", value=bounds, on=DAY, reason="r")
    assert [f"      - {{id: a, between: [4, 6], changes: [{change}], confidence: 5}}"] == lines_changed(braces, changed)
    changed = add_change(below, FILE, "a", key="between", value=bounds, on=DAY, reason="r")
    assert ["        changes:", f"          - {change}"] == lines_changed(below, changed)
    with pytest.raises(UsageError, match="cannot be changed safely"):
        move_goal(below, FILE, "a", key="between", value=bounds)


def test_line_ends_are_kept() -> None:
    """A file of another system keeps its line ends, a last line without one too."""
    there = TEXT.replace("\n", "\r\n")
    edited = add_change(there, FILE, "sales", key="target", value=Decimal(12), on=DAY, reason="r")
    short = "objectives:\n  - key_results:\n      - id: a\n        target: 1"

    assert edited.count("\r\n") == edited.count("\n") == TEXT.count("\n") + 2
    assert move_goal(short, FILE, "a", key="target", value=Decimal(2)) == short[:-1] + "2"
    assert add_change(short, FILE, "a", key="target", value=Decimal(2), on=DAY, reason="r").endswith('reason: "r"}')


@pytest.mark.parametrize(
    ("key_result", "key", "what"),
    [
        ("nobody", "target", "is not in the file"),
        ("twice", "target", "is 2 times in the file"),
        ("filled", "target", "comes from a variable"),
        ("sales", "at_least", "has no at_least to change"),
    ],
)
def test_what_is_not_clear_is_refused(key_result: str, key: str, what: str) -> None:
    """Nothing is guessed: the error says what is in the way."""
    with pytest.raises(UsageError, match=what):
        move_goal(TEXT, FILE, key_result, key=key, value=Decimal(12))
    with pytest.raises(UsageError, match=what):
        add_change(TEXT, FILE, key_result, key=key, value=Decimal(12), on=DAY, reason="r")


def test_a_later_change_is_not_overtaken() -> None:
    """A change of that day or after it is there already, and the team has to say what becomes of it."""
    with pytest.raises(UsageError, match="has a change on 2026-10-20 already"):
        add_change(TEXT, FILE, "moved", key="target", value=Decimal(9), on=date(2026, 10, 20), reason="r")


def test_who_holds_a_key_result() -> None:
    """A file is asked for a key result by its id; a broken file holds none."""
    assert [True, False, False] == [holds(TEXT, FILE, "sales"), holds(TEXT, FILE, "x"), holds("a: [", FILE, "sales")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[{on: 2026-10-20, target: 4,\n          reason: a\n           b} # c\n        ]\n", ", {0}"),
        (
            "\n        - on: 2026-10-20\n          target: 4\n          reason: |\n           a - b\n\n           c\n",
            "- {0}",
        ),
        ("\n        -   target: 4\n            on: 2026-10-20\n            reason:\n        # d\n", "- {0}"),
        ("\n        - {on: 2026-10-20, target: 4, reason: 'a\n            # no comment'}   # e\n", "- {0}"),
    ],
    ids=["flow over lines", "block text", "nothing last", "quoted over lines"],
)
@pytest.mark.parametrize("head", ["", "\ufeff# æ \U0001f600\n", "# a\r\n"], ids=["plain", "marked", "other line ends"])
def test_a_change_goes_where_the_list_ends(head: str, before: str, after: str) -> None:
    """However the last change is written, the new one stands behind it, and taking it away gives the old file back."""
    above = "objectives:\n  - key_results:\n      - id: a\n        target: 3\n        changes: "
    text = f"{head}{above}{before}        weight: 2\n"
    text = text.replace("\n", "\r\n").replace("\r\r", "\r") if head.endswith("\r\n") else text
    change = after.format('{on: 2026-11-23, target: 12, reason: "r"}')

    edited = add_change(text, FILE, "a", key="target", value=Decimal(12), on=DAY, reason="r")

    ending = "\r\n" if head.endswith("\r\n") else "\n"
    whole = f"        {change}{ending}" if change.startswith("-") else change
    assert text == edited.replace(whole, "", 1)
