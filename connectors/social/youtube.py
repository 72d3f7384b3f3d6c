"""
YouTube: subscribers and videos of one channel, as they are now, through the Data API v3.

From 1 000 on the count is rounded down to three digits, for the owner too: the row says by which step. A channel may
hide its count, which is then unknown. Exact numbers stand in YouTube Studio only.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from connectors.vendors.google import judge
from okr_config.models import SourceSettings

_CHANNELS = "/youtube/v3/channels"
_DIGITS = 3


class Settings(SourceSettings):
    """One YouTube channel."""

    identity: ClassVar[tuple[str, ...]] = ("channel",)

    channel: Annotated[str, Field(pattern=r"^(UC[\w-]{22}|@[^\s@/]+)$", examples=["@my-shop"])]
    """Id of the channel (UC...) or its @handle."""
    api_key: SecretStr
    """API key of a Google Cloud project with the YouTube Data API v3."""


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    channel = pull.settings.channel
    found = _channel(pull)
    counts = found.get("statistics")
    if not isinstance(counts, dict):
        raise RequestError("bad_answer", f"YouTube answered without statistics of {channel}")
    hidden = counts.get("hiddenSubscriberCount") is True
    subscribers = None if hidden else counts.get("subscriberCount")
    yield look(
        pull,
        account=channel,
        followers=subscribers,
        posts=counts.get("videoCount"),
        precision=_step(subscribers),
        notes=(f"{channel} hides its subscriber count: show it in YouTube Studio",) if hidden else (),
        permanent_id=str(found["id"]) if found.get("id") else None,
    )


def _channel(pull: Pull[Settings]) -> dict[str, object]:
    """Ask for the channel; one that nobody knows is an answer without items."""
    channel = pull.settings.channel
    selector = "forHandle" if channel.startswith("@") else "id"
    params = {"part": "statistics", "fields": "pageInfo,items(id,statistics)", selector: channel}
    answer = pull.client.get(_CHANNELS, params=params).json()
    items = answer.get("items") if isinstance(answer, dict) else None
    match items:
        case [dict() as found, *_]:
            return found
        case None | [] if isinstance(answer, dict) and isinstance(answer.get("pageInfo"), dict):
            raise RequestError("not_found", f"YouTube knows no channel {channel}")
        case _:
            raise RequestError("bad_answer", "YouTube answered something that is not a list of channels")


def _step(count: object) -> int:
    digits = len(str(count)) if isinstance(count, str | int) else 0
    return 10 ** (digits - _DIGITS) if digits > _DIGITS else 0


def _probe(pull: Pull[Settings]) -> SourceHealth:
    return SourceHealth(account=str(_channel(pull).get("id", "")), quota="one unit of 10 000 a day for each run")


SOURCE = Source(
    name="youtube",
    title="YouTube",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://developers.google.com/youtube/v3/docs/channels/list",
    url=lambda _: "https://www.googleapis.com",
    auth=lambda settings: {"x-goog-api-key": settings.api_key.get_secret_value()},
    judge=judge,
    history="none: one snapshot a run",
    delay="minutes to hours; rounded down to three digits from 1 000 on",
    limits="10 000 units a day and project, reset at midnight Pacific; a pull takes one",
    version="v3",
    verified=("official schema",),
    steps=(
        "Open console.cloud.google.com and create a project.",
        'Under APIs & Services > Library, enable "YouTube Data API v3".',
        "Under APIs & Services > Credentials, create an API key and restrict it to this API.",
        "Note your channel's @handle, or its id under youtube.com > Settings > Advanced settings.",
    ),
    probe=_probe,
)
