"""
X: followers and posts of one account, as they are now, through the API v2.

Reading is paid for: about one cent for an account and UTC day. An unknown or suspended account is an answer without
data at status 200; used-up credits end the pull until the next run.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from pydantic import Field, SecretStr

from connectors.http.dates import http_date
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_GONE = {
    "resource-not-found": "knows no account",
    "not-authorized-for-resource": "has suspended, or does not show, the account",
}


class Settings(SourceSettings):
    """One X account."""

    identity: ClassVar[tuple[str, ...]] = ("username",)

    username: Annotated[str, Field(pattern=r"^@?\w{1,15}$", examples=["my_shop"])]
    """Name of the account, with or without @."""
    bearer_token: SecretStr
    """Bearer token of your app."""


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    problem = _problem(told)
    if problem == "usage-capped":
        return RequestError("rate_limited", "says that the credits or the spending limit are used up")
    if problem == "client-forbidden":
        return RequestError("forbidden", "says that the app is in no project with access to the API v2")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RequestError("rate_limited", "was asked too often", again=True, after=_until_reset(answer))
    return None


def _problem(told: object) -> str:
    """Return the last word of a problem's type, which is an address."""
    kind = told.get("type") if isinstance(told, dict) else None
    return kind.rpartition("/")[2] if isinstance(kind, str) else ""


def _until_reset(answer: Answer) -> float | None:
    """Seconds until the window of the limit ends, by X's own clock."""
    reset = answer.headers.get("x-rate-limit-reset", "")
    now = http_date(answer.headers.get("date", ""))
    seconds = int(reset[:12]) - now.timestamp() if now and reset.isdecimal() else 0
    return seconds if 0 < seconds < timedelta(days=1).total_seconds() else None


def _user(pull: Pull[Settings]) -> tuple[Answer, Mapping[str, Any]]:
    name = pull.settings.username.removeprefix("@")
    answer = pull.client.get(f"/2/users/by/username/{name}", params={"user.fields": "public_metrics"})
    match answer.json():
        case {"data": dict() as user}:
            return answer, user
        case {"errors": [error, *_]} if (problem := _problem(error)) in _GONE:
            raise RequestError("not_found", f"X {_GONE[problem]} {name}")
        case _:
            raise RequestError("bad_answer", "X answered something that is not a user")


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    _, user = _user(pull)
    counts = user.get("public_metrics")
    if not isinstance(counts, dict):
        raise RequestError("bad_answer", "X answered a user without public metrics")
    # the newest description of the API calls it post_count, recorded answers tweet_count
    posts = counts.get("post_count", counts.get("tweet_count"))
    account = pull.settings.username.removeprefix("@")
    number = str(user["id"]) if user.get("id") else None
    yield look(pull, account=account, followers=counts.get("followers_count"), posts=posts, permanent_id=number)


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, user = _user(pull)
    left = answer.headers.get("x-rate-limit-remaining", "")
    quota = f"{left} look-ups left in this quarter of an hour" if left.isdecimal() else ""
    return SourceHealth(account=str(user.get("username", "")), quota=quota)


SOURCE = Source(
    name="x",
    title="X",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://docs.x.com/x-api/users/lookup/introduction",
    url=lambda _: "https://api.x.com",
    auth=lambda settings: {"authorization": f"Bearer {settings.bearer_token.get_secret_value()}"},
    judge=_judge,
    history="none: one snapshot a run",
    delay="none",
    limits="300 look-ups in 15 minutes; each costs about $0.01, once per account and UTC day",
    version="2",
    steps=(
        "At console.x.com, create a developer account, a project and an app in it.",
        "Buy credits and set a spending limit: one account costs about $0.30 a month.",
        "Under Keys and tokens, generate the Bearer token; it has no end.",
    ),
    probe=_probe,
)
