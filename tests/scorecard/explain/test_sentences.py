"""A score in one or two plain sentences, in both languages (scorecard.explain.sentences)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
START = date(2020, 4, 27)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("left", "nb", "en"),
    [
        (0.5, "og i dag er siste dag.", "and today is the last day."),
        (1, "og én dag er igjen.", "and one day is left."),
        (2, "og 2 dager er igjen.", "and 2 days are left."),
    ],
)
def test_days_left(nothing: Case, kr: Define, left: float, nb: str, en: str) -> None:
    """The last day, one day and several days are said each in its own way."""
    landed = {"loaded_at": datetime(2020, 4, 28, tzinfo=UTC)}
    case = nothing.daily("kasse.sales", START, [1] * 37, **landed).daily("kasse.calls", START, [9] * 37, **landed)
    ratio = {"kind": "ratio", "numerator": "kasse.sales", "denominator": "kasse.calls", "target": 0.5}
    as_of = datetime(2020, 6, 5, 22, tzinfo=UTC) - timedelta(days=left)

    sentences = [case.row(kr(**ratio, language=word), as_of=as_of)["explanation"] for word in ("nb", "en")]

    assert [sentence.endswith(end) for sentence, end in zip(sentences, (nb, en), strict=True)] == [True, True]


def test_a_score_in_words(nothing: Case, kr: Define) -> None:
    """Numbers, money and shares are written as the language does, with spaces that do not break."""
    case = nothing.seen("shop.net_revenue", START, "1234567.9", currency="NOK")
    row = case.row(kr(metric="shop.net_revenue", target=5_000_000, language="nb"))
    english = case.row(kr(metric="shop.net_revenue", target=5_000_000))

    assert row["explanation"].startswith(
        f"Vi står på 1{NBSP}234{NBSP}568{NBSP}kr mot målet 5{NBSP}000{NBSP}000{NBSP}kr: "
        f"25{NBSP}% av veien, med 50{NBSP}% av tiden brukt. Det trengs 190{NBSP}000{NBSP}kr om dagen de neste 20 "
    )
    assert english["explanation"].startswith(
        f"We stand at NOK{NBSP}1,234,568 against a target of NOK{NBSP}5,000,000: 25% of the way, "
    )


def test_an_undecided_chance_is_never_nothing(nothing: Case, kr: Define) -> None:
    """A chance that rounds to 0 is written as less than 1 percent, or 1 in 10, until it is decided."""
    orders = nothing.daily("shop.orders", START, [1] * 20)
    visits = orders.daily("web.visits", START, [100] * 20)

    total = orders.row(kr(metric="shop.orders", target=9999))["explanation"]
    ratio = visits.row(kr(kind="ratio", metric="web.conversion_rate", target=0.9))["explanation"]

    assert "lately 1 a day. Chance less than 1 in 10." in total
    assert "The chance of reaching the target is <1%" in ratio


@pytest.mark.parametrize(
    ("words", "language", "sentence"),
    [
        ({"at_least": 30}, "en", "The requirement of at least 30 was kept in 1 of 2 weeks; the last one came to 35."),
        ({"at_least": 30}, "nb", "Kravet minst 30 er holdt i 1 av 2 uker; den siste endte på 35."),
        ({"at_most": 30}, "en", "The requirement of at most 30 was kept in 1 of 2 weeks; the last one came to 35."),
        ({"between": [30, 40]}, "nb", "Kravet mellom 30 og 40 er holdt i 1 av 2 uker; den siste endte på 35."),
    ],
)
def test_bands_in_words(nothing: Case, kr: Define, words: dict[str, Any], language: str, sentence: str) -> None:
    """A band tells how often it was kept."""
    case = nothing.seen("web.visitors", START, 20, grain="week").seen(
        "web.visitors", date(2020, 5, 4), 35, grain="week"
    )

    row = case.row(kr(kind="window", every="week", metric="web.visitors", language=language, **words))

    assert row["explanation"].startswith(sentence)


def test_a_ceiling_and_a_range_in_words(nothing: Case, kr: Define) -> None:
    """A sum with a ceiling tells the ceiling."""
    case = nothing.daily("shop.refunds", START, [1] * 20, currency="NOK")

    ceiling, both = (case.row(kr(metric="shop.refunds", **words)) for words in ({"at_most": 30}, {"between": [10, 30]}))

    assert ceiling["explanation"].startswith(f"We stand at NOK{NBSP}20, and the limit is NOK{NBSP}30.")
    assert both["explanation"].startswith(
        f"We stand at NOK{NBSP}20, and the range is between NOK{NBSP}10 and NOK{NBSP}30."
    )


def test_a_level_kept_in_words(nothing: Case, kr: Define) -> None:
    """A level kept within a band counts days."""
    row = nothing.daily("social.followers", START, [5] * 19 + [4]).row(
        kr(kind="level", metric="social.followers", at_least=5)
    )

    assert row["explanation"].startswith("The requirement of at least 5 was kept on 19 of 20 days; the value is now 4.")


def test_no_data_in_words(nothing: Case, kr: Define) -> None:
    """Without numbers the sentence says whose chance it tells."""
    row = nothing.row(kr(metric="shop.orders", target=9, confidence=7, language="nb"))

    assert f"Ingen tall er kommet ennå, så sjansen er teamets egen: 70{NBSP}%." == row["explanation"]


LAST_EVENING = datetime(2020, 6, 5, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sales", "words", "end"),
    [
        ([2] * 40, {"target": 40, "reached": "ever"}, f"The target was reached on 16{NBSP}May{NBSP}2020."),
        ([2] * 40, {"target": 80}, "The target is reached."),
        ([1] * 40, {"target": 80}, "The target was not reached."),
        ([2] * 30, {"target": 80}, "The target was not reached, but a grade of 0.75 counts as good."),
    ],
)
def test_the_end_in_words(nothing: Case, kr: Define, sales: list[int], words: dict[str, Any], end: str) -> None:
    """What was reached has its day where it counts from the first time on; what was missed may have a good grade."""
    case = nothing.daily("shop.orders", START, sales + [0] * (40 - len(sales)))

    assert case.row(kr(metric="shop.orders", **words), as_of=LAST_EVENING)["explanation"].endswith(end)


def test_reached_before_the_end_in_words(nothing: Case, kr: Define) -> None:
    """Orders never fall: it is said at once, and no chance any more."""
    explanation = nothing.daily("shop.orders", START, [3] * 20).row(kr(metric="shop.orders", target=40))["explanation"]

    assert (
        "We stand at 60 against a target of 40: 150% of the way, with 50% of the time gone. The target is reached."
    ) == explanation


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"kind": "level", "metric": "sheet.nobody", "target": 5}, "there are no numbers for sheet.nobody yet"),
        ({"kind": "manual", "target": 5}, "nobody has checked in a value yet"),
        ({"kind": "milestone", "steps": [{"title": "a", "done": None}]}, ""),
        ({"metric": "shop.orders", "target": 5, "start": date(2020, 6, 1)}, "the period has not begun"),
        (
            {"kind": "window", "metric": "shop.orders", "every": "month", "at_least": 9},
            "no full window has been completed yet",
        ),
    ],
)
def test_why_something_is_missing(nothing: Case, kr: Define, words: dict[str, Any], reason: str) -> None:
    """A row without a value or a progress says why; one with both says nothing."""
    assert reason == nothing.daily("shop.orders", START, [1] * 20).row(kr(**words))["reason"]
