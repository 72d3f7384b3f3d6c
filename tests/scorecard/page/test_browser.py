"""The page in a real browser: silent, still, readable at every size, by keyboard, in every colour scheme."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from playwright.sync_api import Page

from scorecard.page.render import PageData, PeriodInfo, render_index, render_page
from tests.scorecard.page.browsing import NEEDS_BROWSER, OPEN_ALL, violations
from tests.scorecard.page.conftest import AS_OF
from tests.scorecard.page.states import every_state

pytestmark = NEEDS_BROWSER


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark"), (1280, "forced")])
def test_no_barrier_is_found(show: Callable[..., Page], quarter: PageData, width: int, scheme: str) -> None:
    """Axe finds nothing against WCAG 2.2 AA, with every table open."""
    page = show(quarter, width=width, scheme=scheme)
    page.evaluate(OPEN_ALL)

    assert [] == violations(page)


def test_no_barrier_is_found_in_any_state(show: Callable[..., Page]) -> None:
    """Nor in the page of every state, in English with Norwegian titles, about a day gone by."""
    past = replace(every_state(), language="en", text_language="nb", past_known_at=AS_OF, demo_note="A demo.")

    assert [] == violations(show(past))


def test_the_index_is_a_page_like_any_other(show: Callable[..., Page], quarter: PageData) -> None:
    """The list of periods passes axe and fits a phone; a page among others leads to them."""
    before = replace(quarter, period=PeriodInfo("2026-q3", date(2026, 7, 1), date(2026, 9, 30)))
    pages = [quarter, before]
    index, page = show(render_index(pages), width=320), show(render_page(quarter, among=pages), width=320)

    assert [] == violations(index)
    assert [320, 320] == [shown.evaluate("document.documentElement.scrollWidth") for shown in (index, page)]
    assert ["Alle perioder", "Forrige: 2026-q3"] == page.locator("nav a").all_inner_texts()


@pytest.mark.parametrize(("width", "height"), [(320, 256), (375, 800), (768, 1024), (1280, 900), (2560, 1400)])
def test_nothing_overflows(show: Callable[..., Page], width: int, height: int) -> None:
    """Nothing scrolls sideways or leaves its card, in any state; 320 wide is 1280 at a zoom of 400 percent."""
    page = show(every_state(), width=width, height=height)
    page.evaluate(OPEN_ALL)
    outside = page.evaluate(
        """[...document.querySelectorAll('article')].flatMap(card => {
            const box = card.getBoundingClientRect();
            return [...card.querySelectorAll('text, p, table, code')].filter(part => {
                const inner = part.getBoundingClientRect();
                return inner.width && (inner.left < box.left - 1 || inner.right > box.right + 1);
            }).map(part => part.textContent);
        })"""
    )

    scrolled = page.evaluate(
        "[...document.querySelectorAll('details')].filter(part => part.scrollWidth > part.clientWidth).length"
    )

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [] == outside
    assert 0 == scrolled


def test_long_titles_wrap(show: Callable[..., Page], quarter: PageData) -> None:
    """A word longer than a phone is wide is broken, not followed."""
    long = quarter.scoreboard.with_columns(pl.lit("Nettbutikkomsetningsvekst" * 4).alias("title"))

    assert 320 == show(replace(quarter, scoreboard=long), width=320).evaluate("document.documentElement.scrollWidth")


def test_labels_of_a_chart_do_not_meet(show: Callable[..., Page]) -> None:
    """No two words in a chart lie on each other, on a phone or on a desk, in any state."""
    for width in (320, 1280):
        page = show(every_state(), width=width)
        meeting = page.evaluate(
            """[...document.querySelectorAll('.plot')].flatMap(plot => {
                const texts = [...plot.querySelectorAll('text')];
                const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
                return boxes.flatMap(([one, a], n) => boxes.slice(n + 1).filter(([_, b]) =>
                    a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom
                ).map(([other]) => [one, other]));
            })"""
        )
        assert [] == meeting


def test_keyboard_reaches_everything(show: Callable[..., Page], quarter: PageData) -> None:
    """Tab goes to every link, every table that scrolls and every details, and leaves again."""
    page = show(quarter)
    page.evaluate("window.stops = [...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]")
    count = page.evaluate("stops.length")
    visited, rings = [], set()
    for _ in range(count):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("stops.indexOf(document.activeElement)"))
        rings.add(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))

    assert visited == list(range(count))
    assert {"solid"} == rings


def test_a_link_leads_to_its_card(show: Callable[..., Page], quarter: PageData) -> None:
    """A key result in the overview opens its card."""
    page = show(quarter, height=400)
    page.click("a[href='#k-folgere']")

    assert page.evaluate("document.querySelector('#k-folgere').getBoundingClientRect().top < innerHeight")


def test_the_page_stands_without_its_style(show: Callable[..., Page], quarter: PageData) -> None:
    """Without its style sheet, signs stay small, charts stay lines, and nothing is wider than the window."""
    page = show(quarter, width=640)
    page.evaluate("document.querySelector('style').remove()")
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.glyph')].map(g => g.getBoundingClientRect().width))"
    )

    assert wide <= 16
    assert "none" == page.evaluate("getComputedStyle(document.querySelector('.lines .observed')).fill")
    assert page.evaluate("Math.max(...[...document.querySelectorAll('svg')].map(g => g.clientWidth))") <= 640


def test_dark_is_dark(show: Callable[..., Page], quarter: PageData) -> None:
    """The page follows the reader's scheme."""
    shades = [
        show(quarter, scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]

    assert ["rgb(255, 255, 255)", "rgb(20, 24, 29)"] == shades


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("key_results", [8, 40])
def test_chance_and_numbers_stay_at_every_width(
    show: Callable[..., Page], many: Callable[[int], PageData], width: int, key_results: int
) -> None:
    """Status, title, now of target and chance are seen at every width, and no table is wider than the window."""
    page = show(many(key_results), width=width)
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(part => part.scrollWidth > part.clientWidth).length"
    )
    row = page.locator(".overview tbody tr").first.inner_text()

    assert 0 == cut
    assert {"Off track", "Key result number 1", "400", "1,000", "0%"} <= set(
        row.replace("of\N{NO-BREAK SPACE}", "").replace("of ", "").replace("\t", "\n").split("\n")
    )


def test_no_barrier_is_found_among_many(show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
    """Nor where objectives fold and key results are found by status, owner and tag."""
    page = show(many(13))
    page.evaluate(OPEN_ALL)

    assert [] == violations(page)


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_cell_runs_into_the_next(show: Callable[..., Page], width: int) -> None:
    """The longest status, beside the longest title, stays in its cell."""
    page = show(every_state(), width=width)
    over = page.evaluate(
        """[...document.querySelectorAll('.overview td, .overview th, .objectives td, .objectives th')]
            .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
    )

    assert [] == over
