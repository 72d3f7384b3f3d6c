"""The page on A4: no card is broken, no table is cut."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import polars as pl
from playwright.sync_api import Page
from pypdf import PdfReader

from scorecard.page.render import PageData
from tests.scorecard.page.browsing import NEEDS_BROWSER
from tests.scorecard.page.conftest import AS_OF, Sample

pytestmark = NEEDS_BROWSER

A4_WIDTH = 688  # CSS pixels between the margins


def test_no_card_breaks_on_paper(show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
    """On A4 every card begins and ends on the same sheet, and no objective's heading stands alone at the foot."""
    sheets = PdfReader(BytesIO(show(many(40)).pdf(prefer_css_page_size=True))).pages
    texts = [" ".join(sheet.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for sheet in sheets]
    begun = [text.count("of 1,000 orders") for text in texts]
    ended = [text.count("last updated") for text in texts]

    assert 40 == sum(begun)
    assert begun == ended
    assert [] == [text[-40:] for text in texts if text.rfind("Objective:") > text.rfind("last updated")][1:]
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in sheets} <= {(595, 842), (596, 842)}


def test_no_table_is_cut_on_paper(show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
    """On A4 every column of every row is printed inside the margins, and the head stands again on each sheet."""
    data = many(40)
    data = replace(
        data, freshness=long_freshness(), week_ago=data.scoreboard.with_columns(pl.lit(0.5).alias("probability"))
    )
    page = show(data, width=A4_WIDTH)
    page.emulate_media(media="print")
    cut = page.evaluate(
        f"""[...document.querySelectorAll('th, td')].filter(cell => {{
            const box = cell.getBoundingClientRect();
            return box.width && (box.right > {A4_WIDTH} + 1 || cell.scrollWidth > cell.clientWidth + 1);
        }}).map(cell => cell.textContent)"""
    )
    hidden = page.evaluate(
        "[...document.querySelectorAll('.overview th, .overview td, .sources th, .sources td')]"
        ".filter(cell => !cell.getBoundingClientRect().width).length"
    )
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    rows = [re.findall(r"Key result number (\d+) 4\d\d 1,000 4\d%", text) for text in texts]
    overview = [text for text, found in zip(texts, rows, strict=True) if found]

    assert [] == cut
    assert 0 == hidden
    assert 2 <= len(overview) == sum("Of the way" in text for text in overview)
    assert {*range(1, 41)} == {int(n) for found in rows for n in found}


def long_freshness() -> pl.DataFrame:
    """Make sources whose errors are long."""
    error = "the answer was no JSON but a page of 502 Bad Gateway, four times in a row, after 31 seconds; " * 2
    rows = [
        {
            "source_id": f"a-source-with-a-long-name-{n}",
            "stream": "subscribers",
            "state": "failing",
            "newest_data_at": AS_OF,
            "last_success_at": AS_OF,
            "last_error": error,
            "rows": 1_000_000,
            "refused": 0,
        }
        for n in range(6)
    ]
    return Sample.freshness(*rows)


def test_a_usual_page_is_two_sheets(show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
    """Six key results of two objectives, with their sources and the method, are two sheets of A4: no half-empty one."""
    assert 2 == len(PdfReader(BytesIO(show(many(6)).pdf(prefer_css_page_size=True))).pages)
