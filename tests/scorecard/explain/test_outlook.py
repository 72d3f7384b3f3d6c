"""What it takes and what there is, in whole sentences."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okr_config.metrics import BUILT_IN
from okr_config.models import Definition
from scorecard.explain.outlook import in_tenths
from scorecard.explain.outlook import outlook as say_outlook
from scorecard.scoring import foresee

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
START = date(2020, 4, 27)
HALFWAY = datetime(2020, 5, 16, 22, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"


def outlook(case: Case, definition: Definition, **words: Any) -> str:  # noqa: ANN401 - as row()
    """Return the sentence of one key result, its chance left out: that is the forecast's business."""
    said: str = case.row(definition, **words)["outlook"]
    return re.sub(r", [^,;]* expected$", "", re.split(r"\. (?:Chance|Sjanse)", said)[0])


@pytest.mark.parametrize(
    ("sales", "target", "sentence"),
    [
        ([1, 0, 1, 0] * 5, 24, "Needs 0.7 a day for the next 20 days; lately 0.5 a day"),
        ([1, 0, 0, 0] * 5, 8, "Needs 1.1 a week for the next 20 days; lately 1.5 a week"),
        ([30] * 20, 1800, "Needs 60 a day for the next 20 days; lately 30 a day"),
        ([0] * 20, 20, "Needs 1 a day for the next 20 days; lately 0 a day"),
        ([0] * 19 + [1], 2, "Needs 0.4 a week for the next 20 days; lately 0.5 a week"),
    ],
)
def test_a_sum(nothing: Case, kr: Define, sales: list[int], target: int, sentence: str) -> None:
    """A sum needs so much a day, or a week where a day is too short to count in."""
    case = nothing.daily("kasse.sales", START, sales)

    assert sentence == outlook(case, kr(metric="kasse.sales", target=target))


def test_in_norwegian(nothing: Case, kr: Define) -> None:
    """The same in the other language."""
    case = nothing.daily("kasse.sales", START, [1, 0, 1, 0] * 5)

    said = outlook(case, kr(metric="kasse.sales", target=24, language="nb"))

    assert "Det trengs 0,7 om dagen de neste 20 dagene; i det siste 0,5 om dagen" == said


def test_the_present_pace_is_that_of_the_last_fortnight(nothing: Case, kr: Define) -> None:
    """Older days do not count, days before the period do."""
    case = nothing.daily("kasse.sales", START - timedelta(days=20), [9] * 12 + [1] * 28)

    assert "Needs 2.5 a day for the next 20 days; lately 1 a day" == outlook(case, kr(metric="kasse.sales", target=70))


@pytest.mark.parametrize(
    ("language", "country", "told"),
    [
        (
            "en",
            "NO",
            "4 public holidays before it is due, the first on 17\N{NO-BREAK SPACE}May, count as a fifth of a day each.",
        ),
        (
            "nb",
            "NO",
            "4 helligdager før fristen, den første 17.\N{NO-BREAK SPACE}mai, regnes som en femtedels dag hver.",
        ),
        ("en", "GB-ENG", "25\N{NO-BREAK SPACE}May is a public holiday and counts as a fifth of a day."),
        ("nb", "GB-ENG", "25.\N{NO-BREAK SPACE}mai er helligdag og regnes som en femtedels dag."),
        ("en", "", ""),
    ],
)
def test_public_holidays_to_come(nothing: Case, kr: Define, language: str, country: str, told: str) -> None:
    """Those before it is due are told where the project names a country, and the chance is the smaller for them."""
    case = nothing.daily("kasse.sales", START, [30] * 20)
    plain, known = (
        case.row(kr(metric="kasse.sales", target=1210, language=language, country=where)) for where in ("", country)
    )

    assert told == re.split(r"(?:Chance|Sjanse:) \d+ (?:in|av) 10\. ?", known["outlook"])[1]
    assert (known["probability"] < plain["probability"]) is bool(country)


def test_a_stock_that_is_to_grow(nothing: Case, kr: Define) -> None:
    """A stock needs so much more."""
    case = nothing.daily("social.followers", START, range(100, 140, 2))

    said = outlook(case, kr(kind="level", metric="social.followers", target=200, baseline="measured"))

    assert "Needs 3.1 more a day for the next 20 days; lately 2 more a day" == said


def test_a_stock_that_is_to_fall(nothing: Case, kr: Define) -> None:
    """A falling target needs so much less, and may have the opposite."""
    own = {"kind": "level", "metric": "social.followers", "baseline": 100, "target": 90, "direction": "decrease"}

    said = outlook(nothing.daily("social.followers", START, range(100, 120)), kr(**own))

    assert "Needs 1.5 less a day for the next 20 days; lately 1 more a day" == said


def test_a_ceiling(nothing: Case, kr: Define) -> None:
    """A sum with a ceiling has room."""
    case = nothing.daily("shop.refunds", START, [10] * 20, currency="NOK")

    said = outlook(case, kr(metric="shop.refunds", at_most=300))

    assert f"Room for NOK{NBSP}5 a day for the next 20 days; lately NOK{NBSP}10 a day" == said


def test_the_last_week(nothing: Case, kr: Define) -> None:
    """A window needs its target at the end, and has the average of the closed ones."""
    case = nothing.seen("web.visitors", START, 20, grain="week").seen(
        "web.visitors", date(2020, 5, 4), 36, grain="week"
    )

    said = outlook(case, kr(kind="window", every="week", metric="web.visitors", target=50))

    assert "Needs 50 a week at the end; lately 28 a week" == said


@pytest.mark.parametrize(
    ("judge", "sentence"),
    [
        ("best", "Needs 50 a week once in 3 weeks; lately 28 a week"),
        ("mean", "Needs 65 a week for 3 weeks; lately 28 a week"),
    ],
)
def test_other_judges_of_weeks(nothing: Case, kr: Define, judge: str, sentence: str) -> None:
    """The best week needs it once, the mean needs what the weeks so far lack."""
    case = nothing.seen("web.visitors", START, 20, grain="week").seen(
        "web.visitors", date(2020, 5, 4), 36, grain="week"
    )

    assert sentence == outlook(case, kr(kind="window", every="week", judge=judge, metric="web.visitors", target=50))


def test_the_last_day(nothing: Case, kr: Define) -> None:
    """On the last day all of it is needed today."""
    landed = datetime(2020, 4, 28, tzinfo=UTC)
    case = nothing.daily("kasse.sales", START, [1] * 39, loaded_at=landed)
    as_of = datetime(2020, 6, 5, 10, tzinfo=UTC)

    assert "Needs 3 today; lately 1 a day" == outlook(case, kr(metric="kasse.sales", target=42), as_of=as_of)


def test_little_data_is_said(nothing: Case, kr: Define) -> None:
    """Under seven observed days the plan does the talking, and the sentence says so."""
    few, many = (nothing.daily("kasse.sales", START, [1] * days) for days in (6, 20))
    row = few.row(kr(metric="kasse.sales", target=24), as_of=datetime(2020, 5, 2, 22, tzinfo=UTC))

    assert row["outlook"].endswith("in 10. Only 6 days of data: the chance is mostly the team's own estimate.")
    assert row["explanation"].endswith(row["outlook"])
    assert "Only" not in many.row(kr(metric="kasse.sales", target=24))["outlook"]


@pytest.mark.parametrize(
    ("language", "confidence", "sentence"),
    [
        ("en", 2, "Only 4 days of data, which alone give 5 in 10; the team's own estimate lowers it."),
        ("en", 9, "Only 4 days of data, which alone give 5 in 10; the team's own estimate raises it."),
        ("en", 5, "Only 4 days of data; the team's own estimate is counted in and says the same."),
        ("nb", 2, "Bare 4 dager med tall, som alene gir 5 av 10; teamets eget anslag trekker ned."),
        ("nb", 9, "Bare 4 dager med tall, som alene gir 5 av 10; teamets eget anslag trekker opp."),
        ("nb", 5, "Bare 4 dager med tall; teamets eget anslag er regnet med og sier det samme."),
    ],
)
def test_a_word_that_was_pooled_is_told(
    nothing: Case, kr: Define, language: str, confidence: int, sentence: str
) -> None:
    """What the numbers alone give stands beside the chance, and which way the team moves it."""
    definition = kr(metric="kasse.sales", target=40, language=language, confidence=confidence)
    row = nothing.daily("kasse.sales", START, [1] * 4).row(definition, as_of=datetime(2020, 4, 30, 22, tzinfo=UTC))

    assert row["outlook"].replace(NBSP, " ").endswith(sentence)
    assert row["explanation"].endswith(row["outlook"])


@pytest.mark.parametrize(("then", "more"), [(9, "more"), (3, "more"), (1, "less")])
def test_last_year_is_said(nothing: Case, kr: Define, then: int, more: str) -> None:
    """What the same days brought a year ago is told where it changes what is expected."""
    a_year = [2] * 400
    a_year[-364:-304] = [then] * 60
    case = nothing.daily("kasse.sales", START - timedelta(days=380), a_year)
    said = case.row(kr(metric="kasse.sales", target=90))["outlook"]

    assert said.endswith(f"in 10. Last year these days brought {more} than those before them.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"at_least": 7}, "Needs at least 7 in 2 of 3 weeks left. Chance "),
        ({"between": [5, 9], "judge": "share"}, "Needs between 5 and 9 in 2 of 3 weeks left. Chance "),
        ({"at_least": 7, "need": 0.4}, "Kept often enough already."),
        ({"at_least": 7, "language": "nb"}, "Det trengs minst 7 i 2 av 3 uker som gjenstår. Sjanse: "),
        ({"every": "day", "at_most": 1}, "Needs at most 1 on 8 of 20 days left. Chance "),
    ],
)
def test_what_keeping_to_a_band_takes(nothing: Case, kr: Define, words: dict[str, Any], sentence: str) -> None:
    """So many of the windows left must keep to it still: with one sale a day two of two weeks have."""
    row = nothing.daily("kasse.sales", START, [1] * 20).row(
        kr(**{"kind": "window", "every": "week", "metric": "kasse.sales"} | words)
    )

    assert row["outlook"].startswith(sentence)
    assert row["explanation"].endswith(row["outlook"])


@pytest.mark.parametrize(
    "words",
    [
        {"metric": "kasse.sales", "target": 3},
        {"kind": "window", "metric": "kasse.sales", "at_least": 30, "need": 1.0},
        {"kind": "milestone", "steps": [{"title": "a"}]},
    ],
)
def test_nothing_to_say(nothing: Case, kr: Define, words: dict[str, Any]) -> None:
    """What is reached, can be kept no more or has no chance gets no such sentence."""
    row = nothing.daily("kasse.sales", START, [1] * 20).row(kr(**words))

    assert "" == row["outlook"]


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0005, "less than 1 in 10"),
        (0.07, "1 in 10"),
        (0.5, "5 in 10"),
        (0.94, "9 in 10"),
        (0.99, "more than 9 in 10"),
    ],
)
def test_tenths(probability: float, words: str) -> None:
    """A chance is so many of ten, its ends left open."""
    assert words == in_tenths("en", probability)


@pytest.mark.parametrize(
    ("probability", "middle", "sentence"),
    [
        (0.3, 16.0, "Needs 0.4 a day for the next 20 days; lately 0.5 a day, 0.3 a day expected. Chance 3 in 10."),
        (0.3, None, "Needs 0.4 a day for the next 20 days; lately 0.5 a day. Chance 3 in 10."),
        (0.6, 19.0, "Needs 0.4 a day for the next 20 days; lately 0.5 a day. Chance 6 in 10."),
    ],
)
def test_a_pace_that_promises_too_much(
    nothing: Case, kr: Define, probability: float, middle: float | None, sentence: str
) -> None:
    """Where the present pace would do and the chance says otherwise, what is foreseen stands beside it."""
    case = nothing.daily("kasse.sales", START, [1, 0, 1, 0] * 5)
    (one,) = foresee([kr(metric="kasse.sales", target=18)], case.evidence, as_of=HALFWAY, metrics=BUILT_IN)

    assert sentence == say_outlook(one.case.standing, probability, one.forecast, middle=middle)
