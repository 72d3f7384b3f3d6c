"""How the pages of any JSON API follow each other, as settings of `http_json`."""

from typing import Annotated, Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, model_validator

from okr_config.models import Model


def _compiles(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError("not a JMESPath expression") from error
    return expression


Path = Annotated[str, AfterValidator(_compiles)]


class CursorPages(Model):
    """Each page names the next one's mark."""

    type: Literal["cursor"]
    next: Path
    param: str = "cursor"


class NumberedPages(Model):
    """Pages are numbered. `total`: how many records there are in all."""

    type: Literal["page"]
    param: str = "page"
    start: int = 1
    until: Literal["empty", "total"] = "empty"
    total: Path | None = None

    @model_validator(mode="after")
    def _knows_its_end(self) -> Self:
        if (self.until == "total") != (self.total is not None):
            raise ValueError("until: total and the path named total belong together")
        return self


class OffsetPages(Model):
    """Records are counted off, `limit` at a time."""

    type: Literal["offset"]
    param: str = "offset"
    limit: Annotated[int, Field(ge=1)]


class LinkedPages(Model):
    """Each page links to the next one in a Link header."""

    type: Literal["link_header"]


class NextUrlPages(Model):
    """Each page links to the next one in its body."""

    type: Literal["next_url"]
    next: Path


class OnePage(Model):
    """One answer holds it all."""

    type: Literal["none"] = "none"


Pagination = CursorPages | NumberedPages | OffsetPages | LinkedPages | NextUrlPages | OnePage
