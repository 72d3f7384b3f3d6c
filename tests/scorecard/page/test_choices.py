"""Tests of flows.serve.choices: what is chosen on a served page stays so when the page is fetched again."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from flows.serve.choices import with_choices
from scorecard.page.data import PageData
from scorecard.page.render import render_page
from tests.scorecard.page.browsing import NEEDS_BROWSER, OPEN_ALL, SCHEMES, start_browser, violations

CHOSEN = re.compile(r'id="f-[a-z]\d+" value="([^"]+)" checked')


def _chosen(page: bytes, query: str) -> list[str]:
    return CHOSEN.findall(with_choices(page, query).decode())


def test_an_address_says_what_is_chosen(many: Callable[[int], PageData]) -> None:
    """One value of each way, those that there are; whatever else a query says chooses nothing and is not repeated."""
    page = render_page(many(40)).encode()

    assert [] == _chosen(page, "")
    assert ["at_risk", "Kari"] == _chosen(page, "owner=Kari&status=at_risk")
    assert ["Kari"] == _chosen(page, "owner=Kari&status=%22%3E%3Cscript%3E&page=2&tag=")
    assert b"<script" not in with_choices(page, "owner=%22%3E%3Cscript%3E")
    assert [] == _chosen(page, "owner=" + "K" * 100_000)


def test_a_choice_is_a_link_that_keeps_the_others(many: Callable[[int], PageData]) -> None:
    """From each choice the address leads on: to the same with another value, without one, or without any."""
    page = with_choices(render_page(many(40)).encode(), "owner=Kari&status=at_risk").decode()

    links = [html.unescape(link) for link in re.findall(r'<a href="(\?[^"]*)"', page)]
    assert {"?owner=Kari&status=off_track", "?status=at_risk&owner=Ola", "?owner=Kari", "?status=at_risk"} <= {*links}
    assert 'class="reset" href="?"' in page
    assert '<details open class="find">' in page


def test_names_with_marks_are_chosen_as_others_are(many: Callable[[int], PageData]) -> None:
    """An owner's name may hold whatever it likes."""
    name = 'Åse & "Per" <x>'
    data = many(8)
    named = data.scoreboard.with_columns(pl.col("owner").replace("Kari", name))
    page = render_page(replace(data, scoreboard=named)).encode()
    (link,) = [
        one for one in re.findall(r'<a href="(\?owner[^"]*)"', with_choices(page, "").decode()) if "Ola" not in one
    ]

    assert [html.escape(name, quote=True)] == [
        html.escape(html.unescape(one)) for one in _chosen(page, html.unescape(link)[1:])
    ]


def test_a_page_without_choices_is_as_it_lies(many: Callable[[int], PageData]) -> None:
    """Few key results need no way to one of them."""
    page = render_page(many(3)).encode()

    assert page == with_choices(page, "status=at_risk")


class TestSeen:
    """In a browser."""

    pytestmark = NEEDS_BROWSER

    def test_what_the_address_chooses_is_what_is_seen(self, many: Callable[[int], PageData]) -> None:
        """The page comes with the others hidden, and axe finds nothing against it, light or dark."""
        data = many(8)
        mine = [row for row in data.scores if row.owner == "Kari" and row.status == "at_risk"]
        text = with_choices(render_page(data).encode(), "owner=Kari&status=at_risk").decode()
        for scheme in ("light", "dark"):
            with start_browser() as browser:
                page = browser.new_context(viewport={"width": 390, "height": 800}, **SCHEMES[scheme]).new_page()
                page.set_content(text)
                page.evaluate(OPEN_ALL)

                assert len(mine) == page.locator("article:visible").count()
                assert [] == violations(page)
