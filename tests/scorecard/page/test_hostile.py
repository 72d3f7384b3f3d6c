"""Whatever is written in titles, names, notes and errors stays text, in a browser that has no network."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from playwright.sync_api import Page

from scorecard.page.render import PageData
from tests.scorecard.page.browsing import NEEDS_BROWSER, OPEN_ALL
from tests.scorecard.page.conftest import AS_OF, Sample

pytestmark = NEEDS_BROWSER

HOSTILE = [
    (
        "<script>alert(1)</script><img src='http://127.0.0.1:9/x' onerror=alert(2)><svg onload=alert(3)>"
        "<iframe src='javascript:alert(4)'></iframe><style>@import 'http://127.0.0.1:9/y'</style>"
    ),
    "\"'><a href='javascript:alert(5)'>x</a></title></style><body onload=alert(6)> \"quotes\" 'and' `more`",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{RIGHT-TO-LEFT MARK}evil\N{POP DIRECTIONAL FORMATTING}\N{RIGHT-TO-LEFT ISOLATE}x",
    "x" * 500,
    "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{ROCKET}\N{VARIATION SELECTOR-16} Z\N{COMBINING DIAERESIS}"
    + "\N{COMBINING ACUTE ACCENT}" * 30,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_do_nothing(show: Callable[..., Page], quarter: PageData, text: str) -> None:
    """Whatever is written in the data stays text: nothing runs, asks, covers or widens; the fixture listens."""
    everywhere = pl.lit(text)
    names = ("title", "metric", "unit", "explanation")
    hostile = replace(
        quarter,
        scoreboard=quarter.scoreboard.with_columns(everywhere.alias(name) for name in names),
        objectives=quarter.objectives.with_columns(everywhere.alias("title")),
        freshness=quarter.freshness.with_columns(
            everywhere.alias(name) for name in ("source_id", "stream", "last_error")
        ),
        repaired=pl.DataFrame({"source_id": [text], "at": [AS_OF]}),
        definitions=Sample.definition("omsetning", title={"en": text}, owner=text, description=text),
        definitions_changed=quarter.definitions_changed.with_columns(everywhere.alias("reason")),
        check_ins=Sample.check_in("omsetning", author=text, note=text),
        demo_note=text,
        run_id=text,
        version=text,
        config_hash=text,
    )
    page = show(hostile, width=320)
    page.evaluate(OPEN_ALL)

    assert 0 == page.evaluate("document.querySelectorAll('script, img, iframe, link').length")
    assert [2, 1] == page.evaluate("['style', 'form'].map(tag => document.querySelectorAll(tag).length)")
    assert 8 == page.evaluate("document.querySelectorAll('article').length")
    assert 320 == page.evaluate("document.documentElement.scrollWidth")
    assert text.strip() in page.evaluate("document.querySelector('h3').textContent").replace("\n", " ")


TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}abc \N{HEBREW LETTER ALEF}"


def test_text_from_right_to_left_stays_in_its_place(show: Callable[..., Page], quarter: PageData) -> None:
    """A title that turns the writing round turns nothing but itself: the words after it stay in order."""
    turned = quarter.scoreboard.with_columns(
        pl.lit("\N{RIGHT-TO-LEFT OVERRIDE}abc \N{HEBREW LETTER ALEF}").alias("title")
    )
    page = show(replace(quarter, scoreboard=turned))
    order = page.evaluate(
        """[...document.querySelectorAll('.overview tbody tr')].map(row => {
            const lefts = [...row.children].map(cell => cell.getBoundingClientRect().left);
            return lefts.every((left, n) => !n || left > lefts[n - 1]);
        })"""
    )
    sentence = page.evaluate("""(() => {
        const item = document.querySelector('#changed ~ ul li'), range = document.createRange();
        const last = item.lastChild; range.selectNodeContents(last);
        return range.getBoundingClientRect().right > item.querySelector('bdi').getBoundingClientRect().right;
    })()""")

    assert {True} == set(order)
    assert sentence
