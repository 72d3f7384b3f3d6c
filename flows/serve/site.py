"""
What the web server has to offer: the pages, `status.json`, a badge for each key result, and its own health.

Everything comes from the published folder, is read again when a run has replaced it, and carries an ETag, so that a
browser asks often and is seldom sent anything.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from flows.console.json_forms import json_text
from flows.project.board import Board, read_board
from flows.project.paths import Published
from flows.serve.access import OPEN_PATH, Guard, path_of, told
from flows.serve.health import Report
from flows.serve.http_server import Answer, Request
from okr_config.errors import WarehouseError

_NOTHING_MORE = "default-src 'none'; frame-ancestors 'none'"
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]{1,1000})">')
_HEAD_OF_PAGE = 4_096

_Identity = tuple[int, int, int]


class Site:
    """Answers requests about one published folder. Any number of threads may ask at once."""

    def __init__(self, published: Published, guard: Guard, health: Callable[[], Report]) -> None:
        self._published = published
        self._guard = guard
        self._health = health
        self._lock = Lock()
        self._board: tuple[_Identity, Board] | None = None
        self._routes: tuple[tuple[re.Pattern[str], Callable[..., Answer]], ...] = (
            (re.compile(r"/"), self._show_newest),
            (re.compile(r"/(?P<name>[a-z0-9][a-z0-9_-]{0,62}\.html)"), self._show_page),
            (re.compile(r"/status\.json"), self._show_status),
            (re.compile(r"/badge/(?P<name>[a-z0-9_-]{1,63})\.svg"), self._draw_badge),
            (re.compile(OPEN_PATH), self._tell_health),
        )

    def respond(self, request: Request) -> Answer:
        """Answer a request."""
        answer = self._guard.refuse(request) or self._answer(path_of(request))
        return _unchanged(answer) if answer.status is HTTPStatus.OK and _knows(request, answer) else answer

    def warm(self) -> None:
        """Read the published copy now: one that is being replaced must not be open under its old name."""
        if self._published.copy.exists():
            self._read_board()

    def _answer(self, path: str) -> Answer:
        for pattern, show_it in self._routes:
            if found := pattern.fullmatch(path):
                try:
                    return show_it(**found.groupdict())
                except FileNotFoundError:
                    words = "nothing has been published yet, okr run does"
                    return told(HTTPStatus.SERVICE_UNAVAILABLE, words, {"Retry-After": "30"})
                except WarehouseError as error:
                    return told(HTTPStatus.SERVICE_UNAVAILABLE, error.what)
        return told(HTTPStatus.NOT_FOUND)

    def _tell_health(self) -> Answer:
        report = self._health()
        status = HTTPStatus.OK if report.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        body = json_text(report.facts) + "\n"
        return Answer(status, body.encode(), {"Content-Type": "application/json"})

    def _show_newest(self) -> Answer:
        return _page(self._published.page)

    def _show_page(self, name: str) -> Answer:
        path = self._published.page.with_name(name)
        return told(HTTPStatus.NOT_FOUND) if path.is_symlink() or not path.is_file() else _page(path)

    def _show_status(self) -> Answer:
        board, changed_at = self._read_board()
        body = json_text([row.as_row() for row in board.key_results], indent=2) + "\n"
        return _kept(body.encode(), "application/json", changed_at)

    def _draw_badge(self, name: str) -> Answer:
        from scorecard.page.render import badge

        board, changed_at = self._read_board()
        found = [row for row in board.key_results if row.key_result_id == name]
        if not found:
            return told(HTTPStatus.NOT_FOUND)
        languages = {period.id: period.language for period in board.periods}
        language = languages.get(found[0].period_id)
        drawing = badge(found[0], language="nb" if language == "nb" else "en")
        # a badge is made to stand in another site's page
        open_to_all = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return _kept(drawing.encode(), "image/svg+xml", changed_at, headers=open_to_all)

    def board(self) -> Board:
        """Return what is published; FileNotFoundError where nothing is."""
        return self._read_board()[0]

    def _read_board(self) -> tuple[Board, float]:
        """Return the board and when it was published; it is read once for each copy."""
        with self._lock:
            stat = self._published.copy.stat()
            identity = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if self._board is None or self._board[0] != identity:
                self._board = identity, read_board(self._published.copy, days=0)
            return self._board[1], stat.st_mtime


def _page(path: Path) -> Answer:
    body, changed_at = path.read_bytes(), path.stat().st_mtime
    return _kept(body, "text/html; charset=utf-8", changed_at, policy=_policy_of(body))


def _kept(
    body: bytes, kind: str, changed_at: float, *, policy: str = _NOTHING_MORE, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer with something to keep, and to ask about before it is used again."""
    validators = {
        "Content-Type": kind,
        "ETag": f'"{sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(datetime.fromtimestamp(int(changed_at), UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": policy,
    }
    return Answer(HTTPStatus.OK, body, validators | dict(headers or {}))


def _knows(request: Request, answer: Answer) -> bool:
    """Tell whether the client has this very answer: by its ETag, else by its time."""
    etag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    if asked := request.headers.get("if-none-match"):
        known = [tag.strip().removeprefix("W/") for value in asked for tag in value.split(",")]
        return etag is not None and ("*" in known or etag in known)
    since = request.header("if-modified-since")
    if not since or not changed:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _unchanged(answer: Answer) -> Answer:
    return Answer(HTTPStatus.NOT_MODIFIED, b"", {**answer.headers, "Content-Type": ""})


def _policy_of(page: bytes) -> str:
    """Return the page's own policy, which allows its one style sheet, and forbid frames besides."""
    found = _POLICY.search(page[:_HEAD_OF_PAGE])
    if not found:
        return _NOTHING_MORE
    policy = html.unescape(found[1].decode("ascii", "ignore"))
    return f"{policy}; frame-ancestors 'none'" if policy.isprintable() else _NOTHING_MORE
