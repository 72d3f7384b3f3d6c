"""
Instagram: followers and posts of one professional account, as they are now.

Tokens of either login are taken: those of the Instagram login (IG...) ask graph.instagram.com and are renewed here;
those of the Facebook login (EAA...) ask graph.facebook.com. Insights know new followers of a day, of thirty days at
most and no totals, so that the past cannot be read. Personal accounts cannot be read at all.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

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

_VERSION = "v27.0"


class Settings(SourceSettings):
    """One professional Instagram account."""

    identity: ClassVar[tuple[str, ...]] = ("account_id",)

    account_id: Annotated[
        str, Field(pattern=r"^\d+$", coerce_numbers_to_str=True, examples=["17841400000000001"]), NUMBER_NOT_NAME
    ]
    """Number of the professional account, digits only."""
    access_token: SecretStr
    """Long-lived token of the account; it is renewed in time."""


def _is_facebook(settings: Settings) -> bool:
    return settings.access_token.get_secret_value().startswith("EAA")


def _token(pull: Pull[Settings]) -> tuple[str, LongLived | None]:
    if _is_facebook(pull.settings):
        return pull.settings.access_token.get_secret_value(), None
    renewed = long_lived(pull, pull.settings.access_token, "/refresh_access_token", "ig_refresh_token")
    return renewed.value, renewed


def _profile(pull: Pull[Settings], token: str) -> tuple[Answer, Mapping[str, Any]]:
    """Ask for the account, by its id or as the token's own, which must then be the configured one."""
    account = pull.settings.account_id
    node, ids = (account, "") if _is_facebook(pull.settings) else ("me", "user_id,")
    params = {"fields": f"{ids}followers_count,media_count", "access_token": token}
    answer = pull.client.get(f"/{_VERSION}/{node}", params=params)
    told = answer.json()
    # one page of the documents wraps the account in a list; recorded answers are flat
    match told:
        case {"data": [dict() as wrapped, *_]}:
            told = wrapped
    if not isinstance(told, dict) or not {"id", "user_id"} & told.keys():
        raise RequestError("bad_answer", "Instagram answered something that is not an account")
    if account not in (told.get("id"), told.get("user_id")):
        raise RequestError("not_found", f"the access token belongs to another account than {account}")
    return answer, told


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    token, renewed = _token(pull)
    _, told = _profile(pull, token)
    yield look(
        pull,
        account=pull.settings.account_id,
        followers=told.get("followers_count"),
        posts=told.get("media_count"),
        notes=renewed.notes if renewed else (),
    )


def _probe(pull: Pull[Settings]) -> SourceHealth:
    token, renewed = _token(pull)
    answer, _ = _profile(pull, token)
    warnings = renewed.warnings(pull.settings.id) if renewed else ()
    return SourceHealth(account=pull.settings.account_id, quota=quota(answer), warnings=warnings)


SOURCE = Source(
    name="instagram",
    title="Instagram",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://developers.facebook.com/docs/instagram-platform",
    url=lambda settings: f"https://graph.{'facebook' if _is_facebook(settings) else 'instagram'}.com",
    judge=judge,
    scopes=("instagram_business_basic",),
    history="none: one snapshot a run",
    delay="none",
    limits="4 800 calls in 24 hours for each impression of the account in them",
    version=_VERSION,
    steps=(
        "In the Instagram app, switch the account to professional: Settings > Account type (free).",
        "At developers.facebook.com > My Apps, create an app of the type Business and add the product Instagram.",
        'Under Instagram > "API setup with Instagram business login", add the account and accept the invitation.',
        "Press Generate token there: it lives sixty days, and okr renews it; your own account needs no review.",
        "Note the account's id, which stands beside the token: digits only.",
    ),
    probe=_probe,
)
