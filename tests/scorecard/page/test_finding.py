"""Ways to a key result: by status, owner and tag, each choice hiding what does not fit; groups that fold."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from playwright.sync_api import Page

from scorecard.i18n.language import Language
from scorecard.page.cards import build_cards
from scorecard.page.data import PageData
from scorecard.page.finding import FEWEST, MANY, Finder, finder
from scorecard.page.render import render_page
from tests.scorecard.page.browsing import NEEDS_BROWSER, violations
from tests.scorecard.page.test_render import read


def found_in(data: PageData) -> Finder:
    """Return the ways of a page."""
    return finder(data, list(build_cards(data).values()))


def counted(data: PageData) -> dict[str, dict[str, int]]:
    """Return each way with its values, and how many key results have it."""
    return {way.title: {str(choice.label): choice.count for choice in way.choices} for way in found_in(data).ways}


def test_three_ways_lead_to_a_key_result(many: Callable[[int], PageData]) -> None:
    """Every key result is under its status, and under its owner and its tags where it has any; worst statuses first."""
    assert {
        "By status": {"Off track": 14, "At risk": 13, "On track": 13},
        "By owner": {"<bdi>Kari</bdi>": 14, "<bdi>Ola</bdi>": 13},
        "By tag": {"<bdi>shop</bdi>": 10, "<bdi>web</bdi>": 10},
    } == counted(many(40))


def test_a_way_that_tells_nothing_apart_is_left_out(many: Callable[[int], PageData]) -> None:
    """Without owners and tags there is the status alone; where everything has one tag, that is no choice."""
    data = many(40)
    bare = data.scoreboard.with_columns(pl.lit(None, pl.String).alias("owner"), tags=pl.lit(None, pl.List(pl.String)))
    alike = data.scoreboard.with_columns(tags=pl.lit(["web"], pl.List(pl.String)))

    assert ["By status"] == list(counted(replace(data, scoreboard=bare)))
    assert ["By status", "By owner"] == list(counted(replace(data, scoreboard=alike)))


def test_an_objectives_owner_is_that_of_its_key_results(many: Callable[[int], PageData]) -> None:
    """Where they have none of their own, as `okr status --owner` has it."""
    data = many(10)
    objectives = data.objectives.with_columns(pl.lit("Siri").alias("owner"))

    assert {"<bdi>Kari</bdi>": 4, "<bdi>Ola</bdi>": 3, "<bdi>Siri</bdi>": 3} == counted(
        replace(data, objectives=objectives)
    )["By owner"]


def test_few_need_no_ways(many: Callable[[int], PageData]) -> None:
    """Three key results stand below each other; from four on there is a choice."""
    few, more = (read(render_page(many(n))) for n in (FEWEST - 1, FEWEST))

    assert [0, 1] == [len(page.all("form")) for page in (few, more)]


def test_what_is_taken_in_at_a_glance_is_one_table(many: Callable[[int], PageData]) -> None:
    """Up to a dozen key results; more stand in a table an objective."""
    few, more = read(render_page(many(MANY))), read(render_page(many(MANY + 1)))

    assert [1, 3] == [sum(t.attributes.get("class") == "overview" for t in page.all("table")) for page in (few, more)]
    assert [1, 1] == [sum(t.attributes.get("class") == "objectives" for t in page.all("table")) for page in (few, more)]


def test_groups_stand_worst_first_and_lead_to_what_is_there(many: Callable[[int], PageData]) -> None:
    """Each objective folds, is open at first, and every link on the page has its end."""
    data = many(40)
    status = pl.when(pl.col("objective_id") == "goal-5").then(pl.lit("off_track")).otherwise(pl.lit("on_track"))
    page = read(render_page(replace(data, objectives=data.objectives.with_columns(status.alias("status")))))
    folds = [part for part in page.all("details") if "group" in (part.attributes.get("class") or "").split()]
    ids = {element.attributes.get("id") for tag in ("h2", "h3") for element in page.all(tag)}

    assert 8 == len(folds)
    assert all("open" in fold.attributes for fold in folds)
    assert "goal-5" in folds[0].all("summary")[0].text
    assert set() == {(link.attributes["href"] or "")[1:] for link in page.all("a")} - ids


def test_words_of_people_make_no_rule(many: Callable[[int], PageData]) -> None:
    """Owners and tags are text on the page and numbers in its style, whatever they are called."""
    data = many(8)
    evil = "</style><script>alert(1)</script>{display:none}"
    html = render_page(replace(data, scoreboard=data.scoreboard.with_columns(owner=pl.lit(evil).repeat_by(1).list[0])))
    few = replace(data, scoreboard=data.scoreboard.with_columns(owner=pl.Series([evil, *["b"] * 7])))

    assert "<script" not in html + render_page(few)
    assert re.fullmatch(r"(:root(:has\(#f-[sot]\d+:checked\))+ [^{}]+\{display:none\}\n?)+", found_in(few).rules)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_page_of_eight_is_small(many: Callable[[int], PageData], language: Language) -> None:
    """Below 70 kB with all its charts, tables, what-ifs and ways."""
    page = render_page(replace(many(8), language=language))

    assert 3 == len(found_in(many(8)).ways)
    assert len(page.encode()) < 70_000


class TestSeen:
    """In a browser."""

    pytestmark = NEEDS_BROWSER
    SEEN = "s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).length"

    def choose(self, page: Page, *labels: str) -> None:
        """Open the ways, and choose."""
        if not page.locator(".find form").is_visible():
            page.locator(".find > summary").click()
        for label in labels:
            page.get_by_label(label).check()

    @pytest.mark.parametrize(("n", "width"), [(8, 1280), (8, 390), (40, 1280)])
    def test_a_choice_hides_what_does_not_fit(
        self, show: Callable[..., Page], many: Callable[[int], PageData], n: int, width: int
    ) -> None:
        """Rows and cards of others, and objectives without any; choices hold together; one button shows all again."""
        data = many(n)
        page = show(data, width=width)
        kari = [row for row in data.scores if row.owner == "Kari"]
        risky = [row for row in kari if row.status == "at_risk"]
        parts = ("article", ".overview tbody tr", "section.it", ".objectives tbody tr")
        seen = []
        for labels in (("Kari",), ("At risk",)):
            self.choose(page, *labels)
            seen.append([page.evaluate(self.SEEN, s) for s in parts])
        assert "rest is hidden" in page.locator(".find > summary").inner_text()
        page.get_by_role("button", name="Show all").click()
        again = page.evaluate(self.SEEN, "article")

        objectives = [len({row.objective_id for row in rows}) for rows in (kari, risky)]
        expected = [[len(rows), len(rows), n, n] for rows, n in zip((kari, risky), objectives, strict=True)]
        assert expected == seen
        assert objectives[1] < len({row.objective_id for row in data.scores})
        assert n == again
        assert width == page.evaluate("document.documentElement.scrollWidth")

    def test_paper_says_what_was_chosen(self, show: Callable[..., Page], many: Callable[[int], PageData]) -> None:
        """What is hidden stays off paper, where the choice stands; without one the ways are not printed."""
        page = show(many(8))
        page.emulate_media(media="print")
        before = page.locator(".find").is_visible()
        page.emulate_media(media="screen")
        self.choose(page, "Kari")
        page.emulate_media(media="print")

        assert not before
        assert ["Kari (3)"] == page.locator(".find label:visible").all_inner_texts()
        assert 3 == page.evaluate(self.SEEN, "article")

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
    def test_no_barrier_is_found(
        self, show: Callable[..., Page], many: Callable[[int], PageData], width: int, scheme: str
    ) -> None:
        """Axe finds nothing while a choice holds; the keyboard goes from one to the next."""
        page = show(many(8), width=width, scheme=scheme)
        self.choose(page, "Kari")
        page.get_by_label("Kari").press("ArrowRight")

        assert [] == violations(page)
        assert page.get_by_label("Ola").is_checked()
