"""A period's retrospective as a page: the words of the Markdown, and the charts as the report page draws them."""

from scorecard.closing.retrospective import Closing, blocks
from scorecard.i18n.page_messages import say
from scorecard.page.render import fill


def retrospective_page(closing: Closing) -> str:
    """Render the page: one HTML file that needs nothing else."""
    return fill(
        "retrospective.html.j2",
        closing.language,
        language=closing.language,
        blocks=blocks(closing),
        pictures=closing.pictures,
        made_by=say(closing.language, "made_by.short", version=closing.page.version),
    )
