"""How the pages of any JSON API follow each other, as settings of `http_json`."""

from typing import Annotated, Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, model_validator

from okr_config.models import Model


def _compiles(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except (JMESPathError, RecursionError) as error:
        raise ValueError("not a JMESPath expression") from error
    return expression


Path = Annotated[str, AfterValidator(_compiles)]


class CursorPages(Model):
    """Each page names the next one's mark."""

    type: Literal["cursor"]
    """cursor: each page names the mark of the next one."""
    next: Path
    """Path to the next page's mark; the last page has none."""
    param: str = "cursor"
    """Name of the parameter that the mark is sent as."""


class NumberedPages(Model):
    """Pages are numbered."""

    type: Literal["page"]
    """page: pages are numbered."""
    param: str = "page"
    """Name of the parameter that the number is sent as."""
    start: int = 1
    """Number of the first page."""
    until: Literal["empty", "total"] = "empty"
    """The last page is the one before an empty page, or the one with which the total is reached."""
    total: Path | None = None
    """With until: total, the path to how many records there are in all."""

    @model_validator(mode="after")
    def _knows_its_end(self) -> Self:
        if (self.until == "total") != (self.total is not None):
            raise ValueError("until: total and the path named total belong together")
        return self


class OffsetPages(Model):
    """Records are counted off, `limit` at a time."""

    type: Literal["offset"]
    """offset: records are counted off."""
    param: str = "offset"
    """Name of the parameter that the count is sent as."""
    limit: Annotated[int, Field(ge=1)]
    """Records of a page."""


class LinkedPages(Model):
    """Each page links to the next one in a Link header."""

    type: Literal["link_header"]
    """link_header: each page links to the next one in a Link header."""


class NextUrlPages(Model):
    """Each page links to the next one in its body."""

    type: Literal["next_url"]
    """next_url: each page links to the next one in its body."""
    next: Path
    """Path to the next page's address; the last page has none."""


class OnePage(Model):
    """One answer holds it all."""

    type: Literal["none"] = "none"
    """none: one answer holds it all."""


Pagination = CursorPages | NumberedPages | OffsetPages | LinkedPages | NextUrlPages | OnePage
