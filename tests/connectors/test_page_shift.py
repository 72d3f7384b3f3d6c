"""Pages that are counted: rows go and rows come while they are read, and none is missed."""

import ast
import threading
from pathlib import Path

import pytest

import connectors
from connectors.records import RecordKind
from okr_config.delivery import Delivery
from tests.connectors.cases import case_of, pull_case
from tests.connectors.loopback import Loopback, Reply, Request

_HOUSE = Path(connectors.__file__).parent
_WAYS = ("page_number", "sized_pages", "offset")
HOLDS_ALL = {"ga4": "a row is a day: one page holds twenty-seven years of them"}
"""Connectors whose paging is numbered, and whose list has one page."""


def _calls(path: Path) -> set[str]:
    """Return the names that a file calls."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    return {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in called}


def _numbered() -> set[str]:
    """Return the connectors of which a file pages by number, their parts' files among them."""
    found = set()
    for path in _HOUSE.rglob("*.py"):
        room, *rest = path.relative_to(_HOUSE).parts
        if room in ("shop", "analytics", "social", "generic") and _calls(path) & set(_WAYS):
            found.add(rest[0].removesuffix(".py").strip("_"))
    return found


NUMBERED = sorted(_numbered() & set(connectors.names()) - HOLDS_ALL.keys())


def test_the_ways_of_paging_are_the_only_ones() -> None:
    """A list in numbered pages is read by `connectors.http.pagination` alone, which wants a key of every row."""
    makers = {path.name for path in _HOUSE.rglob("*.py") if "NumberedList" in _calls(path)}

    assert {"pagination.py"} == makers
    assert HOLDS_ALL.keys() <= _numbered()
    assert {"magento", "woocommerce", "paypal", "http_json"} <= set(NUMBERED)


def _ids(pulled: Delivery) -> set[int]:
    if RecordKind.ORDERS in pulled.frames:
        names = pulled.frames[RecordKind.ORDERS]["order_id"]
        return {int("".join(filter(str.isdigit, name))) for name in names}
    return set(map(int, pulled.frames[RecordKind.OBSERVATIONS]["value"]))


@pytest.mark.parametrize("moves_at", [2, 3])
@pytest.mark.parametrize("name", NUMBERED)
def test_rows_that_slip_between_two_pages_are_found(loopback: Loopback, name: str, moves_at: int) -> None:
    """Early rows are gone before the second or third page, and late ones have joined: the totals are as before."""
    numbered = case_of(name)["numbered"]
    rows = list(range(1, numbered.rows + 1))
    rows = rows[::-1] if numbered.newest_first else rows
    asked, has_moved, lock = 0, False, threading.Lock()

    def script(request: Request) -> Reply:
        nonlocal asked, has_moved
        with lock:
            asked += numbered.lists(request)
            if asked == moves_at and not has_moved:
                # more than pages overlap by: else the overlap alone would save them
                del rows[1:4]
                rows.extend(range(before + 1, before + 4))
                has_moved = True
            return Reply(numbered.answer(rows)(request))

    before = len(rows)
    pulled = pull_case(loopback, name, script, concurrency=1, **numbered.settings)

    assert set(rows) <= _ids(pulled)
    assert ((), ()) == (pulled.notes, pulled.refused)
