"""
The report page: one HTML file that needs nothing else; an index over periods; a badge for one key result.

No script, no request, no style but its own: the policy in its head allows the one style sheet by its hash. Everything
drawn is words and paths, so that the page prints, zooms and reads aloud as it is. Numbers of the scoreboard stand in
`data` elements with all their digits, beside the form that people read.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scorecard.i18n.formats import chance, day_long, day_short
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import say
from scorecard.page.cards import build_cards
from scorecard.page.compiled import CompiledTemplates
from scorecard.page.data import PageData, PeriodInfo
from scorecard.page.finding import MANY, finder
from scorecard.page.index import index_lead, index_rows, neighbours, under_way
from scorecard.page.objectives import sections, table_of
from scorecard.page.overview import edits, findings, heading, lead, method, moves, past, repairs, source_rows
from scorecard.score_row import ScoreRow, worst_objective_first
from scorecard.span import judged_day
from scorecard.status import LOOKS, UNDECIDED

__all__ = ["PageData", "PeriodInfo", "badge", "fill", "render_index", "render_page"]

_BADGE_TITLE_LENGTH = 48
_BADGE_LETTER_WIDTH = 6.6
_TEMPLATES = Path(__file__).parent / "templates"
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))


def render_page(data: PageData, *, among: Sequence[PageData] = ()) -> str:
    """
    Render the page. Equal data give an equal page, byte for byte.

    among: the pages of all periods, newest first, where they lie beside this one; it leads to them then.
    """
    cards = build_cards(data)
    parts = sections(data, list(cards.values()))
    found, many = finder(data, list(cards.values())), len(cards) > MANY
    if many:
        parts = tuple(sorted(parts, key=lambda part: worst_objective_first(part.objective)))
    moved = moves(data, cards)
    return fill(
        "page.html.j2",
        data.language,
        data=data,
        period=_period(data),
        heading=heading(data),
        past=past(data),
        links=neighbours(data, among),
        lead=lead(data),
        cards=list(cards.values()),
        as_of_day=day_short(data.language, judged_day(data.as_of, data.zone)) if data.as_of else "",
        sections=parts,
        family=table_of(data, parts),
        found=found,
        many=many,
        rules=found.rules,
        moves=moved,
        changed=(*moved, *edits(data, cards), *repairs(data)),
        sources=source_rows(data),
        findings=findings(data),
        method=method(data),
    )


def render_index(pages: Sequence[PageData], *, retrospectives: Mapping[str, str] | None = None) -> str:
    """
    Render the list of periods that leads to the page of each, `<period>.html` beside it; newest first.

    retrospectives: by period that is closed, the file beside it that holds its retrospective.
    """
    newest = pages[0]
    return fill(
        "index.html.j2",
        newest.language,
        language=newest.language,
        name=newest.name,
        demo_note=newest.demo_note,
        lead=index_lead(pages),
        rows=index_rows(pages, retrospectives or {}),
        under_way=under_way(pages),
        made_by=say(newest.language, "made_by.short", version=newest.version),
    )


def badge(score: ScoreRow, *, language: Language = "en") -> str:
    """
    Draw a small SVG for a score: its title, its status in words and colour, and its chance.

    It is self-contained, so that it can stand in a README or a wiki as an image.
    """
    title = score.title if len(score.title) <= _BADGE_TITLE_LENGTH else score.title[: _BADGE_TITLE_LENGTH - 1] + "…"
    state = str(say(language, f"status.{score.status}"))
    if score.probability is not None and score.status in UNDECIDED:
        state += f" {chance(language, score.probability)}"
    left, right = (round(len(text) * _BADGE_LETTER_WIDTH) + 16 for text in (title, state))
    template = _templates().get_template("badge.svg.j2")
    drawing = template.render(title=title, state=state, left=left, right=right, colour=LOOKS[score.status].ink)
    return drawing.translate(_CONTROLS)


def _period(data: PageData) -> str:
    first, last = (day_long(data.language, day) for day in (data.period.start, data.period.end))
    return say(data.language, "period", first=first, last=last)


def fill(
    template: str,
    own: Language,
    *,
    style_sheet: str = "page.css",
    rules: str = "",
    images: str = "data:",
    **values: object,
) -> str:
    """
    Fill a template in a language; its style sheet, and a policy for that and for its images, come with it.

    rules: style of this page alone, besides.
    """
    style = _style(style_sheet)
    digests = " ".join(_digest(text) for text in (style, rules) if text)
    allowed = f"style-src {digests}; img-src {images}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"

    def words(key: str, **wanted: object) -> Markup:
        return say(own, key, **wanted)

    page = (
        _templates()
        .get_template(template)
        .render(
            say=words,
            style=style,
            rules=Markup(rules),  # noqa: S704  # made here, of numbered classes
            policy=policy,
            **values,
        )
    )
    return page.translate(_CONTROLS)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=CompiledTemplates(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["told"] = _told
    return templates


def _told(text: str, value: Decimal | float | None) -> Markup:
    """Put a number's own digits beside the form that is read."""
    if value is None:
        return Markup("{}").format(text)
    digits = repr(value) if isinstance(value, float) else format(Decimal(value).normalize(), "f")
    return Markup('<data value="{}">{}</data>').format(digits, text)


@cache
def _style(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text("utf-8"))  # noqa: S704  # the style sheet is this package's own file


@cache
def _digest(style: str) -> str:
    """Return what a policy allows a style by, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
