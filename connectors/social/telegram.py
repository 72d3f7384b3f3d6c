"""
Telegram: members of one channel or group, as they are now, through the Bot API.

The bot's token is part of the path: no error names a path, and the token is kept out of every text. In a group the bot
counts as a member.
"""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_TOKEN = re.compile(r"\d+:[\w-]+")
_MEANINGS = {
    400: ("not_found", "knows no such chat, or the bot is not in it"),
    401: ("unauthorized", "refused the token"),
    403: ("forbidden", "says that the bot was removed from the chat"),
    404: ("unauthorized", "refused the token"),
}
_TOO_MANY = 429


class Settings(SourceSettings):
    """One Telegram channel or group."""

    identity: ClassVar[tuple[str, ...]] = ("chat_id",)

    chat_id: Annotated[str, Field(pattern=r"^(@\w+|-?\d+)$", coerce_numbers_to_str=True, examples=["@my_shop"])]
    """@name of a public channel or group, else its number."""
    token: SecretStr
    """Token of a bot, as @BotFather gives it."""

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, token: SecretStr) -> SecretStr:
        # it becomes part of an address, where nothing else may slip in
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("must be digits, a colon and the rest, as @BotFather gives it")
        return token


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    code = told.get("error_code") if isinstance(told, dict) and told.get("ok") is False else None
    if code == _TOO_MANY:
        parameters = told.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        after = float(wait) if isinstance(wait, int) else None
        return RequestError("rate_limited", "was asked too often", again=True, after=after)
    return RequestError(*_MEANINGS[code]) if code in _MEANINGS else None


def _members(pull: Pull[Settings]) -> object:
    token = pull.settings.token.get_secret_value()
    told = pull.client.get(f"/bot{token}/getChatMemberCount", params={"chat_id": pull.settings.chat_id}).json()
    if not isinstance(told, dict) or told.get("ok") is not True or "result" not in told:
        raise RequestError("bad_answer", "Telegram answered something that is not a count")
    return told["result"]


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    yield look(pull, account=pull.settings.chat_id, followers=_members(pull))


def _probe(pull: Pull[Settings]) -> SourceHealth:
    _members(pull)
    return SourceHealth(account=pull.settings.chat_id)


SOURCE = Source(
    name="telegram",
    title="Telegram",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://core.telegram.org/bots/api#getchatmembercount",
    url=lambda _: "https://api.telegram.org",
    judge=_judge,
    history="none: one snapshot a run",
    delay="none",
    limits="about 30 requests a second; a pull takes one",
    version="10.1",
    steps=(
        "In Telegram, write /newbot to @BotFather: it answers with the token, which has no end.",
        "A public channel or group is named by its @name; to a private one add the bot, and take its number (-100...).",
    ),
    probe=_probe,
)
