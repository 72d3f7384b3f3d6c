"""The week in ten lines (scorecard.digest.digest .data .decision .missing .moves, scorecard.i18n.digest_messages)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from scorecard.digest.digest import build_digest, status_digest
from scorecard.i18n import digest_messages
from tests.scorecard.digest.week import AGO, NOW, Week

GONE = {"source_id": "shop", "reason": "withdrawn", "day": date(2026, 11, 20), "before": 5, "after": 3}


def told(week: Week, part: str, **options: Any) -> list[str]:  # noqa: ANN401 - as a digest takes them
    """Return the sentences of a part."""
    digest = build_digest(week.data(), **options)
    return [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in digest.lines if line.part == part]


def test_why_a_chance_moved_is_told() -> None:
    """The cause stands first: what is gone at the source, what was corrected, what came."""
    week = Week().add("cups", (0.44, 0.39), (5, 3)).add("mugs", (0.5, 0.48))
    week.tell("causes", key_result_id="cups", stream="orders", gone=2, edited=0, **GONE)

    assert ["“Sell cups”: 2 orders gone at shop; chance 44% → 39%."] == told(week, "moved")
    week.rows["causes"] = [{"key_result_id": "cups", "stream": "sheet", "gone": 0, "edited": 0} | GONE]
    assert ["“Sell cups”: corrected at shop from 5 to 3 as of 20 Nov; chance 44% → 39%."] == told(week, "moved")


def test_a_week_in_which_nothing_beyond_chance_happened_is_calm() -> None:
    """What luck moves is no news and has no line, whatever it is called now."""
    still = Week().add("cups", (0.44, 0.41)).add("mugs", (0.5, 0.55))
    fell = Week().add("cups", (0.42, 0.38), statuses=("on_track", "at_risk")).add("mugs", (0.5, 0.55))

    assert build_digest(still.data()).is_calm
    assert ["A calm week: no chance has moved by more than luck moves it."] == told(still, "moved")
    assert ["A calm week: no chance has moved by more than luck moves it."] == told(fell, "moved")
    assert ["Nothing needs a decision now."] == told(fell, "decision")


def test_a_fall_beyond_luck_is_news_and_asks_its_owner() -> None:
    """Who answers for it is named with the question; in Norwegian too."""
    week = Week("nb").add("cups", (0.6, 0.2), (3, 3), ("on_track", "at_risk"))
    week.owners["cups"] = "Kari"

    assert not build_digest(week.data()).is_calm
    assert ["«Sell cups»: står på 3 av 10; sjanse 60 % → 20 %, fra i rute til i faresonen."] == told(week, "moved")
    assert [
        "Kari, én beslutning: «Sell cups» er i faresonen (20 %). Skal målet, innsatsen eller planen endres?"
    ] == told(week, "decision")


def test_a_decision_made_since_answers_the_question() -> None:
    """What was decided after it came to its status is told; one from before is of another time."""
    week = Week().add("cups", (0.1, 0.1), statuses=("off_track", "off_track"))
    row = {"key_result_id": "cups", "author": "Kari", "text": "we stop"}
    asked = "One decision, and nobody's: “Sell cups” is off track (10%). Change the target, the effort or the plan?"

    week.tell("decisions", since=AGO, at=AGO - timedelta(days=1), **row)
    assert [asked] == told(week, "decision")
    week.rows["decisions"] = [{"since": AGO, "at": AGO + timedelta(days=1), **row}]
    assert ["“Sell cups” is off track; Kari decided on 17 Nov: “we stop”"] == told(week, "decision")


def test_what_is_missing_names_who_can_bring_it() -> None:
    """A source that fails stands first; its key results wait for it, others for their people."""
    week = Week().add("cups", (0.5, 0.5), (None, None), ("no_data", "no_data")).add("mugs", (0.5, 0.5))
    week.add("jars", (0.5, 0.5), kind="manual", observed_at=NOW - timedelta(days=20))
    week.add("lids", (0.5, 0.5), flags=["failing_source"], value=None)
    week.add("tins", (0.5, 0.5), flags=["stale"], observed_at=NOW - timedelta(days=9))
    week.owners |= {"cups": "Kari", "jars": "Ola"}
    assert [
        "Kari: “Sell cups” has no numbers yet.",
        "Ola: “Sell jars” waits for a number from you since 2 Nov (okr checkin jars).",
        "1 more is on the page.",
    ] == told(week, "missing")

    week.tell("freshness", source_id="till", stream="orders", state="failing", last_error="it answers 503")
    assert "The source till does not answer: it answers 503" == told(week, "missing")[0]
    assert ["Ola: “Sell jars” waits for a number from you since 2 Nov (okr checkin jars)."] == (
        told(week, "missing", owner="Ola")[1:]
    )
    assert ["No numbers are missing."] == told(Week().add("mugs", (0.5, 0.5)), "missing")


def test_what_looks_wrong_is_asked_about() -> None:
    """A number that jumped may be a slip of the keyboard; what the team has said is right is not asked again."""
    week = Week().add("mugs", (0.5, 0.5))
    row = {"source_id": "sheet", "subject": "shop.units_sold", "found": "12 on 2020-05-16: is that right?"}
    week.tell("quality", check_id="jump", state="found", **row).tell(
        "quality", check_id="jump", state="silenced", **row
    )

    assert ["Does this look right? sheet shop.units_sold: 12 on 2020-05-16: is that right?"] == told(week, "missing")


def test_a_target_that_was_changed_is_named_with_its_reason() -> None:
    """A chance of another target is no move of luck, nor of the numbers."""
    week = Week().add("cups", (0.5, 0.3), target=Decimal(12))
    week.before[0]["target"] = Decimal(10)
    edit = {"key_result_id": "cups", "reason": "a new stall", "old_target": Decimal(10), "new_target": Decimal(12)}
    week.tell("definitions_changed", at=NOW - timedelta(days=2), **edit)

    assert ["“Sell cups”: target changed from 10 to 12 (“a new stall”); from 3 to 5 of 12; chance 50% → 30%."] == told(
        week, "moved"
    )


def test_a_digest_never_has_more_than_ten_lines() -> None:
    """However much happened; what is left out is counted."""
    week = Week()
    for number in range(12):
        week.add(f"k{number}", (0.6, 0.02), (3, 3), ("on_track", "off_track"), flags=["stale"], observed_at=AGO)
        week.tell("freshness", source_id=f"s{number}", stream="x", state="failing", last_error="no")
    digest = build_digest(week.data())

    assert len(digest.lines) <= 9
    assert "9 other moves are on the page." in told(week, "moved")
    assert told(week, "decision")[0].endswith("11 more wait for the same.")


def test_first_numbers_are_news_and_no_luck() -> None:
    """A key result that begins to be measured was not moved by chance."""
    week = Week().add("cups", (0.5, 0.18), (None, 3), ("no_data", "off_track"))

    assert ["“Sell cups”: first number: 3 of 10; chance 50% → 18%, from no data to off track."] == told(week, "moved")


def test_what_has_no_chance_is_told_without() -> None:
    """Neither luck nor a chance is spoken of."""
    week = Week().add("cups", (None, None), (3, 3), ("on_track", "at_risk"))

    assert "“Sell cups”: stands at 3 of 10; from on track to at risk." == told(week, "moved")[-1]


def test_what_is_judged_by_what_came_before_has_numbers() -> None:
    """It is called so by its chance: its numbers are of before, and only this period's are not there yet."""
    week = Week().add("cups", (0.4, 0.1), (None, None), ("off_track", "off_track"))

    assert "“Sell cups” has no numbers of this period yet." in told(week, "missing")


def test_the_first_time_has_nothing_to_compare_with() -> None:
    """It says so, and is calm."""
    week = Week().add("cups", (None, 0.5))
    week.before.clear()

    assert ["This is the first time: next week there is something to compare with."] == told(week, "moved")


@pytest.mark.parametrize(("status", "words"), [("achieved", "achieved"), ("missed", "missed")])
def test_what_was_decided_is_news(status: str, words: str) -> None:
    """The end of a key result is told, without a chance."""
    week = Week().add("cups", (0.6, 1.0), (9, 10), ("on_track", status))

    assert [f"“Sell cups”: from 9 to 10 of 10; from on track to {words}."] == told(week, "moved")


def test_a_changed_status_is_a_message_of_its_own() -> None:
    """Each with the one before, and why it stands where it does."""
    week = Week().add("cups", (0.6, 0.2), statuses=("on_track", "at_risk"), explanation="We stand at 5.")
    data = week.data()
    digest = status_digest(data, [(data.page.scores[0], "on_track")])

    assert "Mugs & more: 1 status has changed" == digest.title
    assert ["“Sell cups” is at risk, before it was on track. We stand at 5."] == [line.text for line in digest.lines]


def test_both_languages_fill_in_the_same_words() -> None:
    """No text names a value in one language that the other leaves out."""
    import string

    names = [
        [sorted({field for _, field, _, _ in string.Formatter().parse(text) if field}) for text in pair]
        for pair in digest_messages.TEXTS.values()
    ]

    assert [] == [pair for pair in names if pair[0] != pair[1]]
