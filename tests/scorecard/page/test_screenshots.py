"""
Every state looks as it did when someone last looked: compared with pictures that are kept beside this file.

A picture may differ by what another version of the browser or of its fonts changes: both are made small and grey first,
and of every patch of them a little may differ. `just renew` renews them; look at each before it is committed.
"""

import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Page

from scorecard.page.render import render_page
from tests.scorecard.page.browsing import NEEDS_BROWSER, SCHEMES
from tests.scorecard.page.states import every_state

FOLDER = Path(__file__).with_name("screenshots")
RENEW = "OKR_RENEW" in os.environ
FONT = "DejaVu Sans"
SHRINK = 8  # pixels to a cell
CLEARLY = 40  # of 255: a difference of grey that is seen
PATCH = 8  # cells
ALLOWED = 0.08  # share of a patch's cells that may differ clearly: a shift by two pixels, no missing word
STATES = [str(name) for name in every_state().scoreboard["key_result_id"]]
OTHER_SCHEMES = [("dark", "on-track"), ("dark", "stale"), ("dark", "lost"), ("forced", "at-risk"), ("forced", "missed")]

FONT_FILE = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

pytestmark = [
    *NEEDS_BROWSER,
    pytest.mark.skipif(not FONT_FILE.exists(), reason="DejaVu is not installed (apt-get install fonts-dejavu-core)"),
]


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Open the page of every state in each scheme, in the font that every Debian has; and once on a phone."""
    file = tmp_path_factory.mktemp("states") / "states.html"
    html = render_page(every_state())
    assert html.count("system-ui") == 1
    # the policy forbids a changed style sheet, as it should
    file.write_text(html.replace("system-ui", f'"{FONT}"'), "utf-8")
    opened = {}
    for name, width, scheme in (
        ("light", 640, "light"),
        ("dark", 640, "dark"),
        ("forced", 640, "forced"),
        ("phone", 320, "light"),
        ("desk", 1280, "light"),
    ):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, **SCHEMES[scheme])
        opened[name] = context.new_page()
        opened[name].goto(file.as_uri())
    return opened


def cells(picture: Image.Image) -> NDArray[np.int16]:
    """Make a picture small and grey."""
    size = (picture.width // SHRINK, picture.height // SHRINK)
    return np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX), dtype=np.int16)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of clearly different cells in the worst patch; pictures of different sizes differ wholly."""
    if abs(one.width - other.width) > SHRINK or abs(one.height - other.height) > SHRINK:
        return 1.0
    a, b = cells(one), cells(other)
    rows, columns = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    differs = np.abs(a[:rows, :columns] - b[:rows, :columns]) > CLEARLY
    corners = [(y, x) for y in range(0, rows, PATCH) for x in range(0, columns, PATCH)]
    return max(float(differs[y : y + PATCH, x : x + PATCH].sum()) for y, x in corners) / PATCH**2


def taken(page: Page, selector: str) -> Image.Image:
    """Take a picture of one element."""
    return Image.open(BytesIO(page.locator(selector).first.screenshot()))


def kept(name: str) -> Image.Image:
    """Return the picture that is kept."""
    return Image.open(FOLDER / f"{name}.png").convert("RGB")


def assert_looks(name: str, picture: Image.Image) -> None:
    """Compare a picture with the one that is kept, or keep it."""
    file = FOLDER / f"{name}.png"
    if RENEW and (not file.exists() or difference(kept(name), picture) > 0):
        FOLDER.mkdir(exist_ok=True)
        picture.convert("RGB").quantize(16).save(file, optimize=True)
    assert difference(kept(name), picture) < ALLOWED


@pytest.mark.parametrize("state", STATES)
def test_every_state_looks_as_it_did(pages: dict[str, Page], state: str) -> None:
    """The card of each state, in light colours."""
    assert_looks(state, taken(pages["light"], f"article[aria-labelledby=k-{state}]"))


@pytest.mark.parametrize(("scheme", "state"), OTHER_SCHEMES)
def test_other_colours_look_as_they_did(pages: dict[str, Page], scheme: str, state: str) -> None:
    """Cards in the dark and in colours that the reader forces."""
    assert_looks(f"{scheme}-{state}", taken(pages[scheme], f"article[aria-labelledby=k-{state}]"))


@pytest.mark.parametrize("place", ["phone", "desk"])
def test_overview_looks_as_it_did(pages: dict[str, Page], place: str) -> None:
    """The overview on a phone and on a desk."""
    assert_looks(f"{place}-overview", taken(pages[place], ".overview"))


def test_a_card_looks_as_it_did_on_a_phone(pages: dict[str, Page]) -> None:
    """A narrow card keeps its labels apart."""
    assert_looks("phone-on-track", taken(pages["phone"], "article[aria-labelledby=k-on-track]"))


def test_a_difference_is_seen() -> None:
    """Two states never pass for each other, nor does a card without its fan, its dots or its status."""
    whole = kept("on-track")
    parts = {"dots": (0.03, 0.79, 0.5, 0.85), "status": (0.8, 0.02, 1, 0.12), "fan": (0.45, 0.3, 0.9, 0.7)}
    found = {name: difference(whole, kept(name)) for name in STATES if name != "on-track"}
    for part, box in parts.items():
        wiped = whole.copy()
        area = tuple(round(share * length) for share, length in zip(box, whole.size * 2, strict=True))
        wiped.paste(whole.getpixel((whole.width // 2, 6)), area)
        found[part] = difference(whole, wiped)

    assert {} == {name: share for name, share in found.items() if share < ALLOWED}


def test_a_hair_is_no_difference() -> None:
    """What another version of fonts or browser does, letters a pixel off or softer, is let pass."""
    whole = kept("on-track")

    assert difference(whole, ImageChops.offset(whole, 1, 1)) < ALLOWED
    assert difference(whole, whole.filter(ImageFilter.GaussianBlur(1))) < ALLOWED


def test_pictures_are_small() -> None:
    """All pictures together are less than a photo, and none is left of a state that is gone."""
    files = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    wanted = {*STATES, *(f"{scheme}-{state}" for scheme, state in OTHER_SCHEMES)}

    assert wanted | {"phone-overview", "desk-overview", "phone-on-track"} == set(files)
    assert sum(files.values()) < 500_000


def test_english_states_are_drawn_too(browser: Browser, tmp_path: Path) -> None:
    """The same states in English fill the same cards: no sentence is so long that it breaks the picture."""
    file = tmp_path / "english.html"
    file.write_text(render_page(replace(every_state(), language="en", text_language="nb")), "utf-8")
    page = browser.new_page(viewport={"width": 640, "height": 900})
    page.goto(file.as_uri())

    assert len(STATES) == page.locator("article").count()
    assert 640 == page.evaluate("document.documentElement.scrollWidth")
