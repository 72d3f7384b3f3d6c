"""On a page of many key results there are ways to one: by status, owner and tag, and groups that fold."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from scorecard.page.cards import build_cards
from scorecard.page.data import PageData
from scorecard.page.finding import MANY, groups
from scorecard.page.render import render_page
from tests.scorecard.page.test_render import read


def ways(data: PageData) -> dict[str, dict[str, int]]:
    """Return each way with its values, and how many key results have it."""
    cards = list(build_cards(data).values())
    return {group.title: {str(value): len(those) for value, those in group.values} for group in groups(data, cards)}


def test_three_ways_lead_to_a_key_result(many: Callable[[int], PageData]) -> None:
    """Every key result is under its status, and under its owner and its tags where it has any; worst statuses first."""
    assert {
        "By status": {"Off track": 14, "At risk": 13, "On track": 13},
        "By owner": {"<bdi>Kari</bdi>": 14, "<bdi>Ola</bdi>": 13},
        "By tag": {"<bdi>shop</bdi>": 10, "<bdi>web</bdi>": 10},
    } == ways(many(40))


def test_a_way_that_nobody_has_words_for_is_left_out(many: Callable[[int], PageData]) -> None:
    """Without owners and tags there is the status alone."""
    data = many(40)
    bare = data.scoreboard.with_columns(pl.lit(None, pl.String).alias("owner"), tags=pl.lit(None, pl.List(pl.String)))

    assert ["By status"] == list(ways(replace(data, scoreboard=bare)))


def test_what_is_taken_in_at_a_glance_needs_no_ways(many: Callable[[int], PageData]) -> None:
    """Up to a dozen key results stand in one table."""
    few, more = read(render_page(many(MANY))), read(render_page(many(MANY + 1)))

    assert [1, 3] == [sum(t.attributes.get("class") == "overview" for t in page.all("table")) for page in (few, more)]
    assert [0, 1] == [sum(n.attributes.get("class") == "find" for n in page.all("nav")) for page in (few, more)]
    assert [1, 1] == [sum(t.attributes.get("class") == "objectives" for t in page.all("table")) for page in (few, more)]


def test_groups_stand_worst_first_and_lead_to_what_is_there(many: Callable[[int], PageData]) -> None:
    """Each objective folds, is open at first, and every link on the page has its end."""
    data = many(40)
    status = pl.when(pl.col("objective_id") == "goal-5").then(pl.lit("off_track")).otherwise(pl.lit("on_track"))
    page = read(render_page(replace(data, objectives=data.objectives.with_columns(status.alias("status")))))
    folds = [part for part in page.all("details") if part.attributes.get("class") == "group"]
    ids = {element.attributes.get("id") for tag in ("h2", "h3") for element in page.all(tag)}

    assert 8 == len(folds)
    assert all("open" in fold.attributes for fold in folds)
    assert "goal-5" in folds[0].all("summary")[0].text
    assert set() == {(link.attributes["href"] or "")[1:] for link in page.all("a")} - ids
