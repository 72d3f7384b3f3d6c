"""The wall: key results in letters that are read from across a room, worst first, a screen at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scorecard.i18n.formats import Unit, chance, moment
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import count, say
from scorecard.page.render import fill
from scorecard.page.story import value_of
from scorecard.score_row import ScoreRow, worst_first
from scorecard.status import UNDECIDED, Flag

SCREEN = 12
"""Key results that one screen holds."""
_FEW, _SOME = 4, 8
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A key result on the wall, as text; `chance` is empty once it is decided."""

    status: str
    is_stale: bool
    title: str
    value: str
    target: str
    chance: str


def screens(rows: Sequence[ScoreRow]) -> int:
    """Return how many screens they take: one at least."""
    return max(1, -(-len(rows) // SCREEN))


def render_wall(  # noqa: PLR0913 - what a wall shows
    rows: Sequence[ScoreRow],
    *,
    language: Language,
    name: str,
    zone: ZoneInfo,
    now: datetime,
    page: int = 1,
    is_late: bool = False,
) -> str:
    """Render one screen of the wall; is_late: runs are missing, which it says."""
    shown = sorted(rows, key=worst_first)[(page - 1) * SCREEN : page * SCREEN]
    of = screens(rows)
    return fill(
        "wall.html.j2",
        language,
        style_sheet="wall.css",
        language=language,
        name=name,
        lines=[_line(row, language) for row in shown],
        size="few" if len(shown) <= _FEW else "some" if len(shown) <= _SOME else "many",
        place=say(language, "wall.of", page=page, of=of) if of > 1 else "",
        ages=_ages(rows, language, zone, now),
        is_late=is_late,
    )


def _line(row: ScoreRow, language: Language) -> Line:
    unit = Unit(language, row.unit or "")
    return Line(
        status=row.status,
        is_stale=Flag.STALE in (row.flags or ()),
        title=row.title,
        value=value_of(row, unit),
        target="" if row.target is None else say(language, "card.of", target=unit.bare.short(row.target, row.value)),
        chance=_chance(row, language),
    )


def _chance(row: ScoreRow, language: Language) -> str:
    """Write a chance where the outcome is open, in brackets where it is the team's own estimate, as the page does."""
    if row.status not in UNDECIDED or row.probability is None:
        return ""
    told = chance(language, row.probability)
    return f"({told})" if Flag.PRIOR_ONLY in (row.flags or ()) else told


def _ages(rows: Sequence[ScoreRow], language: Language, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    """Say when the numbers were scored, and how new the newest of them is."""
    if not rows:
        return ()
    scored = max(row.as_of for row in rows)
    told = [
        say(language, "wall.scored", when=moment(language, scored.astimezone(zone)), ago=ago(language, now - scored))
    ]
    newest = max((row.observed_at for row in rows if row.observed_at), default=None)
    if newest:
        told.append(say(language, "wall.newest", when=moment(language, newest.astimezone(zone))))
    return tuple(told)


def ago(language: Language, age: timedelta) -> str:
    """Say how long ago something was, in its largest whole unit: minutes, hours from one, days from two."""
    if age < _MINUTE:
        return say(language, "ago.moment")
    if age < _HOUR:
        return count(language, "ago.minutes", age // _MINUTE)
    if age < 2 * _DAY:
        return count(language, "ago.hours", age // _HOUR)
    return count(language, "ago.days", age // _DAY)
