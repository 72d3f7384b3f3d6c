"""Who is told what: an entry under `notify` in project.yaml."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from okr_config.fields import Model

Occasion = Literal["digest", "status", "reminder"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class NotifySettings(Model):
    """Where messages go, and which; runs send them, each once."""

    to: SecretStr
    """
    Where to: the webhook of Slack, Teams or Discord, mailto://user:password@host, or whatever apprise knows; from a
    variable, since it is a secret: ${SLACK_URL}.
    """
    on: Annotated[tuple[Occasion, ...], Field(min_length=1)] = ("digest",)
    """
    What is sent: digest (the week, once a week), status (when a key result has another status) and reminder (when
    numbers of a sheet or a person are missing, once a week).
    """
    weekday: Weekday = "monday"
    """Day from which on a week's digest and reminders are sent: by the first run from then on."""
    owner: str | None = None
    """Only what is about the key results that this person answers for."""
    language: Literal["nb", "en"] | None = None
    """Language of the messages: nb or en; the objective file's unless it is given."""
