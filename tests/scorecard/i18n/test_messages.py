"""Whole sentences, in both languages (.agenda_texts, .effect_texts, .outlook_texts, .scenario_texts, .language)."""

from string import Formatter

import pytest

from scorecard.i18n.messages import TEXTS, count, in_language


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key: str) -> None:
    """Both fill in the same values, and a sentence about a score begins with a capital and ends with a full stop."""
    nb, en = TEXTS[key]

    assert _names(nb) == _names(en)
    if key.startswith(("now.", "ended.", "then.")):
        assert all(text[0] in "{0123456789" or text[0].isupper() for text in (nb, en))
        assert all(text.endswith(".") for text in (nb, en))


def test_every_one_has_its_many() -> None:
    """Whatever is counted has both forms."""
    assert {key.removesuffix(".one") for key in TEXTS if key.endswith(".one")} == {
        key.removesuffix(".many") for key in TEXTS if key.endswith(".many")
    }


@pytest.mark.parametrize(
    ("n", "nb", "en"),
    [(0, "0 uker", "0 weeks"), (1, "1 uke", "1 week"), (2, "2 uker", "2 weeks"), (9, "9 uker", "9 weeks")],
)
def test_counted_nouns(n: int, nb: str, en: str) -> None:
    """One is one, everything else is many."""
    assert [nb, en] == [count("nb", "count.week", n), count("en", "count.week", n)]


@pytest.mark.parametrize(
    ("title", "told"), [("Salg", "Salg"), ({"nb": "Salg", "en": "Sales"}, "Sales"), ({"nb": "Salg"}, "Salg")]
)
def test_titles(title: str | dict[str, str], told: str) -> None:
    """A title in the asked language, else in the one it has."""
    assert told == in_language(title, "en")  # type: ignore[arg-type]  # literal keys
