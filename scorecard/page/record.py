"""The page of the record: who said how well, how chances came true, every one of them, and all of it to be checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scorecard.forecasting.calibration import Bin
from scorecard.forecasting.record import Figure, Line
from scorecard.i18n.formats import NOTHING, chance, percent
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import count, say
from scorecard.page.render import fill

WHO: Mapping[Language, Mapping[str, str]] = {
    language: {who: str(say(language, f"record.who.{who}")) for who in ("ours", "theirs", "even")}
    for language in ("nb", "en")
}
_SIDE = 400


class Recorded(Protocol):
    """What the page shows."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Who said how well."""

    @property
    def bins(self) -> tuple[Bin, ...]:
        """How chances came true."""

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The chances."""

    @property
    def key_results(self) -> int:
        """How many have closed."""

    def as_json(self) -> str:
        """Return all of it."""


@dataclass(frozen=True)
class _Mark:
    """A bin in the chart: where it stands, from where to where the truth may lie, and its words."""

    x: float
    y: float
    top: float
    bottom: float
    label: str


def render_record(made: Recorded, language: Language) -> str:
    """Render the page; equal records give an equal page."""
    return fill(
        "record.html.j2",
        language,
        language=language,
        lead=_lead(made, language),
        lines=[_cells(line, language) for line in made.lines],
        marks=[_mark(one, language) for one in made.bins if one.who == "ours"],
        side=_SIDE,
        rows=[_row(row, language) for row in made.rows],
        record=made.as_json(),
    )


def _lead(made: Recorded, language: Language) -> str:
    if not made.lines:
        return say(language, "record.lead.none")
    brier = _short(made.lines[0].brier.value, language)
    return count(language, "record.lead", made.key_results, chances=len(made.rows), brier=brier)


def _cells(line: Line, language: Language) -> tuple[str, ...]:
    figures = (line.brier, line.miscalibration, line.resolution, line.uncertainty)
    return (WHO[language][line.who], *(_figure(figure, language) for figure in figures), str(line.key_results))


def _figure(figure: Figure, language: Language) -> str:
    if figure.low is None or figure.high is None:
        return _short(figure.value, language)
    low, high = (_short(bound, language) for bound in (figure.low, figure.high))
    return f"{_short(figure.value, language)} ({low}\N{EN DASH}{high})"


def _short(value: float, language: Language) -> str:
    text = f"{value:.3f}"
    return text.replace(".", ",") if language == "nb" else text


def _mark(one: Bin, language: Language) -> _Mark:
    words = {"said": one.said, "came": one.came, "low": one.came_low, "high": one.came_high}
    shares = {name: percent(language, share) for name, share in words.items()}
    return _Mark(
        x=round(one.said * _SIDE, 1),
        y=round((1.0 - one.came) * _SIDE, 1),
        top=round((1.0 - one.came_high) * _SIDE, 1),
        bottom=round((1.0 - one.came_low) * _SIDE, 1),
        label=count(language, "record.reliability.label", one.key_results, **shares),
    )


def _row(row: Mapping[str, Any], language: Language) -> dict[str, str]:
    private = bool(row["private"])
    name = say(language, "record.private", n=row["key_result_id"].split()[-1]) if private else row["title"]
    return {
        "name": name or row["key_result_id"],
        "link": "" if private else f"{row['period_id']}.html#k-{row['key_result_id']}",
        "at": percent(language, row["stage"]),
        "said": chance(language, row["measured"]),
        "stated": NOTHING if row["stated"] is None else chance(language, row["stated"]),
        "came": say(language, "record.yes" if row["hit"] else "record.no"),
        "run": row["run_id"],
    }
