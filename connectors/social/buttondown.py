"""
Buttondown: subscribers of a newsletter, as they are now.

The count of a type is all that is kept: the answer holds people's addresses, which are dropped at once. Paying
subscribers are types of their own; name them under `types` where they shall count.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

Type = Literal["regular", "premium", "gifted", "trialed", "churning", "past_due", "paused"]


class Settings(SourceSettings):
    """One newsletter at Buttondown."""

    identity: ClassVar[tuple[str, ...]] = ("api_key",)

    api_key: SecretStr
    """API key of the newsletter."""
    list_id: Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)] | None = None
    """Name of the newsletter in tables; the source's id unless it is given."""
    types: Annotated[list[Type], Field(min_length=1, default_factory=lambda: ["regular"])]
    """Kinds of subscribers that count, such as [regular, premium]."""


def _ask(pull: Pull[Settings], kind: str) -> tuple[Answer, int]:
    answer = pull.client.get("/v1/subscribers", params={"type": kind})
    told = answer.json()
    count = told.get("count") if isinstance(told, dict) else None
    if not isinstance(count, int) or isinstance(count, bool):
        raise RequestError("bad_answer", "Buttondown answered without a count")
    return answer, count


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    subscribers = sum(_ask(pull, kind)[1] for kind in dict.fromkeys(pull.settings.types))
    account = pull.settings.list_id or pull.settings.id
    yield look(pull, account=account, followers=subscribers, metric="newsletter.subscribers")


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, _ = _ask(pull, pull.settings.types[0])
    left = answer.headers.get("x-ratelimit-remaining", "")
    return SourceHealth(quota=f"{left} requests left in this minute" if left.isdecimal() else "")


SOURCE = Source(
    name="buttondown",
    title="Buttondown",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("newsletter.subscribers",),
    docs="https://docs.buttondown.com/api-subscribers-list",
    url=lambda _: "https://api.buttondown.com",
    auth=lambda settings: {"authorization": f"Token {settings.api_key.get_secret_value()}"},
    history="none: one snapshot a run",
    delay="none",
    limits="600 requests a minute; a pull takes one for each type",
    version="v1",
    steps=(
        "At buttondown.com > Settings > API, copy the key of the newsletter; where it can be limited, let it read.",
    ),
    probe=_probe,
)
