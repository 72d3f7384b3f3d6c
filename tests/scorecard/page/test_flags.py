"""Each flag says which days, which source, from what to what (.flags; .story gathers what it is said of, .dots)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from scorecard.page.cards import build_cards
from scorecard.page.data import PageData
from tests.scorecard.page.conftest import METRIC_SOURCES_SCHEMA
from tests.scorecard.page.states import SOURCE, every_state


def notes(data: PageData, name: str) -> list[str]:
    """Return what a card says of its flags."""
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in build_cards(replace(data, language="en"))[name].notes]


def told(**words: Any) -> PageData:  # noqa: ANN401 - columns of metric_sources
    """Return every state, its source having told of this."""
    return replace(every_state(), metric_sources=pl.DataFrame([SOURCE | words], METRIC_SOURCES_SCHEMA))


def test_what_is_partial_names_the_days_and_the_source() -> None:
    """Days that a source is silent about, and those it may still revise."""
    assert [
        "Partial: for 7 Oct to 8 Oct, 21 Oct, brev has no numbers.",
        "Provisional: the numbers for 18 Nov to 19 Nov may still be revised by brev.",
    ] == notes(every_state(), "partial")


def test_many_gaps_are_counted() -> None:
    """More than three of them are told as so many days."""
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(0, 50, 2)]

    assert "Partial: for 24 days between 2 Oct and 17 Nov, brev has no numbers." in notes(
        told(days=days, newest_day=days[-1]), "partial"
    )


def test_a_reason_says_more_than_days() -> None:
    """Where the score gives its reason, that is told."""
    data = every_state()
    reason = pl.lit("5 rows of ark are refused.").alias("reason")

    assert "Partial: 5 rows of ark are refused." in notes(
        replace(data, scoreboard=data.scoreboard.with_columns(reason)), "partial"
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("failing", "brev has not answered since 19 Nov at 06:10: the last known number is shown."),
        ("fresh", "A source does not answer: the last known number is shown."),
    ],
)
def test_a_failing_source_is_named(state: str, said: str) -> None:
    """Which one, and since when it was last heard; without that, that there is one."""
    data = every_state()
    freshness = data.freshness.with_columns(pl.lit(state).alias("state"))

    assert said in notes(replace(data, freshness=freshness), "stale")
    assert (
        "Out of date: the newest number of brev is from 19 Nov at 06:10, 4 days old."
        == notes(replace(data, freshness=freshness), "stale")[0]
    )


def test_a_changed_target_is_told_with_both() -> None:
    """From what to what and when; where only the first one is known, that."""
    data = every_state()

    assert ["The target was changed on 2 November 2026, from 400 to 500."] == notes(data, "target-changed")
    assert ["The target was changed on the way, originally 400."] == notes(
        replace(data, definitions_changed=data.definitions_changed.clear()), "target-changed"
    )


def test_few_measurements_are_counted() -> None:
    """How few there are is said where the forecast does not say it already."""
    data = every_state()
    spoken = replace(data, scoreboard=data.scoreboard.with_columns(pl.lit("Only 3 days of data.").alias("outlook")))

    assert ["Only 3 measurements yet: the chance is mostly the team's own estimate."] == notes(data, "few")
    assert [] == notes(spoken, "few")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("the rate is missing", "Cannot be converted: the rate is missing."), ("", "An exchange rate is missing.")],
)
def test_a_missing_rate_says_which(reason: str, said: str) -> None:
    """Of what into what, where the score says it."""
    data = every_state()
    board = data.scoreboard.with_columns(pl.lit(reason).alias("reason"), flags=pl.lit(["no_rate"]))

    assert [said] == notes(replace(data, scoreboard=board), "on-track")
