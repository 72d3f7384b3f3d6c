"""
Threads: followers of one account, as they are now, through its insights: the profile does not know them.

The count has no history: the API ignores since and until for it. Posts are not counted anywhere.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from connectors.auth.long_lived import LongLived, long_lived
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import NUMBER_NOT_NAME
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from connectors.vendors.meta import judge, quota
from okr_config.models import SourceSettings

_INSIGHTS = "/v1.0/me/threads_insights"


class Settings(SourceSettings):
    """One Threads profile."""

    identity: ClassVar[tuple[str, ...]] = ("user_id",)

    user_id: Annotated[
        str, Field(pattern=r"^\d+$", coerce_numbers_to_str=True, examples=["17841400000000001"]), NUMBER_NOT_NAME
    ]
    """Number of the profile, digits only."""
    access_token: SecretStr
    """Long-lived token of the profile; it is renewed in time."""


def _ask(pull: Pull[Settings], token: str) -> Answer:
    return pull.client.get(_INSIGHTS, params={"metric": "followers_count", "access_token": token})


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    renewed = _renewed(pull)
    followers = _followers(_ask(pull, renewed.value).json())
    yield look(pull, account=pull.settings.user_id, followers=followers, notes=renewed.notes)


def _renewed(pull: Pull[Settings]) -> LongLived:
    return long_lived(pull, pull.settings.access_token, "/refresh_access_token", "th_refresh_token")


def _followers(told: object) -> object:
    """Find the count: a total, or the newest of a series as other metrics have it."""
    match told:
        case {"data": list() as metrics}:
            pass
        case _:
            raise RequestError("bad_answer", "Threads answered something that is not insights")
    for metric in metrics:
        match metric:
            case {"name": "followers_count", "total_value": {"value": count}}:
                return count
            case {"name": "followers_count", "values": [*_, {"value": count}]}:
                return count
    return None


def _probe(pull: Pull[Settings]) -> SourceHealth:
    renewed = _renewed(pull)
    answer = _ask(pull, renewed.value)
    return SourceHealth(account=pull.settings.user_id, quota=quota(answer), warnings=renewed.warnings(pull.settings.id))


SOURCE = Source(
    name="threads",
    title="Threads",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://developers.facebook.com/docs/threads/insights",
    url=lambda _: "https://graph.threads.net",
    judge=judge,
    scopes=("threads_basic", "threads_manage_insights"),
    history="none: one snapshot a run",
    delay="none",
    limits="4 800 calls in 24 hours for each impression of the account in them, counted as ten at least",
    version="v1.0",
    steps=(
        'At developers.facebook.com, create an app with the use case "Access the Threads API".',
        "Add your account as a Threads tester, and accept it in Threads: Settings > Website permissions.",
        "In the app's use case, allow threads_basic and threads_manage_insights: testers need no review.",
        "Generate a long-lived token in the User Token Generator: it lives sixty days, and okr renews it.",
        "Note the account's id, which stands beside the token: digits only.",
    ),
    probe=_probe,
)
