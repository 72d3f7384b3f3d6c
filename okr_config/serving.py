"""How `okr serve` shows what it serves: `serve` in project.yaml."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from okr_config.fields import Model, Span
from okr_config.notify import Weekday

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)


def _is_origin(text: str) -> str:
    """Take nothing that would end a header, or let more in than it says."""
    if not _ORIGIN.fullmatch(text):
        raise PydanticCustomError("origin", "a site is written as https://wiki.example.com, without a path")
    return text


class ServeSettings(Model):
    """How `okr serve` shows what it serves."""

    embed: tuple[Annotated[str, AfterValidator(_is_origin)], ...] = ()
    """Sites that may show the pages in a frame, such as https://wiki.example.com; no site unless it is given."""
    refresh: Span | Literal["never"] = "15m"
    """How often a page that is open fetches itself again, such as 5m or 1h; never: it stays as it is."""
    checkin_day: Weekday = "monday"
    """The weekday of the check-in, in the calendar."""
