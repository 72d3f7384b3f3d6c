"""
TikTok: followers and videos of the account that logged in, as they are now, through the Display API v2.

A refresh token serves once: each exchange may bring the next one, which is kept before it is used. The API says how
long its tokens live. Errors stand in `error.code`, also at status 200.

The login is that of a desktop app: a redirect to 127.0.0.1 with a port, which is registered; the client's id is called
client_key; scopes are separated by commas; PKCE is wanted, with the digest in hex.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from pydantic import SecretStr

from connectors.auth.tokens import Token, refresh, with_token
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Login, Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_TOKEN = "/v2/oauth/token/"  # noqa: S105 - a path
_USER = "/v2/user/info/"
_FINE = "ok"
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "access_token_invalid": ("unauthorized", "refused the access token"),
    "scope_not_authorized": ("forbidden", "says that the login does not allow user.info.stats"),
    "scope_permission_missed": ("forbidden", "says that the app lacks the scope user.info.stats"),
    "invalid_params": ("bad_answer", "does not take the request"),
    "rate_limit_exceeded": ("rate_limited", "was asked too often"),
    "internal_error": ("server_error", "has an error of its own"),
}
_PASSING = frozenset({"rate_limit_exceeded", "internal_error"})


class Settings(SourceSettings):
    """One TikTok account."""

    identity: ClassVar[tuple[str, ...]] = ("client_key", "refresh_token")

    client_key: str
    """Client key of your app."""
    client_secret: SecretStr
    """Client secret of your app."""
    refresh_token: SecretStr
    """Token that the login in the browser brings. TikTok changes it at each use: the newest is kept in .okr/."""


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    error = told.get("error") if isinstance(told, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, str) or code == _FINE:
        return None
    if code in _MEANINGS:
        return RequestError(*_MEANINGS[code], again=code in _PASSING)
    return RequestError("bad_answer", "answered an error that is not known") if answer.status == HTTPStatus.OK else None


def _user(pull: Pull[Settings]) -> Mapping[str, Any]:
    settings = pull.settings
    app = {"client_key": settings.client_key, "client_secret": settings.client_secret.get_secret_value()}

    def obtain() -> Token:
        return refresh(pull, settings.refresh_token, _TOKEN, app)

    def call(token: str) -> Answer:
        fields = {"fields": "open_id,follower_count,video_count"}
        return pull.client.get(_USER, params=fields, headers={"authorization": f"Bearer {token}"})

    match with_token(pull.client, obtain, call).json():
        case {"data": {"user": dict() as user}}:
            return user
        case _:
            raise RequestError("bad_answer", "TikTok answered something that is not a user")


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    user = _user(pull)
    # open_id is another one for each app, so that the source's own id names the account
    yield look(pull, account=pull.settings.id, followers=user.get("follower_count"), posts=user.get("video_count"))


def _probe(pull: Pull[Settings]) -> SourceHealth:
    return SourceHealth(account=str(_user(pull).get("open_id", "")))


SOURCE = Source(
    name="tiktok",
    title="TikTok",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info",
    url=lambda _: "https://open.tiktokapis.com",
    judge=_judge,
    scopes=("user.info.basic", "user.info.stats"),
    history="none: one snapshot a run",
    delay="minutes to hours",
    limits="600 requests a minute; a pull takes two",
    version="v2",
    steps=(
        "At developers.tiktok.com > Manage apps, create an app for the desktop; a sandbox serves for your own account.",
        "Add Login Kit with the redirect http://127.0.0.1:8716/callback.",
        "Add the scopes user.info.basic and user.info.stats.",
        "In a sandbox, add your account as a target user.",
        "Note the client key and the client secret; the login in the browser brings the refresh token.",
    ),
    login=Login(
        authorize="https://www.tiktok.com/v2/auth/authorize/",
        token=_TOKEN,
        keeps={"refresh_token": "refresh_token"},
        client_id="client_key",
        client_parameter="client_key",
        scope_separator=",",
        port=8716,
        hex_challenge=True,
    ),
    probe=_probe,
)
