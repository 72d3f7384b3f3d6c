"""The page of addresses that work by themselves: the page, the wall, the calendar, a badge for each key result."""

from collections.abc import Sequence
from dataclasses import dataclass

from scorecard.i18n.language import Language
from scorecard.page.render import fill


@dataclass(frozen=True)
class Share:
    """
    Something with an address of its own.

    key: the text that names it, or else its title. path: the address on this server. address: the whole of it.
    """

    key: str
    title: str
    path: str
    address: str


def render_shares(offers: Sequence[Share], badges: Sequence[Share], *, language: Language, back: str) -> str:
    """Render the page; back: where the report page is."""
    return fill("shares.html.j2", language, images="'self'", language=language, offers=offers, badges=badges, back=back)
