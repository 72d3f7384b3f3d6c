"""
Ways to what one looks for on a page: by status, owner and tag, each choice hiding what does not fit.

No script: a choice is a radio button, and the page's own style rules hide whatever lacks the class of one that is
chosen. Choices of several ways hold together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scorecard.i18n.page_messages import say
from scorecard.page.cards import Card
from scorecard.page.data import PageData
from scorecard.status import WORST_FIRST

MANY = 12
"""Key results that an overview of one table, and a page without folds, can still hold."""
FEWEST = 4
"""Fewer key results need no way to one of them."""


@dataclass(frozen=True)
class Choice:
    """A value to look for. key: the class of what has it. status: whose sign stands beside it, or nothing."""

    key: str
    label: str | Markup
    status: str
    count: int


@dataclass(frozen=True)
class Way:
    """One way to look: its name, and the values to choose from."""

    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Finder:
    """
    The ways of a page.

    classes: by key result, what its card and its row are marked with. rules: the style that hides by these.
    """

    ways: tuple[Way, ...]
    classes: Mapping[str, str]
    rules: str


def finder(data: PageData, cards: Sequence[Card]) -> Finder:
    """Return the ways in; a way that tells nothing apart is left out, and all of them where few have to be found."""
    if len(cards) < FEWEST:
        return Finder((), {}, "")
    owners = {row.objective_id: row.owner for row in data.roll_ups}
    words: Mapping[str, Callable[[Card], Iterable[str]]] = {
        "status": lambda card: (card.score.status,),
        "owner": lambda card: filter(None, (card.score.owner or owners.get(card.score.objective_id),)),
        "tag": lambda card: card.score.tags or (),
    }
    ways, marks = [], dict[str, list[str]]()
    for name, words_of in words.items():
        found = _by(cards, words_of)
        if all(len(those) == len(cards) for those in found.values()):
            continue
        order = WORST_FIRST if name == "status" else sorted(found, key=str.casefold)
        choices = []
        for n, word in enumerate((word for word in order if word in found), start=1):
            label = say(data.language, f"status.{word}") if name == "status" else Markup("<bdi>{}</bdi>").format(word)
            choices.append(Choice(f"{name[0]}{n}", label, word if name == "status" else "", len(found[word])))
            for card in found[word]:
                marks.setdefault(card.score.key_result_id, []).append(f"{name[0]}{n}")
        ways.append(Way(name, say(data.language, f"find.{name}"), tuple(choices)))
    for card in cards:
        marks.setdefault(card.score.key_result_id, [])
    keys = [choice.key for way in ways for choice in way.choices]
    return Finder(tuple(ways), {name: " ".join(own) for name, own in marks.items()}, "\n".join(map(_rule, keys)))


def _by(cards: Sequence[Card], words_of: Callable[[Card], Iterable[str]]) -> Mapping[str, list[Card]]:
    found: dict[str, list[Card]] = {}
    for card in cards:
        for word in words_of(card):
            found.setdefault(word, []).append(card)
    return found


def _rule(key: str) -> str:
    """Hide what neither has a class nor holds anything that has it, once it is chosen."""
    return f":root:has(#f-{key}:checked) .it:not(.{key},:has(.{key})){{display:none}}"
