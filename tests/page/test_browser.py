"""The page in a real browser: silent, still, readable at every size, by keyboard, in every colour scheme, on paper."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from scorecard.page import PageData, render_page

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; whatever it said or asked for is checked when the test is over."""
    said: list[str] = []
    asked: list[str] = []
    file = tmp_path / "okr.html"
    contexts = []

    def open_page(data: PageData, *, width: int = 1280, height: int = 900, scheme: str = "light") -> Page:
        file.write_text(render_page(data), "utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, **SCHEMES[scheme])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page

    for context in contexts:
        context.close()
    assert [] == said
    assert set(asked) <= {file.as_uri()}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_barrier_is_found(show: Callable[..., Page], quarter: PageData, width: int, scheme: str) -> None:
    """Axe finds nothing against WCAG 2.2 AA, with every table open."""
    page = show(quarter, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]

    assert [] == [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize(("width", "height"), [(320, 256), (375, 800), (768, 1024), (1280, 900), (2560, 1400)])
def test_nothing_overflows(show: Callable[..., Page], quarter: PageData, width: int, height: int) -> None:
    """No page scrolls sideways and no label leaves its card; 320 wide is 1280 at a zoom of 400 percent."""
    page = show(quarter, width=width, height=height)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    outside = page.evaluate(
        """[...document.querySelectorAll('article')].flatMap(card => {
            const box = card.getBoundingClientRect();
            return [...card.querySelectorAll('text, p, table, code')].filter(part => {
                const inner = part.getBoundingClientRect();
                return inner.width && (inner.left < box.left - 1 || inner.right > box.right + 1);
            }).map(part => part.textContent);
        })"""
    )

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert [] == outside


def test_long_titles_wrap(show: Callable[..., Page], quarter: PageData) -> None:
    """A word longer than a phone is wide is broken, not followed."""
    long = quarter.scoreboard.with_columns(pl.lit("Nettbutikkomsetningsvekst" * 4).alias("title"))

    assert 320 == show(replace(quarter, scoreboard=long), width=320).evaluate("document.documentElement.scrollWidth")


def test_labels_of_a_chart_do_not_meet(show: Callable[..., Page], quarter: PageData) -> None:
    """No two words in a chart lie on each other, on a phone or on a desk."""
    for width in (320, 1280):
        page = show(quarter, width=width)
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


def test_dark_is_dark(show: Callable[..., Page], quarter: PageData) -> None:
    """The page follows the reader's scheme."""
    shades = [
        show(quarter, scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]

    assert ["rgb(255, 255, 255)", "rgb(20, 24, 29)"] == shades


def test_no_card_breaks_on_paper(show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
    """On A4 every card begins and ends on the same sheet, and no objective's heading stands alone at the foot."""
    sheets = PdfReader(BytesIO(show(many(40)).pdf(prefer_css_page_size=True))).pages
    texts = [" ".join(sheet.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for sheet in sheets]
    begun = [text.count("of 1,000 · from 0") for text in texts]
    ended = [text.count("Metric: orders") for text in texts]

    assert 40 == sum(begun)
    assert begun == ended
    assert [] == [text[-40:] for text in texts if text.rfind("Objective:") > text.rfind("Metric: orders")][1:]
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in sheets} <= {(595, 842), (596, 842)}


def test_hostile_texts_do_nothing(show: Callable[..., Page], quarter: PageData) -> None:
    """Scripts, handlers and addresses in the data neither run nor ask for anything; the fixture listens."""
    text = (
        "<script>alert(1)</script><img src='http://127.0.0.1:9/x' onerror=alert(2)><svg onload=alert(3)>"
        "<iframe src='javascript:alert(4)'></iframe><style>@import 'http://127.0.0.1:9/y'</style>"
        "\"'><a href='javascript:alert(5)'>x</a></title></style><body onload=alert(6)>"
    )
    everywhere = pl.lit(text)
    names = ("title", "metric", "unit", "explanation")
    page = show(
        replace(
            quarter,
            scoreboard=quarter.scoreboard.with_columns(everywhere.alias(name) for name in names),
            objectives=quarter.objectives.with_columns(everywhere.alias("title")),
            freshness=quarter.freshness.with_columns(
                everywhere.alias(name) for name in ("source_id", "stream", "last_error")
            ),
            definitions_changed=quarter.definitions_changed.with_columns(everywhere.alias("reason")),
            demo_note=text,
            run_id=text,
            version=text,
        )
    )

    assert 1 == page.evaluate("document.querySelectorAll('script, img, iframe, style').length")
