"""Every text exists in both languages and is a whole sentence in each count."""

from string import Formatter

import pytest

from scorecard.page_words import TEXTS, Language, count, say
from scorecard.status import Flag, Status


def placeholders(text: str) -> set[str]:
    """Names that a text wants filled."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key: str) -> None:
    """Both forms of a text are there and take the same values."""
    norwegian, english = TEXTS[key]

    assert norwegian.strip() == norwegian != ""
    assert english.strip() == english != ""
    assert placeholders(norwegian) == placeholders(english) or key.endswith(".one")


@pytest.mark.parametrize("key", [key.removesuffix(".one") for key in TEXTS if key.endswith(".one")])
def test_counted_texts_have_both_forms(key: str) -> None:
    """A text with a form for one has a form for many, which names the number."""
    assert "n" in placeholders(TEXTS[f"{key}.many"][0]) & placeholders(TEXTS[f"{key}.many"][1])


def test_every_status_and_flag_has_words() -> None:
    """No status and no flag can reach the page without a word for it."""
    wanted = [f"{kind}.{status}" for kind in ("status", "first", "next") for status in Status]
    said = {key.removesuffix(".one").removesuffix(".many") for key in TEXTS}

    assert [] == [key for key in [*wanted, *(f"flag.{flag}" for flag in Flag)] if key not in said]


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("nb", 1, "1 dag igjen"),
        ("nb", 0, "0 dager igjen"),
        ("nb", 2, "2 dager igjen"),
        ("en", 1, "1 day left"),
        ("en", 0, "0 days left"),
        ("en", 38, "38 days left"),
    ],
)
def test_counts_pick_their_form(language: Language, n: int, expected: str) -> None:
    """One takes its own form, every other number the other."""
    assert expected == count(language, "days_left", n)


def test_values_are_escaped() -> None:
    """What is filled in stays text."""
    assert "Objective: &lt;b&gt;" == say("en", "objective", title="<b>")
