"""
Ways to what one looks for on a page: by status, owner and tag, each choice hiding what does not fit.

No script: a choice is a radio button, and the page's own style rules hide whatever lacks the class of one that is
chosen. Choices of several ways hold together. A served page is fetched again now and then, and a browser forgets what
was chosen: there each choice is a link to the page with it (`flows.serve.choices`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

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
    """
    A value to look for.

    key: the class of what has it. value: what it is called in an address. status: whose sign stands beside it, or
    nothing.
    """

    key: str
    value: str
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

    classes: by key result, what its card and its row are marked with. places: by objective, what everything about it is
    marked with. rules: the style that hides by these.
    """

    ways: tuple[Way, ...]
    classes: Mapping[str, str]
    places: Mapping[str, str]
    rules: str


def finder(data: PageData, cards: Sequence[Card]) -> Finder:
    """Return the ways in; a way that tells nothing apart is left out, and all of them where few have to be found."""
    if len(cards) < FEWEST:
        return Finder((), {}, {}, "")
    owners = {row.objective_id: row.owner for row in data.roll_ups}
    words: Mapping[str, Callable[[Card], Iterable[str]]] = {
        "status": lambda card: (card.score.status,),
        "owner": lambda card: filter(None, (card.score.owner or owners.get(card.score.objective_id),)),
        "tag": lambda card: card.score.tags or (),
    }
    ways: list[Way] = []
    marks: dict[str, list[str]] = {card.score.key_result_id: [] for card in cards}
    for name, words_of in words.items():
        found = _by(cards, words_of)
        if all(len(those) == len(cards) for those in found.values()):
            continue
        order = WORST_FIRST if name == "status" else sorted(found, key=str.casefold)
        choices = []
        for n, word in enumerate((word for word in order if word in found), start=1):
            label = say(data.language, f"status.{word}") if name == "status" else Markup("<bdi>{}</bdi>").format(word)
            choices.append(Choice(f"{name[0]}{n}", word, label, word if name == "status" else "", len(found[word])))
            for card in found[word]:
                marks[card.score.key_result_id].append(f"{name[0]}{n}")
        ways.append(Way(name, say(data.language, f"find.{name}"), tuple(choices)))
    places = {row.objective_id: f"j{n}" for n, row in enumerate(data.roll_ups, start=1)}
    rules = [_rule(choice.key) for way in ways for choice in way.choices]
    for several, bare in _bare(places, cards, marks).items():
        chosen = "".join(f":has(#f-{key}:checked)" for key in several)
        rules.append(f":root{chosen} :is({','.join(f'.{place}' for place in bare)}){{display:none}}")
    return Finder(tuple(ways), {name: " ".join(own) for name, own in marks.items()}, places, "\n".join(rules))


def _bare(
    places: Mapping[str, str], cards: Sequence[Card], marks: Mapping[str, Sequence[str]]
) -> Mapping[tuple[str, ...], Sequence[str]]:
    """Return by choices of several ways the objectives in which each of them fits a key result, and no one fits all."""
    found: dict[tuple[str, ...], list[str]] = {}
    for objective_id, place in places.items():
        own = [set(marks[c.score.key_result_id]) for c in cards if c.score.objective_id == objective_id]
        keys = sorted(set().union(*own))
        for several in chain(combinations(keys, 2), combinations(keys, 3)):
            apart = len({key[0] for key in several}) == len(several)
            if apart and not any(marked.issuperset(several) for marked in own):
                found.setdefault(several, []).append(place)
    return found


def _by(cards: Sequence[Card], words_of: Callable[[Card], Iterable[str]]) -> Mapping[str, list[Card]]:
    found: dict[str, list[Card]] = {}
    for card in cards:
        for word in words_of(card):
            found.setdefault(word, []).append(card)
    return found


def _rule(key: str) -> str:
    """Hide what neither has a class nor holds anything that has it, once it is chosen."""
    return f":root:has(#f-{key}:checked) .it:not(.{key},:has(.{key})){{display:none}}"
