"""Words that help someone who mistyped."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest choice, or nothing where none is near."""
    near = nearest(word, choices)
    return f"did you mean '{near}'?" if near else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice nearest to a word, letter case apart; None where none is near."""
    by_folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def listing(choices: Iterable[str], *, at_most: int = 8) -> str:
    """Return the first few choices, with `...` where there are more."""
    words = list(choices)
    return ", ".join([*words[:at_most], *(["..."] if len(words) > at_most else [])])
