"""How a connector's own test file says that its paging is numbered (tests/connectors/test_page_shift.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.connectors.loopback import Request


@dataclass(frozen=True)
class Numbered:
    """
    Numbered pages of an API.

    answer: what it answers where it has rows of these numbers, in this order. lists: whether a request is for a page of
    them. rows: how many fill three pages. settings: instead of the case's. newest_first: the order it lists them in.
    """

    answer: Callable[[Sequence[int]], Callable[[Request], Any]]
    lists: Callable[[Request], bool]
    rows: int = 250
    settings: Mapping[str, Any] = field(default_factory=dict)
    newest_first: bool = False
