"""
What each connector's own test file says of it, and pulls by that: shared by the tests that all connectors must pass.

`CASE` has `settings`, `good` (what its API answers, as JSON, to a request) and `rows` (how many of each kind come of
it, from the first stream); maybe `empty`, `repeated` (an answer whose paging goes round in a circle, with
`repeated_settings`), `endless` (the same, but no two pages are equal: it is given the request and a number that grows),
`asked` (how often it asks, by status, where one sends it another way), `null` (the reason, where an answer that is null
says that something is not there), or for files `prepare`. One that logs in first has `login`: the answer to a request
for a token, None for any other request; the faults then meet the requests after it. One whose paging is numbered has
`numbered`: how its API answers with many rows.
"""

import importlib
from typing import Any

import connectors
from okr_config.delivery import Delivery, Window
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request, Script

CANARY = "CANARY"


def case_of(name: str) -> dict[str, Any]:
    """Return a connector's case."""
    case: dict[str, Any] = importlib.import_module(f"tests.connectors.test_{name}").CASE
    return case


NETWORKED = [name for name in connectors.names() if "good" in case_of(name)]


def pull_case(
    loopback: Loopback, name: str, script: Script | None = None, *, window: Window | None = None, **changes: object
) -> Delivery:
    """Pull a connector's first stream from its good answer, or by another script, after the login if it has one."""
    case = case_of(name)
    if "prepare" in case:
        case["prepare"](loopback.home)
    answer = script or (lambda request: Reply(case["good"](request)))
    loopback.script = lambda request: Reply(granted) if (granted := granted_by(name, request)) else answer(request)
    span = (window.start, window.end) if window else (START, NOW)
    return loopback.pull(name, {**case["settings"], **changes}, window=span)


def granted_by(name: str, request: Request) -> object:
    """Return the answer to a request for a token, None for any other request."""
    case = case_of(name)
    return case["login"](request) if "login" in case else None
