"""What people noted of days: marks in the chart of every key result they are about, and their words below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from scorecard.i18n.formats import day_short
from scorecard.i18n.page_messages import say
from scorecard.page.charts import Chart
from scorecard.page.data import PageData
from scorecard.page.story import Rows, metrics_of
from scorecard.score_row import ScoreRow

_APART = 4.0  # percent of a chart's width; marks that stand closer share one number's place


@dataclass(frozen=True)
class Mark:
    """A place in a chart, in percent from its left edge: where a note begins and ends, and where its number stands."""

    first: float
    last: float
    number: str


def notes_about(data: PageData, score: ScoreRow) -> Rows:
    """Return the notes about a key result, its metrics or everything, that touch its days; oldest first."""
    metrics = metrics_of(score, data.defined.get(score.key_result_id))
    return [row for row in data.notes.sort("first_day", "name").iter_rows(named=True) if _is_about(row, score, metrics)]


def marks(chart: Chart) -> tuple[Mark, ...]:
    """Number a chart's notes; those that begin close to each other share a number's place: `1, 2`."""
    numbered = list(enumerate(chart.noted, 1))
    found = []
    for _, group in groupby(numbered, key=_Places()):
        members = list(group)
        names = ", ".join(str(n) for n, _ in members)
        first, last = members[0][1]
        found.append(Mark(first, last, names))
        found += [Mark(one, other, "") for _, (one, other) in members[1:]]
    return tuple(found)


def told(data: PageData, score: ScoreRow, noted: Rows) -> tuple[Markup, ...]:
    """Write the notes, each with its days, its author, and what it brought where that was measured."""
    return tuple(_told(data, row, data.effects.get((score.key_result_id, row["name"]), "")) for row in noted)


class _Places:
    """Gives neighbours the same place until one stands far enough from the first of them."""

    def __init__(self) -> None:
        self._place = -_APART

    def __call__(self, one: tuple[int, Sequence[float]]) -> float:
        if one[1][0] - self._place >= _APART:
            self._place = one[1][0]
        return self._place


def _is_about(row: Mapping[str, Any], score: ScoreRow, metrics: Sequence[str]) -> bool:
    if row["last_day"] < score.start or row["first_day"] > score.due:
        return False
    if row["key_result_id"]:
        return bool(row["key_result_id"] == score.key_result_id)
    return not row["metric"] or row["metric"] in metrics


def _told(data: PageData, row: Mapping[str, Any], effect: str) -> Markup:
    language = data.language
    day = day_short(language, row["first_day"])
    if row["last_day"] != row["first_day"]:
        day = say(language, "flag.days.range", first=day, last=day_short(language, row["last_day"]))
    author = Markup("<bdi>{}</bdi>").format(row["author"])
    line = say(language, "card.noted.line", day=day, note=data.written(row["name"]), author=author)
    return Markup("{}. {}").format(line, effect) if effect else line
