"""The retrospective as a page: the words of the Markdown, the charts of the report page, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scorecard.closing.grades import grade_of
from scorecard.closing.page import retrospective_page
from scorecard.closing.retrospective import Closing, blocks, retrospective
from scorecard.i18n.language import Language
from tests.scorecard.page.browsing import NEEDS_BROWSER, start_browser, violations
from tests.scorecard.page.states import ended

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LEARNT = "It *rains*: <b>plan</b> & pack a `tent`"


def closing(language: Language) -> Closing:
    """Return the close of a period in which every outcome occurs, with some answers."""
    data = ended()
    page = replace(data, language=language, scoreboard=data.scoreboard.with_columns(score="progress"))
    grades = {
        score.key_result_id: grade_of(score, page.defined.get(score.key_result_id), None) for score in page.scores
    }
    learned = dict.fromkeys(grades, LEARNT)
    return Closing(page, "Fjellbutikken", grades, learned, {"goes_on": "The stall\nand the tent"}, date(2027, 1, 5))


def words(html: str) -> list[str]:
    """Return the texts of a page's body, without its charts and what made it."""
    body = re.sub(r"<svg .*?</svg>.*?</svg>|<footer>.*", "", html.partition("<main>")[2], flags=re.DOTALL)
    return [unescape(text).strip() for text in re.findall(r">([^<]+)<", body) if text.strip()]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_it_says_what_the_markdown_says(language: Language) -> None:
    """Every heading, sentence and line, in the same order; a text that people wrote is text in both."""
    closed = closing(language)
    texts = [line for block in blocks(closed) for line in getattr(block, "lines", None) or (block.text,)]
    markdown = re.sub(r"^(#+ |- |!\[)|\]\([\w/.-]+\)$", "", retrospective(closed), flags=re.MULTILINE)
    plain = re.sub(r"\\(.)", r"\1", markdown)

    assert texts == words(retrospective_page(closed))
    assert [line for text in texts for line in text.split("\n")] == [line for line in plain.split("\n") if line]


def test_each_chart_is_drawn() -> None:
    """As many as the Markdown shows, by the page's own lines; no script, nothing from elsewhere."""
    closed = closing("en")
    html = retrospective_page(closed)

    assert 0 < len(closed.pictures) == html.count('<svg class="plot"')
    assert [] == re.findall(r"<script|\sstyle=|\son\w+=|https?:|url\(|@import", html)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Start one browser for all tests."""
    with start_browser() as browser:
        yield browser


class TestSeen:
    """In a browser."""

    pytestmark = NEEDS_BROWSER

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
    def test_no_barrier_is_found(self, browser: "Browser", tmp_path: Path, width: int, scheme: str) -> None:
        """Axe finds nothing against WCAG 2.2 AA, and a phone scrolls down only."""
        file = tmp_path / "retrospective.html"
        file.write_text(retrospective_page(closing("nb")), "utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.goto(file.as_uri())

        assert [] == violations(page)
        assert width == page.evaluate("document.documentElement.scrollWidth")
        context.close()
