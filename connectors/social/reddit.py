"""
Reddit: subscribers of one community, or followers of one profile, as they are now.

New access to the API has to be approved. A private community does not tell its count, which is then unknown. The API
wants every request to name its program and the account behind it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from connectors.auth.tokens import Token, basic, read_token, request_token, with_token
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_TOKEN = "https://www.reddit.com/api/v1/access_token"  # noqa: S105 - an address
_CLOSED = {"private": "is private", "banned": "is banned", "quarantined": "is quarantined", "gold_only": "is closed"}
_Name = Annotated[str, Field(pattern=r"^[\w-]{2,24}$")]


class Settings(SourceSettings):
    """One subreddit, or one user."""

    identity: ClassVar[tuple[str, ...]] = ("subreddit", "user")
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("subreddit",), ("user",))

    subreddit: _Name | None = None
    """Name of the subreddit, without r/; this or user."""
    user: _Name | None = None
    """Name of the user, without u/; this or subreddit."""
    client_id: str
    """Client id of your app, of the type script."""
    client_secret: SecretStr
    """Secret of your app."""
    username: _Name
    """Name of the app's owner; Reddit wants to know who asks."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.subreddit) == bool(self.user):
            raise ValueError("give either subreddit or user")
        return self


def _program(settings: Settings) -> Mapping[str, str]:
    return {"user-agent": f"script:okr:v1 (by /u/{settings.username})"}


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    reason = told.get("reason") if isinstance(told, dict) else None
    if isinstance(reason, str) and reason in _CLOSED:
        return RequestError("forbidden", f"says that the community {_CLOSED[reason]}")
    return None


def _about(pull: Pull[Settings]) -> tuple[Answer, Mapping[str, Any]]:
    settings, client = pull.settings, pull.client
    path = f"/r/{settings.subreddit}/about" if settings.subreddit else f"/user/{settings.user}/about"
    login = basic(settings.client_id, settings.client_secret.get_secret_value())
    client.keep_secret(login.rpartition(" ")[2])

    def obtain() -> Token:
        headers = {**_program(settings), "authorization": login}
        return read_token(client, request_token(client, _TOKEN, {"grant_type": "client_credentials"}, headers=headers))

    def call(token: str) -> Answer:
        return client.get(path, headers={"authorization": f"Bearer {token}"})

    answer = with_token(client, obtain, call)
    told = answer.json()
    about = told.get("data") if isinstance(told, dict) else None
    if settings.user:
        about = about.get("subreddit") if isinstance(about, dict) else None
    if not isinstance(about, dict):
        raise RequestError("bad_answer", "Reddit answered something that is neither a community nor a profile")
    return answer, about


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    _, about = _about(pull)
    yield look(pull, account=_account(pull.settings), followers=about.get("subscribers"))


def _account(settings: Settings) -> str:
    return f"r/{settings.subreddit}" if settings.subreddit else f"u/{settings.user}"


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, _ = _about(pull)
    left, _, _ = answer.headers.get("x-ratelimit-remaining", "").partition(".")
    quota = f"{left} requests left in these ten minutes" if left.isdecimal() else ""
    return SourceHealth(account=_account(pull.settings), quota=quota)


SOURCE = Source(
    name="reddit",
    title="Reddit",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://www.reddit.com/dev/api/#GET_r_{subreddit}_about",
    url=lambda _: "https://oauth.reddit.com",
    auth=_program,
    judge=_judge,
    hosts=("www.reddit.com",),
    scopes=("read",),
    history="none: one snapshot a run",
    delay="none told",
    limits="about 100 requests a minute; a pull takes two",
    steps=(
        "Ask Reddit for access to the API, which it approves one by one: the Responsible Builder Policy says how.",
        "At reddit.com/prefs/apps, create an app of the type script.",
        "Note its id, under its name, and its secret; username is the account that owns it.",
    ),
    probe=_probe,
)
