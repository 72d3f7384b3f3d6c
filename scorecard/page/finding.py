"""Ways to what one looks for on a page of many key results: by status, owner and tag, folded and without a script."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scorecard.i18n.page_messages import say
from scorecard.page.cards import Card
from scorecard.page.data import PageData
from scorecard.status import WORST_FIRST

MANY = 12
"""Key results that an overview of one table, and a page without folds, can still hold."""


@dataclass(frozen=True)
class Group:
    """One way to look: its name, and each value with the key results that have it, worst first."""

    title: str
    values: tuple[tuple[str | Markup, tuple[Card, ...]], ...]


def groups(data: PageData, cards: Sequence[Card]) -> tuple[Group, ...]:
    """Return the ways in; none on a page that is taken in at a glance. A way that tells nothing apart is left out."""
    if len(cards) <= MANY:
        return ()
    language = data.language
    by_status = {
        say(language, f"status.{status}"): [c for c in cards if c.score.status == status] for status in WORST_FIRST
    }
    by_owner = _by(cards, lambda card: (card.score.owner,) if card.score.owner else ())
    by_tag = _by(cards, lambda card: card.score.tags or ())
    found = (("status", by_status), ("owner", by_owner), ("tag", by_tag))
    return tuple(
        Group(say(language, f"find.{key}"), tuple((value, tuple(those)) for value, those in values.items() if those))
        for key, values in found
        if any(values.values())
    )


def _by(cards: Sequence[Card], words_of: Callable[[Card], Iterable[str]]) -> Mapping[str | Markup, list[Card]]:
    """Group by words that people wrote, in their order."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        for word in words_of(card):
            found.setdefault(word, []).append(card)
    return {Markup("<bdi>{}</bdi>").format(word): found[word] for word in sorted(found, key=str.casefold)}
