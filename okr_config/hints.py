"""Words that help someone who mistyped; every hint about a name is made here."""

import difflib
from collections.abc import Iterable
from itertools import islice

_LONGEST_WORD = 100
_MOST_CHOICES = 1000
"""A name is shorter, and they are fewer: what is compared with what costs no more than this, whatever a file holds."""


def name_hint(word: str, known: Iterable[str], *, at_most: int = 12) -> str:
    """Return "did you mean 'x'?" for the nearest known name; where none is near, the first few there are."""
    names = list(known)
    return did_you_mean(word, names) or f"there are: {listing(names, at_most=at_most) or 'none'}"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest choice, or nothing where none is near."""
    near = nearest(word, choices)
    return f"did you mean '{near}'?" if near else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice nearest to a word, letter case apart; None where none is near, or the word is no name."""
    if len(word) > _LONGEST_WORD:
        return None
    names = (choice for choice in choices if len(choice) <= _LONGEST_WORD)
    by_folded = {choice.casefold(): choice for choice in islice(names, _MOST_CHOICES)}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def listing(choices: Iterable[str], *, at_most: int = 8) -> str:
    """Return the first few choices, with `...` where there are more."""
    words = list(choices)
    return ", ".join([*words[:at_most], *(["..."] if len(words) > at_most else [])])
