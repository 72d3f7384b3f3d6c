"""Twitch: followers of one channel, as they are now. Any app may read the total; names are neither asked nor kept."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from connectors.auth.tokens import Token, read_token, request_token, with_token
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_TOKEN = "https://id.twitch.tv/oauth2/token"  # noqa: S105 - an address


class Settings(SourceSettings):
    """One Twitch channel."""

    identity: ClassVar[tuple[str, ...]] = ("login",)

    login: Annotated[str, Field(pattern=r"^@?\w{2,25}$", examples=["my_shop"])]
    """Name of the channel, as in its address."""
    client_id: str
    """Client id of your app."""
    client_secret: SecretStr
    """Client secret of your app."""


def _get(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Answer:
    settings, client = pull.settings, pull.client
    form = {
        "client_id": settings.client_id,
        "client_secret": settings.client_secret.get_secret_value(),
        "grant_type": "client_credentials",
    }

    def obtain() -> Token:
        return read_token(client, request_token(client, _TOKEN, form))

    def call(token: str) -> Answer:
        return client.get(path, params=params, headers={"authorization": f"Bearer {token}"})

    return with_token(client, obtain, call)


def _broadcaster(pull: Pull[Settings]) -> str:
    """Look up the id behind the name; a name nobody has is an empty list."""
    name = pull.settings.login.removeprefix("@").lower()
    match _get(pull, "/helix/users", {"login": name}).json():
        case {"data": [{"id": str(broadcaster)}, *_]}:
            return broadcaster
        case {"data": []}:
            raise RequestError("not_found", f"Twitch knows no channel {name}")
        case _:
            raise RequestError("bad_answer", "Twitch answered something that is not a list of users")


def _followers(pull: Pull[Settings], broadcaster: str) -> tuple[Answer, object]:
    answer = _get(pull, "/helix/channels/followers", {"broadcaster_id": broadcaster, "first": "1"})
    told = answer.json()
    if not isinstance(told, dict) or "total" not in told:
        raise RequestError("bad_answer", "Twitch answered without a total")
    return answer, told["total"]


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    broadcaster = _broadcaster(pull)
    _, followers = _followers(pull, broadcaster)
    name = pull.settings.login.removeprefix("@").lower()
    yield look(pull, account=name, followers=followers, permanent_id=broadcaster)


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, _ = _followers(pull, _broadcaster(pull))
    left = answer.headers.get("ratelimit-remaining", "")
    quota = f"{left} points left in this minute" if left.isdecimal() else ""
    return SourceHealth(account=pull.settings.login.removeprefix("@").lower(), quota=quota)


SOURCE = Source(
    name="twitch",
    title="Twitch",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://dev.twitch.tv/docs/api/reference/#get-channel-followers",
    url=lambda _: "https://api.twitch.tv",
    auth=lambda settings: {"client-id": settings.client_id},
    hosts=("id.twitch.tv",),
    history="none: one snapshot a run",
    delay="none told",
    limits="800 points a minute; a pull takes two and a request for a token",
    version="helix",
    steps=(
        "At dev.twitch.tv/console, register an application; any redirect will do, such as http://localhost.",
        "Note its client id, and press New Secret.",
    ),
    probe=_probe,
)
