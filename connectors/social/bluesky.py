"""
Bluesky: followers and posts of one account, as they are now.

The public AppView needs no login and keeps no history: a day without a run is a day without a number. Counts are
optional in the protocol; one that is missing is unknown, not 0.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from pydantic import Field

from connectors.http.errors import RequestError
from connectors.prompts import Prompt, without_at
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_PROFILE = "/xrpc/app.bsky.actor.getProfile"


def _whole_handle(answer: str) -> str:
    """Return a handle by its bare name, too."""
    handle = without_at(answer)
    return handle if "." in handle or ":" in handle or not handle else f"{handle}.bsky.social"


class Settings(SourceSettings):
    """One Bluesky account."""

    identity: ClassVar[tuple[str, ...]] = ("account",)

    account: Annotated[
        str,
        Field(pattern=r"^(did:[a-z]+:[\w.:%-]+|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$", examples=["my-shop.bsky.social"]),
        Prompt(complete=_whole_handle),
    ]
    """Handle without @, such as minbutikk.bsky.social, or the DID."""


def _profile(pull: Pull[Settings]) -> dict[str, Any]:
    account = pull.settings.account
    answer = pull.client.get(_PROFILE, params={"actor": account}, expect=[HTTPStatus.BAD_REQUEST])
    profile = answer.json()
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise _refusal(account, profile)
    if not isinstance(profile, dict) or "did" not in profile:
        raise RequestError("bad_answer", "Bluesky answered something that is not a profile")
    return profile


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    profile, account = _profile(pull), pull.settings.account
    # a handle whose domain no longer leads to the account stays readable by its DID alone
    broken = profile.get("handle") == "handle.invalid"
    notes = (f"{account}: the handle is broken: configure {profile['did']}",) if broken else ()
    yield look(
        pull,
        account=account,
        followers=profile.get("followersCount"),
        posts=profile.get("postsCount"),
        notes=notes,
        permanent_id=str(profile["did"]),
    )


def _refusal(account: str, problem: object) -> RequestError:
    # an unknown profile is 400, not 404; only error and message together tell what is meant
    told = problem if isinstance(problem, dict) else {}
    match told.get("error"), told.get("message"):
        case "AccountTakedown", _:
            return RequestError("not_found", f"Bluesky has suspended the account {account}")
        case "AccountDeactivated", _:
            return RequestError("not_found", f"the Bluesky account {account} is deactivated")
        case "InvalidRequest", "Profile not found":
            return RequestError("not_found", f"Bluesky knows no account {account}")
        case _:
            return RequestError("bad_answer", f"Bluesky does not take {account} for a handle or DID")


def _probe(pull: Pull[Settings]) -> SourceHealth:
    return SourceHealth(account=str(_profile(pull)["did"]))


SOURCE = Source(
    name="bluesky",
    title="Bluesky",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://docs.bsky.app/docs/api/app-bsky-actor-get-profile",
    url=lambda _: "https://public.api.bsky.app",
    history="none: one snapshot a run",
    delay="seconds to minutes",
    limits="no number published; 3 000 requests in 5 minutes are well within it",
    version="app.bsky.actor.getProfile",
    verified=("official schema", "real server", "sandbox"),
    steps=("No login is needed: name the account by its handle, as in shop.bsky.social, or by its DID.",),
    probe=_probe,
)
