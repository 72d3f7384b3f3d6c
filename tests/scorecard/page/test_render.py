"""The page is one well-made file: whole, honest about every number, and deaf to what is written in its data."""

import base64
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from scorecard.i18n.language import Language
from scorecard.page.render import PageData, badge, render_index, render_page
from scorecard.score_row import ScoreRow

if TYPE_CHECKING:
    from tests.scorecard.page.conftest import Sample

VOID = {"meta", "link", "br", "hr", "img", "input"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><a href='javascript:alert(1)'>x</a>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }} {% for x in y %}",
    "{title} {0.__class__}",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "a\x00b\x1bc\x9fd",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "x" * 5000,
]


@dataclass
class Element:
    """An element with its children and its text."""

    tag: str
    attributes: dict[str, str | None]
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> "list[Element]":
        """Every element of a kind below this one, in order."""
        found = [self] if self.tag == tag else []
        return found + [element for child in self.children for element in child.all(tag)]


class Reader(HTMLParser):
    """Reads a page strictly: every end tag must fit the element that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element that closes itself."""
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert tag == self.open.pop().tag

    def handle_data(self, data: str) -> None:
        """Give text to every element that is open."""
        for element in self.open:
            element.text += data


def read(page: str) -> Element:
    """Read a page whole."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert ["root"] == [element.tag for element in reader.open]
    return reader.root


def figure(text: str) -> Decimal | None:
    """Read a Norwegian number back; a dash is nothing."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if plain == "\N{EN DASH}":
        return None
    return Decimal(plain.removesuffix("%")) / 100 if plain.endswith("%") else Decimal(plain.removesuffix("kr"))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_headings_make_an_outline(quarter: PageData, language: Language) -> None:
    """One h1, an h2 for each objective and section, an h3 for each card, none skipped."""
    page = read(render_page(replace(quarter, language=language)))

    assert page.all("html")[0].attributes == {"lang": language}
    assert [1, 6, 8, 1, 1, 1] == [len(page.all(tag)) for tag in ("h1", "h2", "h3", "main", "header", "footer")]


def test_every_reference_is_met_once(quarter: PageData) -> None:
    """Ids are unique, and every label and link points at one of them."""
    page = read(render_page(quarter))
    elements = [element for tag in set(re.findall(r"<([a-z]\w*)", render_page(quarter))) for element in page.all(tag)]
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    links = [element.attributes["href"] or "" for element in elements if "href" in element.attributes]
    labels = [element.attributes["aria-labelledby"] for element in elements if "aria-labelledby" in element.attributes]

    assert len(ids) == len(set(ids))
    assert [] == [link for link in links if link[:1] != "#" or link[1:] not in ids]
    assert [] == [label for label in labels if label not in ids]


def test_tables_have_headers(quarter: PageData) -> None:
    """Every column and every row of every table has a header with a scope."""
    for table in read(render_page(quarter)).all("table"):
        head, body = table.all("thead")[0], table.all("tbody")[0]
        columns = {cell.attributes.get("scope") for cell in head.all("th")}
        rows = [[cell.attributes.get("scope") for cell in row.all("th")] for row in body.all("tr")]

        assert {"col"} == columns
        assert {("row",)} == {tuple(row) for row in rows}
        assert {len(row.children) for row in body.all("tr")} == {len(head.all("th"))}


def test_daily_numbers_read_back(quarter: PageData) -> None:
    """Every value in a card's table is the frame's, a share to a hundredth of a percent."""
    page = read(render_page(quarter))
    shown = {}
    for article in page.all("article"):
        for table in article.all("table"):
            values = [figure(row.all("td")[0].text) for row in table.all("tbody")[0].all("tr")]
            values = [None if value is None else value.quantize(Decimal("0.0001")) for value in values]
            shown[(article.attributes["aria-labelledby"] or "").removeprefix("k-")] = values
    known = {
        str(name): [
            None if value is None else value.quantize(Decimal("0.0001"))
            for value in frame["value"].gather([*range(6, len(frame) - 1, 7), len(frame) - 1])
        ]
        for (name,), frame in quarter.daily.partition_by("key_result_id", as_dict=True).items()
    }

    assert known == shown


def test_policy_allows_its_own_style_and_nothing_else(quarter: PageData) -> None:
    """The policy stands first and names the hashes of its own styles; there is no script and no style attribute."""
    page = render_page(quarter)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    named = " ".join(f"'sha256-{digest}'" for digest in digests)
    allowed = f"style-src {named}; img-src data:; base-uri 'none'; form-action 'none'"

    assert 2 == len(styles)
    assert read(page).all("meta")[1].attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": f"default-src 'none'; {allowed}",
    }
    assert [] == re.findall(r"<script|\sstyle=|\son\w+=|javascript:|https?:|url\(|@import", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_text(sample: "Sample", quarter: PageData, text: str) -> None:
    """Whatever stands in a title, a name, an error or a note, the page keeps its shape and shows it as text."""
    row = {"title": text, "metric": text, "unit": text, "kind": "level", "explanation": text, "status": "no_data"}
    sample.add("kr", row)
    plain = replace(sample.data(), freshness=quarter.freshness, demo_note="note")
    renamed = [pl.lit(text).alias(name) for name in ("source_id", "stream", "last_error")]
    hostile = replace(
        plain,
        objectives=plain.objectives.with_columns(pl.lit(text).alias("title")),
        freshness=plain.freshness.with_columns(renamed),
        version=text,
        run_id=text,
        demo_note=text,
        text_language="en",
    )
    harmless = sample.data()
    harmless = replace(
        hostile,
        scoreboard=harmless.scoreboard.with_columns(
            pl.lit("x").alias(name) for name in ("title", "metric", "unit", "explanation")
        ),
        objectives=harmless.objectives,
        freshness=plain.freshness.with_columns(pl.lit("x").alias("last_error")),
        demo_note="x",
    )
    page = render_page(hostile)
    shown = "".join(letter for letter in text if letter.isprintable() or ord(letter) > 0x9F)

    assert shape(read(render_page(harmless))) == shape(read(page))
    assert shown in read(page).all("h3")[0].text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page)


def shape(element: Element) -> tuple[str, tuple[object, ...]]:
    """Reduce an element to its tags."""
    return element.tag, tuple(shape(child) for child in element.children)


@pytest.mark.parametrize("text", HOSTILE)
def test_badges_are_sound_drawings(quarter: PageData, text: str) -> None:
    """A badge is well-formed whatever its title, and says title and status."""
    drawing = ET.fromstring(badge(ScoreRow.of(quarter.scoreboard.row(0, named=True) | {"title": text})))  # noqa: S314  # our own

    assert {"svg", "title", "path", "g", "text"} == {element.tag.split("}")[1] for element in drawing.iter()}
    assert (drawing.get("aria-label") or "").endswith(": Off track 16%")


def test_titles_in_another_language_are_marked(quarter: PageData) -> None:
    """In an English page a Norwegian team's own words are marked as Norwegian, and nothing else is."""
    page = read(render_page(replace(quarter, language="en", text_language="nb")))

    assert [[mark.attributes for mark in title.all("bdi")] for title in page.all("h3")] == [[{"lang": "nb"}]] * 8
    assert {None} == {mark.attributes.get("lang") for mark in read(render_page(quarter)).all("bdi")}


def test_dots_are_read_aloud(quarter: PageData) -> None:
    """Twenty dots are one image with a sentence; every other drawing is hidden, for words beside it say the same."""
    drawings = [drawing.attributes for drawing in read(render_page(quarter)).all("svg")]
    labels = [drawing["aria-label"] for drawing in drawings if drawing.get("role") == "img"]

    assert "Når målet i 3 av 20 like sannsynlige utfall" in labels
    assert 4 == len(labels)


def test_an_empty_page_is_whole(sample: "Sample") -> None:
    """Before the first score the page says so."""
    page = read(render_page(sample.data()))

    assert "Ingen nøkkelresultater er beregnet ennå." in page.text
    assert "Ingen kilder er hentet ennå." in page.text


def test_equal_data_give_an_equal_page(quarter: PageData) -> None:
    """Rendering twice, or rows in another order, changes nothing."""
    shuffled = replace(quarter, daily=quarter.daily.reverse(), forecast=quarter.forecast.reverse())

    assert render_page(quarter) == render_page(quarter) == render_page(shuffled)


def test_eight_key_results_are_a_small_page(many: Callable[[int], PageData]) -> None:
    """A usual page is smaller than a photo."""
    assert len(render_page(many(8)).encode()) < 70_000


@pytest.mark.parametrize(("key_results", "seconds"), [(8, 0.15), (200, 2.0)])
def test_a_page_is_rendered_at_once(many: Callable[[int], PageData], key_results: int, seconds: float) -> None:
    """Eight key results take less than 150 milliseconds of the processor, two hundred less than two seconds."""
    data = many(key_results)
    render_page(many(1))
    begun = time.process_time()
    render_page(data)

    assert time.process_time() - begun < seconds


def test_two_hundred_key_results_are_one_page(many: Callable[[int], PageData]) -> None:
    """A large page is whole, and grows by no more than a card each."""
    page = render_page(many(200))

    assert 200 == page.count("<article ")
    assert len(page.encode()) < 200 * 6_500


def test_the_page_bears_the_name_of_whose_it_is(quarter: PageData) -> None:
    """A team's or shop's name is the heading, with what the page is beside the days; without one the page says that."""
    named, bare = render_page(replace(quarter, name="Fjord & Fjell")), render_page(quarter)

    assert ("Fjord & Fjell", "Mål og nøkkelresultater, 2026-q4") == tuple(
        read(page).all("h1")[0].text for page in (named, bare)
    )
    assert "<title>Fjord &amp; Fjell: Mål og nøkkelresultater, 2026-q4</title>" in named
    assert '<p class="soft">Mål og nøkkelresultater, 2026-q4 · 1.' in named
    assert "<h1>Fjord &amp; Fjell</h1>" in render_index([replace(quarter, name="Fjord & Fjell")])
