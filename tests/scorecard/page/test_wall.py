"""The wall: read from across a room, worst first, a screen at a time."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from scorecard.i18n.language import Language
from scorecard.page.data import PageData
from scorecard.page.shares import Share, render_shares
from scorecard.page.wall import SCREEN, ago, render_wall, screens
from scorecard.score_row import ScoreRow, worst_first
from tests.scorecard.page.browsing import NEEDS_BROWSER, violations
from tests.scorecard.page.conftest import AS_OF
from tests.scorecard.page.states import every_state

OSLO = ZoneInfo("Europe/Oslo")
LONG = "Kundene finner tilbake til nettbutikken etter sommeren og handler mer enn de gjorde i fjor høst"


def wall(rows: tuple[ScoreRow, ...], language: Language = "nb", *, hours: float = 3, page: int = 1) -> str:
    """Render a screen some hours after the numbers were scored."""
    now = AS_OF + timedelta(hours=hours)
    return render_wall(rows, language=language, name="Fjellbutikken", zone=OSLO, now=now, page=page)


def titles(html: str) -> list[str]:
    """Return the titles in their order."""
    return [unescape(title) for title in re.findall(r'<span class="title"><bdi>(.*?)</bdi>', html)]


def test_the_worst_stand_first_and_none_is_left_out(many: Callable[[int], PageData]) -> None:
    """Thirty take three screens, which together show every key result once, in the order of the overview."""
    rows = many(30).scores
    shown = [titles(wall(rows, page=page)) for page in (1, 2, 3)]

    assert [3, 1, 1] == [screens(rows), screens(rows[:SCREEN]), screens(())]
    assert [12, 12, 6] == [len(screen) for screen in shown]
    assert [row.title for row in sorted(rows, key=worst_first)] == [*itertools.chain(*shown)]
    assert ["2 av 3"] == re.findall(r"<p>(\d av \d)</p>", wall(rows, page=2))


def test_it_says_how_old_the_numbers_are(many: Callable[[int], PageData]) -> None:
    """When they were scored and how long ago that is; in English too; and that runs are missing, where they are."""
    rows = many(3).scores
    told = [re.sub("<[^>]+>|\\s+", " ", wall(rows, language)) for language in ("nb", "en")]
    now = AS_OF + timedelta(days=5)
    late = render_wall(rows, language="nb", name="", zone=OSLO, now=now, is_late=True)

    assert "Regnet 23. nov. kl. 06.10, for 3 timer siden" in told[0]
    assert "Scored 23 Nov at 06:10, 3 hours ago" in told[1]
    assert "kjøringer mangler" not in told[0]
    assert "Tallene kan være gamle: kjøringer mangler" in late
    assert "for\N{NO-BREAK SPACE}5" not in late
    assert "for 5\N{NO-BREAK SPACE}dager siden" in late


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "just now"), (1, "1 minute ago"), (59, "59 minutes ago"), (60, "1 hour ago"), (47 * 60, "47 hours ago"),
     (48 * 60, "2 days ago"), (-5, "just now")],
)  # fmt: skip
def test_an_age_is_told_in_its_largest_whole_unit(minutes: int, told: str) -> None:
    """Minutes, then hours, then days; a clock that is behind makes nothing odd of it."""
    assert told == ago("en", timedelta(minutes=minutes)).replace("\N{NO-BREAK SPACE}", " ")


def test_every_state_has_its_words() -> None:
    """A chance where the outcome is open, an estimate in brackets; no target that is none; stale numbers say so."""
    rows = {row.key_result_id: row for row in every_state().scores}
    decided, stale, bare, estimate = (
        wall((row,))
        for row in (rows["achieved"], rows["stale"], replace(rows["on-track"], target=None), rows["no-data"])
    )

    assert '<td class="chance">\N{EN DASH}</td>' in decided
    assert '<span class="old">utdatert</span>' in stale
    assert "(50\N{NO-BREAK SPACE}%)" in estimate
    assert " av " not in re.findall(r'<td class="number">(.*?)</td>', bare)[0]


def test_nothing_is_scored_yet() -> None:
    """A wall that hangs before the first run says so."""
    assert "Ingen periode er beregnet ennå." in wall(())


def test_what_people_wrote_stays_text() -> None:
    """Titles and names are no markup."""
    row = replace(every_state().scores[0], title="<script>alert(1)</script>")
    html = render_wall((row,), language="en", name="<b>", zone=OSLO, now=datetime(2026, 11, 24, tzinfo=OSLO))

    assert "<script" not in html
    assert "<b>" not in html


class TestSeen:
    """On a screen, in a browser."""

    pytestmark = NEEDS_BROWSER

    @pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (3840, 2160)])
    @pytest.mark.parametrize("n", [1, 5, 12])
    def test_one_screen_holds_it_in_large_letters(
        self, show: Callable[..., Page], many: Callable[[int], PageData], n: int, size: tuple[int, int]
    ) -> None:
        """Even with long titles nothing scrolls, and no letter that matters is below a thirty-fifth of the height."""
        width, height = size
        rows = tuple(replace(row, title=LONG, unit="NOK") for row in many(n).scores)
        page = show(wall(rows), width=width, height=height)
        sizes = page.evaluate(
            "[...document.querySelectorAll('tbody td, .title')].map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        box = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"

        assert [width, height] == page.evaluate(box)
        assert min(sizes) >= height / 35
        assert page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom") <= height

    @pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
    @pytest.mark.parametrize("width", [1920, 390])
    def test_no_barrier_is_found(self, show: Callable[..., Page], width: int, scheme: str) -> None:
        """Axe finds nothing against WCAG 2.2 AA, and a phone scrolls down only."""
        page = show(wall(every_state().scores[:SCREEN]), width=width, height=1080, scheme=scheme)

        assert [] == violations(page)
        assert width == page.evaluate("document.documentElement.scrollWidth")

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
    def test_addresses_to_share_are_a_page_like_any_other(
        self, show: Callable[..., Page], width: int, scheme: str
    ) -> None:
        """Axe finds nothing on it, and the longest address breaks before it leaves a phone."""
        path = f"/shared/{'0123456789abcdef' * 2}/badge/{'sales-' * 10}.svg"
        offers = [Share(f"share.{what}", "", path, f"https://okr.example.com{path}") for what in ("page", "wall")]
        page = show(render_shares(offers, [], language="nb", back="/"), width=width, scheme=scheme)

        assert [] == violations(page)
        assert width == page.evaluate("document.documentElement.scrollWidth")
