"""The sentences of an answer."""

import math
from dataclasses import replace
from datetime import date

import pytest

from scorecard.effects.answer import Answer, Chance, Days, sentence_of_plan, sentences
from scorecard.effects.estimate import Effect
from scorecard.i18n.formats import Unit

DAYS = Days(date(2026, 10, 12), date(2026, 10, 25), 14, 14)
MORE = Effect(57.0, 8.0, 3.0, 14.0, 43.0, 49.0, 54.0, 9.0)
FEWER = Effect(2.0, 30.0, 20.0, 40.0, -38.0, -28.0, -18.0, 15.0)
UNCLEAR = Effect(8.0, 6.0, 1.0, 11.0, -3.0, 2.0, 7.0, 9.0)
ANSWER = Answer(("Campaign",), "shop.orders", "orders", Unit("en", "count"), DAYS, MORE)


def plain(answer: Answer) -> str:
    """Join what is said, its spaces all alike."""
    return " ".join(sentences(answer)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (
            MORE,
            ("57 came, about 8 would have come anyway. That is 49 more (43 to 54), 613% more than was to be expected."),
        ),
        (
            FEWER,
            (
                "2 came, about 30 would have come otherwise. That is 28 less (18 to 38), 93% less than was to be"
                " expected."
            ),
        ),
        (
            UNCLEAR,
            (
                "cannot tell; only more than 9 extra would have shown. 8 came, and anything from 1 to 11 could have"
                " come anyway."
            ),
        ),
        (
            replace(UNCLEAR, detectable=math.inf),
            "cannot tell; nothing came before that it could be held against.",
        ),
    ],
)
def test_each_verdict_has_its_words(effect: Effect, said: str) -> None:
    """More, less, or that nobody can tell; a loss is written without a minus."""
    assert f"orders, 12 October 2026 to 25 October 2026: {said}" == plain(replace(ANSWER, effect=effect))


def test_what_limits_it_is_said_with_it() -> None:
    """Days that have not come, days that nobody knows, a control, other events, and the chance of key results."""
    said = plain(
        replace(
            ANSWER,
            names=("Campaign", "Letter"),
            days=Days(DAYS.first, DAYS.last, 10, 8),
            control="visits",
            narrow=0.5,
            chances=(Chance("sales", "Sell 40", 0.62, 0.31),),
        )
    )

    assert said.endswith(
        "«Campaign», «Letter» overlap and are told as one event. It is not over: 10 of 14 days count. 8 of 10 days are"
        " known; the rest are left out on both sides. Held against visits, which leaves 50% of the uncertainty."
        " The chance of «Sell 40» is 62%; without this it would be 31%."
    )


def test_a_plan_says_what_comes_anyway_and_what_it_takes() -> None:
    """In money and in Norwegian too; where nothing has come, nobody knows."""
    plan = replace(ANSWER, names=(), unit=Unit("nb", "NOK"), title="salg")

    assert (
        "salg: rundt 8 kr kommer uansett på 14 dager (3 kr til 14 kr). En hendelse må bringe mer enn 9 kr ekstra"
        " (+113 %) for å vise seg fire av fem ganger."
    ) == sentence_of_plan(plan).replace("\N{NO-BREAK SPACE}", " ")
    assert "ingenting er kommet før" in sentence_of_plan(replace(plan, effect=replace(MORE, detectable=math.inf)))
