"""What is made for a request from the scores that are published: wall, calendar, badges, the addresses to share."""

from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from flows.console.scoreboard import shown_periods
from flows.project.board import Board
from flows.project.paths import Published
from flows.run.cadence import lateness
from flows.serve.http_server import Request
from flows.serve.sharing import Signer
from scorecard.i18n.language import Language
from warehouse.reading import BoardPeriod

_NEXT_SCREEN, _ALONE = 20, 60
"""Seconds for which a screen of the wall stands: among others, and as the only one."""


def wall_of(board: Board, published: Published, name: str, request: Request) -> tuple[bytes, str]:
    """Return a screen of the wall, and the header that leads to the next one or to the same again."""
    from scorecard.page.wall import render_wall, screens

    now = published.world.clock()
    periods = shown_periods(board, now)
    zone = ZoneInfo(periods[0].timezone if periods else "UTC")
    rows, of = board.of(periods), screens(board.of(periods))
    asked = parse_qs(request.target.partition("?")[2]).get("page", ["1"])[0]
    page = int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= of else 1
    drawn = render_wall(
        rows,
        language=_language(periods[0] if periods else None),
        name=name,
        zone=zone,
        now=now,
        page=page,
        is_late=lateness(published, zone) is not None,
    )
    return drawn.encode(), f"{_NEXT_SCREEN}; url=?page={page % of + 1}" if of > 1 else str(_ALONE)


def calendar_of(board: Board, *, project: str, name: str, checkin_day: str) -> bytes:
    """Return the days of all periods as a calendar."""
    from scorecard.agenda import Term, agenda

    terms = [
        Term(
            id=period.id,
            start=period.start,
            end=period.end,
            language=_language(period),
            stamp=period.as_of,
            key_results=board.of([period]),
            objectives=[row for row in board.objectives if row.period_id == period.id],
        )
        for period in board.periods
    ]
    return agenda(terms, project=project, name=name, checkin_day=checkin_day)


def badge_of(board: Board, name: str) -> bytes | None:
    """Return the badge of a key result; None where there is no such key result."""
    from scorecard.page.render import badge

    found = next((row for row in board.key_results if row.key_result_id == name), None)
    if found is None:
        return None
    period = next((period for period in board.periods if period.id == found.period_id), None)
    return badge(found, language=_language(period)).encode()


def shares_of(board: Board, published: Published, signer: Signer, prefix: str, request: Request) -> bytes:
    """Return the page of what may be shared, with the addresses that the asker's own way here leads to."""
    from scorecard.page.shares import Share, render_shares

    scheme = "https" if request.header("x-forwarded-proto") == "https" else "http"
    base = f"{scheme}://{request.header('host')}{prefix}/"
    periods = shown_periods(board, published.world.clock())

    def share(key: str, what: str, title: str = "") -> Share:
        address = signer.address_of(what)
        return Share(key, title, f"{prefix}/{address}", base + address)

    return render_shares(
        [
            share("share.page", published.page.name),
            share("share.wall", "wall"),
            share("share.calendar", "calendar.ics"),
        ],
        [share("", f"badge/{row.key_result_id}.svg", row.title) for row in board.of(periods)],
        language=_language(periods[0] if periods else None),
        back=f"{prefix}/",
    ).encode()


def _language(period: BoardPeriod | None) -> Language:
    return "nb" if period is not None and period.language == "nb" else "en"
