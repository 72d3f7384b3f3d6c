"""
Pinterest: followers and pins of the account that logged in, as they are now, through the API v5.

A count may be null, which is unknown. Access tokens live thirty days; a refresh token brings new ones, and its own
next one, which is kept before it is used. A token from the app's page lives one day: good for a test only.

The login wants its redirect registered to the letter, as localhost with a fixed port; no PKCE; scopes are separated by
commas; the app logs in to the token endpoint by HTTP Basic.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from connectors.auth.refreshable import RenewableSettings, ask
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Login, Page, Pull, Source, SourceHealth, Stream

_TOKEN = "/v5/oauth/token"  # noqa: S105 - a path
_LIVES = timedelta(days=30)


class Settings(RenewableSettings):
    """One Pinterest account: that of the login."""

    identity: ClassVar[tuple[str, ...]] = ("access_token", "refresh_token")


def _account(pull: Pull[Settings]) -> tuple[Answer, Mapping[str, Any], tuple[str, ...]]:
    def call(login: Mapping[str, str]) -> Answer:
        return pull.client.get("/v5/user_account", headers=login)

    answer, notes = ask(pull, call, token=_TOKEN, is_basic=True, lives=_LIVES)
    told = answer.json()
    if not isinstance(told, dict) or not {"username", "id", "follower_count"} & told.keys():
        raise RequestError("bad_answer", "Pinterest answered something that is not an account")
    return answer, told, notes


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    _, told, notes = _account(pull)
    # the token names the account; the source's own id does not change with the user name
    yield look(
        pull,
        account=pull.settings.id,
        followers=told.get("follower_count"),
        posts=told.get("pin_count"),
        notes=notes,
        permanent_id=str(told["id"]) if told.get("id") else None,
    )


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, told, notes = _account(pull)
    left = answer.headers.get("x-ratelimit-remaining", "")
    warnings = tuple((note, f"okr connect {pull.settings.id}") for note in notes)
    quota = f"{left} requests left" if left.isdecimal() else ""
    return SourceHealth(account=str(told.get("username", "")), quota=quota, warnings=warnings)


SOURCE = Source(
    name="pinterest",
    title="Pinterest",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://developers.pinterest.com/docs/api/v5/user_account-get/",
    url=lambda _: "https://api.pinterest.com",
    scopes=("user_accounts:read",),
    history="none: one snapshot a run",
    delay="none told",
    limits="1 000 requests a day with trial access; a pull takes two",
    version="v5",
    steps=(
        "Make the account a business account (free).",
        "At developers.pinterest.com > My apps, connect an app: trial access comes after a short review.",
        "Add the redirect http://localhost:8718/callback, and note the app's id and secret: client_id, client_secret.",
        "The login in the browser brings a refresh token, from which okr keeps the access alive.",
    ),
    login=Login(
        authorize="https://www.pinterest.com/oauth/",
        token=_TOKEN,
        keeps={"access_token": "access_token", "refresh_token": "refresh_token"},
        scope_separator=",",
        pkce=False,
        basic=True,
        port=8718,
        host="localhost",
    ),
    probe=_probe,
)
