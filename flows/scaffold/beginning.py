"""What a new project folder begins with: the answers that `okr init` is given, by options or in a conversation."""

from dataclasses import dataclass

from scorecard.i18n.language import Language

WEEKS = 6


@dataclass(frozen=True)
class Beginning:
    """
    The answers.

    things: what is sold, in the plural; empty: units. weeks: how long the period is from today, None for as long as the
    last one, else six. sales, visitors, followers: targets. shop, analytics, social: names of connectors to come.
    """

    language: Language = "en"
    things: str = ""
    weeks: int | None = None
    sales: int = 10
    visitors: int = 50
    followers: int = 500
    shop: str = ""
    analytics: str = ""
    social: tuple[str, ...] = ()

    @property
    def connectors(self) -> tuple[str, ...]:
        """The connectors to come, in the order they were named."""
        return tuple(filter(None, (self.shop, self.analytics, *self.social)))
