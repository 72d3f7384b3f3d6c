"""
What the web server has to offer of many folders: one page and one `status.json` of all, one health, what each has.

A folder lies below its name, `/shop-a/`, with all that it offers alone. Health says how many are well, and not which:
it is answered without a token, and names of folders may be names of customers.
"""

import shutil
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from flows.console.json_forms import json_text
from flows.console.scoreboard import shown_periods
from flows.project.board import Board
from flows.serve.access import OPEN_PATH, Guard, path_of, told
from flows.serve.health import LEAST_DISK, Report
from flows.serve.homes import Homes, Served
from flows.serve.http_server import Answer, Request
from flows.serve.sharing import signer_of
from flows.serve.site import Appearance, Site
from okr_config.errors import OkrError
from scorecard.i18n.formats import day_long
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import count, say
from scorecard.score_row import ScoreRow
from scorecard.status import LOOKS, WORST_FIRST

_TEMPLATES = Path(__file__).parents[1] / "templates"
_REFRESH = "60"


@dataclass(frozen=True)
class Row:
    """
    A folder as the page shows it.

    standing: statuses that occur, worst first, each with its look. trouble: what is wrong. said: what its last run said
    of it, in English.
    """

    name: str
    standing: tuple[tuple[str, str], ...]
    key_results: int
    last_good_run: str
    due_at: str
    trouble: str
    said: str
    is_well: bool


class HomesSite:
    """Answers requests about all folders. Any number of threads may ask at once."""

    def __init__(self, homes: Homes, guard: Guard) -> None:
        self._homes = homes
        self._guard = guard
        self._lock = Lock()
        self._sites: dict[str, tuple[Path, Site]] = {}

    def respond(self, request: Request) -> Answer:
        """Answer a request."""
        return self._guard.refuse(request) or self._answer(request)

    def _answer(self, request: Request) -> Answer:
        path = path_of(request)
        if path == OPEN_PATH:
            return self._tell_health()
        if path == "/":
            return self._show_all()
        if path == "/status.json":
            return self._show_status()
        name, slash, _ = path.removeprefix("/").partition("/")
        one = self._homes.served.get(name)
        if one is None:
            return told(HTTPStatus.NOT_FOUND)
        if not slash:
            # with the slash, what the page names lies beside it
            return told(HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"/{name}/"})
        return self._site_of(one).respond(replace(request, target=request.target.removeprefix(f"/{name}")))

    def _site_of(self, one: Served) -> Site:
        with self._lock:
            home, site = self._sites.get(one.name, (None, None))
            if site is None or home != one.project.home:
                site = Site(
                    one.project.reading,
                    self._guard,
                    one.health.report,
                    signer_of(one.project.home, one.project.world),
                    Appearance.of(one.project, f"/{one.name}"),
                )
                self._sites[one.name] = one.project.home, site
            return site

    def _tell_health(self) -> Answer:
        report = health_of(self._homes)
        status = HTTPStatus.OK if report.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return Answer(status, (json_text(report.facts) + "\n").encode(), {"Content-Type": "application/json"})

    def _show_status(self) -> Answer:
        rows = [{"project": one.name, **row.as_row()} for one in self._ordered() for row in self._key_results(one)]
        return Answer(HTTPStatus.OK, (json_text(rows, indent=2) + "\n").encode(), {"Content-Type": "application/json"})

    def _show_all(self) -> Answer:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        style = (_TEMPLATES / "homes.css").read_text(encoding="utf-8")
        templates = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
        language = self._language()
        rows = [self._row(one, language) for one in self._ordered()]
        body = templates.get_template("homes.html.j2").render(
            language=language,
            title=count(language, "homes", len(rows)),
            say=partial(say, language),
            rows=rows,
            refused=[(home.name, text) for home, text in sorted(self._homes.refused.items())],
            style=style,
        )
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Refresh": _REFRESH}
        return Answer(HTTPStatus.OK, body.encode(), headers)

    def _ordered(self) -> list[Served]:
        return [one for _, one in sorted(self._homes.served.items())]

    def _key_results(self, one: Served) -> tuple[ScoreRow, ...]:
        board = self._board(one)
        return board.key_results if board else ()

    def _board(self, one: Served) -> Board | None:
        try:
            return self._site_of(one).board()
        except (FileNotFoundError, OkrError):
            return None

    def _language(self) -> Language:
        """Return the language that most folders are in; English where there are as many of either."""
        boards = filter(None, map(self._board, self._ordered()))
        languages = Counter(board.periods[0].language for board in boards if board.periods)
        return "nb" if languages["nb"] > languages.total() - languages["nb"] else "en"

    def _row(self, one: Served, language: Language) -> Row:
        board, report = self._board(one), one.health.report()
        zone = ZoneInfo(one.timezone)
        rows = board.of(shown_periods(board, one.project.world.clock())) if board else ()
        counts = Counter(row.status for row in rows)
        last, failing = report.facts["last_good_run"], report.facts["failing_sources"]
        return Row(
            name=one.name,
            standing=tuple(
                (LOOKS[status].shape, f"{counts[status]} {say(language, f'status.{status}').lower()}")
                for status in WORST_FIRST
                if counts[status]
            ),
            key_results=len(rows),
            last_good_run=_when(last, zone, language) if isinstance(last, datetime) else say(language, "homes.never"),
            due_at=_when(one.due_at, zone, language) if one.due_at else say(language, "homes.running"),
            trouble=count(language, "homes.sources", failing) if isinstance(failing, int) and failing else "",
            said=one.trouble or "",
            is_well=report.healthy and one.trouble is None,
        )


def _when(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write an instant with its year: a folder may lie still for long."""
    local = at.astimezone(zone)
    return (
        f"{day_long(language, local.date())} {local:%H.%M}"
        if language == "nb"
        else f"{day_long(language, local.date())} {local:%H:%M}"
    )


def health_of(homes: Homes) -> Report:
    """Return how all are doing: well while each of them is, and none is refused."""
    unwell = [one for one in homes.served.values() if one.trouble or not one.health.report().healthy]
    free = min((shutil.disk_usage(one.project.home).free for one in homes.served.values()), default=0)
    facts: Mapping[str, object] = {
        "homes": len(homes.served),
        "unwell": len(unwell),
        "refused": len(homes.refused),
        "running": sum(one.due_at is None for one in homes.served.values()),
        "free_disk_bytes": free,
    }
    return Report(not unwell and not homes.refused and free > LEAST_DISK, facts)
