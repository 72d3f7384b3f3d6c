"""
What the web server has to offer: the pages, the wall, `status.json`, a calendar, a badge for each key result, health.

Everything comes from the published folder, is read again when a run has replaced it, and carries an ETag, so that a
browser asks often and is seldom sent anything. What may be shared has an address of its own besides (`.sharing`).
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flows.console.json_forms import json_text
from flows.project.board import Board, read_board
from flows.project.paths import Published
from flows.serve.access import OPEN_PATH, Guard, path_of, told
from flows.serve.caching import kept, sparing
from flows.serve.choices import with_choices
from flows.serve.health import Report
from flows.serve.http_server import Answer, Request
from flows.serve.offers import badge_of, calendar_of, shares_of, wall_of
from flows.serve.sharing import Signer, is_shared
from flows.serve.upgraded import Program
from okr_config.errors import WarehouseError
from okr_config.serving import ServeSettings

if TYPE_CHECKING:
    from flows.project.project import Project

_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]{1,1000})">')
_HEAD_OF_PAGE = 4_096
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}
_NOTHING = "default-src 'none'"
_HTML = "text/html; charset=utf-8"

_Identity = tuple[int, int, int]


@dataclass(frozen=True)
class Appearance:
    """
    How a folder appears.

    project: its id. name: what the team is called, maybe empty. prefix: the path that it lies below, `/shop-a`, or
    nothing.
    """

    project: str = "okr"
    name: str = ""
    settings: ServeSettings = field(default_factory=ServeSettings)
    prefix: str = ""

    @classmethod
    def of(cls, project: "Project", prefix: str = "") -> "Appearance":
        """Take it from a folder's settings."""
        return cls(project.id, project.name or "", project.settings.serve, prefix)

    @property
    def refresh_seconds(self) -> int | None:
        """How often an open page is fetched again; None for never."""
        every = self.settings.refresh
        return None if every == "never" else int(every[:-1]) * _SECONDS[every[-1]]


class Site:
    """Answers requests about one published folder. Any number of threads may ask at once."""

    def __init__(
        self,
        published: Published,
        guard: Guard,
        health: Callable[[], Report],
        signer: Signer,
        appearance: Appearance | None = None,
    ) -> None:
        self._published = published
        self._guard = guard
        self._health = health
        self._signer = signer
        self._appearance = appearance or Appearance()
        self._program = Program()
        self._lock = Lock()
        self._board: tuple[_Identity, Board] | None = None
        self._routes: tuple[tuple[re.Pattern[str], Callable[..., Answer]], ...] = (
            (re.compile(r"/"), self._show_newest),
            (re.compile(r"/(?P<name>[a-z0-9][a-z0-9_-]{0,80}\.html)"), self._show_page),
            (re.compile(r"/retrospectives/(?P<name>[a-z0-9][a-z0-9_-]{0,62}\.html)"), self._show_retrospective),
            (re.compile(r"/wall"), self._show_wall),
            (re.compile(r"/share"), self._show_shares),
            (re.compile(r"/calendar\.ics"), self._show_calendar),
            (re.compile(r"/status\.json"), self._show_status),
            (re.compile(r"/badge/(?P<name>[a-z0-9_-]{1,63})\.svg"), self._draw_badge),
            (re.compile(OPEN_PATH), self._tell_health),
        )

    def respond(self, request: Request) -> Answer:
        """Answer a request."""
        return sparing(request, self._guard.refuse(request) or self._open(request))

    def warm(self) -> None:
        """Read the published copy now: one that is being replaced must not be open under its old name."""
        if self._published.copy.exists():
            self._read_board()

    def _open(self, request: Request) -> Answer:
        """Answer about what is asked for, or about what an address of its own names."""
        path = path_of(request)
        if not is_shared(path):
            return self._answer(path, request)
        what = self._signer.opened(path)
        return told(HTTPStatus.NOT_FOUND) if what is None else self._answer(f"/{what}", request)

    def _answer(self, path: str, request: Request) -> Answer:
        for pattern, show_it in self._routes:
            if found := pattern.fullmatch(path):
                try:
                    return show_it(request, **found.groupdict())
                except FileNotFoundError:
                    words = "nothing has been published yet, okr run does"
                    return told(HTTPStatus.SERVICE_UNAVAILABLE, words, {"Retry-After": "30"})
                except WarehouseError as error:
                    words = self._program.trouble(self._published.copy) or error.what
                    return told(HTTPStatus.SERVICE_UNAVAILABLE, words)
                except Exception:
                    # half an upgrade breaks in any way; what breaks otherwise is an error of this program
                    if replaced := self._program.trouble(self._published.copy):
                        return told(HTTPStatus.SERVICE_UNAVAILABLE, replaced)
                    raise
        return told(HTTPStatus.NOT_FOUND)

    def _tell_health(self, _: Request) -> Answer:
        report = self._health()
        status = HTTPStatus.OK if report.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        body = json_text(report.facts) + "\n"
        return Answer(status, body.encode(), {"Content-Type": "application/json"})

    def _show_newest(self, request: Request) -> Answer:
        return self._page(self._published.page, request, refresh=self._appearance.refresh_seconds)

    def _show_page(self, request: Request, name: str) -> Answer:
        path = self._published.page.with_name(name)
        if path.is_symlink() or not path.is_file():
            return told(HTTPStatus.NOT_FOUND)
        return self._page(path, request, refresh=self._appearance.refresh_seconds)

    def _show_retrospective(self, request: Request, name: str) -> Answer:
        path = self._published.home / "retrospectives" / name
        return told(HTTPStatus.NOT_FOUND) if path.is_symlink() or not path.is_file() else self._page(path, request)

    def _page(self, path: Path, request: Request, refresh: int | None = None) -> Answer:
        """Show a page with what its address has chosen, under its own policy; fetched again after so many seconds."""
        body = with_choices(path.read_bytes(), request.target.partition("?")[2])
        headers = {**self._framed(_policy_of(body)), "Refresh": str(refresh or "")}
        return kept(body, _HTML, path.stat().st_mtime, headers)

    def _show_wall(self, request: Request) -> Answer:
        board, _ = self._read_board()
        with self._lock:
            body, refresh = wall_of(board, self._published, self._appearance.name, request)
        headers = {**self._framed(_policy_of(body)), "Refresh": refresh, "Content-Type": _HTML}
        return Answer(HTTPStatus.OK, body, headers)

    def _show_shares(self, request: Request) -> Answer:
        board, _ = self._read_board()
        body = shares_of(board, self._published, self._signer, self._appearance.prefix, request)
        return Answer(HTTPStatus.OK, body, {"Content-Type": _HTML, "Content-Security-Policy": _policy_of(body)})

    def _show_calendar(self, _: Request) -> Answer:
        board, changed_at = self._read_board()
        shown = self._appearance
        body = calendar_of(board, project=shown.project, name=shown.name, checkin_day=shown.settings.checkin_day)
        return kept(body, "text/calendar; charset=utf-8", changed_at, {})

    def _show_status(self, _: Request) -> Answer:
        board, changed_at = self._read_board()
        body = json_text([row.as_row() for row in board.key_results], indent=2) + "\n"
        return kept(body.encode(), "application/json", changed_at, {})

    def _draw_badge(self, _: Request, name: str) -> Answer:
        board, changed_at = self._read_board()
        drawing = badge_of(board, name)
        if drawing is None:
            return told(HTTPStatus.NOT_FOUND)
        # a badge is made to stand in another site's page
        open_to_all = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return kept(drawing, "image/svg+xml", changed_at, open_to_all)

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

    def _framed(self, policy: str) -> Mapping[str, str]:
        """Return a page's policy with who may frame it; the older header knows of no list and would forbid them."""
        allowed = self._appearance.settings.embed
        if not allowed:
            return {"Content-Security-Policy": policy}
        may = policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(allowed)}")
        return {"Content-Security-Policy": may, "X-Frame-Options": ""}


def _policy_of(page: bytes) -> str:
    """Return the page's own policy, which allows its one style sheet, and forbid frames besides."""
    found = _POLICY.search(page[:_HEAD_OF_PAGE])
    policy = html.unescape(found[1].decode("ascii", "ignore")) if found else _NOTHING
    return f"{policy if policy.isprintable() else _NOTHING}; frame-ancestors 'none'"
