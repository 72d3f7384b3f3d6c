"""Sentences in both tongues (scorecard.i18n.card_texts, .flag_texts, .page_messages, .record_texts, .sharing_texts)."""

import os
from pathlib import Path
from string import Formatter

import pytest

from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import TEXTS, count, say
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
    wanted = [f"{kind}.{status}" for kind in ("status", "only", "first", "next") for status in Status]
    said = {key.removesuffix(".one").removesuffix(".many") for key in TEXTS}

    assert [] == [key for key in [*wanted, *(f"flag.{flag}" for flag in Flag)] if key not in said]


def counted(language: Language) -> list[str]:
    """Write every sentence that has a number in it, with none, one, two and many."""
    values = {
        "of": 21, "names": "butikk, besok", "low": "70 %", "high": "80 %", "when": "19. nov.", "last": "I rute",
        "source": "brev", "chances": 6, "brier": "0,064", "said": "66 %", "came": "50 %",
    }  # fmt: skip
    keys = [key.removesuffix(".one") for key in TEXTS if key.endswith(".one")]
    return [f"{key} {n}: {count(language, key, n, hits=min(n, 1), **values)}" for key in keys for n in (0, 1, 2, 21)]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_count_makes_a_whole_sentence(language: Language) -> None:
    """None, one, two and many are as someone who speaks the language has read them, in `counted.<language>.txt`."""
    file = Path(__file__).with_name(f"counted.{language}.txt")
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in counted(language)]
    if "OKR_RENEW" in os.environ:
        file.write_text("\n".join(lines) + "\n", "utf-8")

    assert file.read_text("utf-8").splitlines() == lines


@pytest.mark.parametrize("key", TEXTS)
def test_texts_are_fit_to_print(key: str) -> None:
    """No double space, no straight quotes around words, no space before a full stop; the tilde is never shown."""
    for language in ("nb", "en"):
        text = say(language, key, **dict.fromkeys(placeholders(TEXTS[key][0]) | placeholders(TEXTS[key][1]), "x"))
        assert "~" not in text
        assert "  " not in text
        assert '"' not in text
        assert " ." not in text


def test_values_are_escaped() -> None:
    """What is filled in stays text."""
    assert "Objective: &lt;b&gt;" == say("en", "objective", title="<b>")
