"""
Discord: members of one server, as they are now, by a bot in it or by an invite that never expires.

The count is approximate by Discord's own word, and bots are among it: precision 1 says that it is not exact.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_NOT_EXACT = 1

_MEANINGS = {
    10004: ("not_found", "knows no such server"),
    10006: ("not_found", "knows no such invite, or it has expired"),
    50001: ("forbidden", "says that the bot is not in the server"),
}


class Settings(SourceSettings):
    """One Discord server, seen by a bot (`guild_id` and `token`) or through an `invite`."""

    identity: ClassVar[tuple[str, ...]] = ("guild_id", "invite")
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("guild_id", "token"), ("invite",))

    guild_id: Annotated[str, Field(pattern=r"^\d+$", coerce_numbers_to_str=True)] | None = None
    """Number of the server; it needs token."""
    token: SecretStr | None = None
    """Token of a bot that is on the server."""
    invite: Annotated[str, Field(pattern=r"^[\w-]+$")] | None = None
    """Code of an invite that never expires, such as the last part of discord.gg/abc123."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if bool(self.invite) == bool(self.guild_id) or bool(self.guild_id) != bool(self.token):
            raise ValueError("give either guild_id and token, or invite")
        return self


def _headers(settings: Settings) -> dict[str, str]:
    login = {"authorization": f"Bot {settings.token.get_secret_value()}"} if settings.token else {}
    return {"user-agent": "DiscordBot (okr, 1)", **login}


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    if not isinstance(told, dict):
        return None
    if told.get("code") in _MEANINGS:
        return RequestError(*_MEANINGS[told["code"]])
    wait = told.get("retry_after")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS and isinstance(wait, int | float):
        return RequestError("rate_limited", "was asked too often", again=True, after=float(wait))
    return None


def _guild(pull: Pull[Settings]) -> dict[str, Any]:
    settings = pull.settings
    path = f"/api/v10/guilds/{settings.guild_id}" if settings.guild_id else f"/api/v10/invites/{settings.invite}"
    told = pull.client.get(path, params={"with_counts": "true"}).json()
    if not isinstance(told, dict) or not {"id", "guild", "code", "approximate_member_count"} & told.keys():
        raise RequestError("bad_answer", "Discord answered something that is not a server")
    return told


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    told = _guild(pull)
    account = pull.settings.guild_id or pull.settings.invite or ""
    members = told.get("approximate_member_count")
    yield look(pull, account=account, followers=members, precision=_NOT_EXACT, permanent_id=_id(told) or None)


def _id(told: Mapping[str, Any]) -> str:
    """Return the server's id, which an invite's answer has further in."""
    guild = told.get("guild")
    return str((guild if isinstance(guild, dict) else told).get("id", ""))


def _probe(pull: Pull[Settings]) -> SourceHealth:
    return SourceHealth(account=_id(_guild(pull)))


SOURCE = Source(
    name="discord",
    title="Discord",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://discord.com/developers/docs/resources/guild#get-guild",
    url=lambda _: "https://discord.com",
    auth=_headers,
    judge=_judge,
    history="none: one snapshot a run",
    delay="none told; the count is approximate",
    limits="by answer: X-RateLimit headers; a pull takes one request",
    version="v10",
    steps=(
        "The short way: in the server, create an invite that never expires; its code is the end of its address.",
        "By a bot: at discord.com/developers, create an application and under Bot a token.",
        "Add the bot to the server; turn on Developer Mode in Discord, and copy the server's id: guild_id.",
    ),
    probe=_probe,
)
