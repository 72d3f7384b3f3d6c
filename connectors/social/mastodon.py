"""
Mastodon: followers and posts of one account, as its home instance knows them now.

Other instances show a count that may be far too low, so the handle's own host is asked. No login is needed, unless the
instance runs in limited federation. Servers that speak the same protocol (Pleroma, Akkoma, GoToSocial, Pixelfed) may
leave counts out, or hide them behind a 0 or a -1; those are unknown, not 0. Takahe still answers for an account that
was deleted, emptied and with 0 followers; it counts who waits to be let in, and who left until its worker has run.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import Prompt, without_at
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_LOOKUP = "/api/v1/accounts/lookup"


class Settings(SourceSettings):
    """One Mastodon account."""

    identity: ClassVar[tuple[str, ...]] = ("account",)

    account: Annotated[
        str,
        Field(pattern=r"^@?\w[\w.-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", examples=["my-shop@mastodon.example"]),
        Prompt(complete=without_at),
    ]
    """The account as it is written elsewhere: minbutikk@mastodon.social."""

    @property
    def user_and_host(self) -> tuple[str, str]:
        """The two halves of the handle."""
        user, host = self.account.removeprefix("@").split("@")
        return user, host


def _look_up(pull: Pull[Settings]) -> tuple[Answer, dict[str, Any], str]:
    """Return the answer, the account in it, and where that has no followers what the server runs."""
    user, host = pull.settings.user_and_host
    try:
        answer = pull.client.get(_LOOKUP, params={"acct": user})
    except SourceError as error:
        if error.reason != "not_found":
            raise
        what = f"{host} knows no account {user}; if its API lives on another host, name that as base_url"
        raise SourceError(what, reason="not_found") from error
    found = answer.json()
    if not isinstance(found, dict) or "id" not in found:
        raise RequestError("bad_answer", f"{host} answered something that is not an account")
    if found.get("suspended") is True:
        raise RequestError("not_found", f"{host} has suspended the account {user}")
    server = _server(pull) if found.get("followers_count") == 0 else ""
    if "takahe" in server and not found.get("display_name") and found.get("discoverable") is False:
        raise RequestError("not_found", f"{host} has deleted the account {user}")
    return answer, found, server


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    _, found, server = _look_up(pull)
    account, followers = pull.settings.account, found.get("followers_count")
    notes = (f"{account} has moved to another account: configure the new one",) if found.get("moved") else ()
    if _is_hidden(found, server):
        followers, notes = None, (*notes, f"{account} may hide its follower count: it is unknown, not {followers}")
    yield look(
        pull,
        account=account,
        followers=followers,
        posts=found.get("statuses_count"),
        notes=notes,
        permanent_id=f"{found['id']}@{pull.settings.user_and_host[1]}",
    )


def _is_hidden(found: Mapping[str, Any], server: str) -> bool:
    """Whether a count is hidden, or a 0 may be one that is; Mastodon itself always shows it."""
    match found:
        case {"pleroma": {"hide_followers_count": True}}:
            return True
        case {"followers_count": int(count)} if count < 0:
            return True
        case {"followers_count": 0}:
            return found.get("hide_collections") is True or "pixelfed" in server
        case _:
            return False


def _server(pull: Pull[Settings]) -> str:
    """Ask what the server runs, in lower case: some mean more than one thing by a 0."""
    try:
        answer = pull.client.get("/api/v1/instance").json()
    except SourceError:
        return ""
    return str(answer.get("version")).lower() if isinstance(answer, dict) else ""


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, found, _ = _look_up(pull)
    left = answer.headers.get("x-ratelimit-remaining", "")
    quota = f"{left} requests left in these five minutes" if left.isdecimal() else ""
    return SourceHealth(account=str(found.get("url") or pull.settings.account), quota=quota)


SOURCE = Source(
    name="mastodon",
    title="Mastodon",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers", "social.posts"),
    docs="https://docs.joinmastodon.org/methods/accounts/#lookup",
    url=lambda settings: f"https://{settings.user_and_host[1]}",
    history="none: one snapshot a run",
    delay="none",
    limits="300 requests in 5 minutes per address",
    version="v1",
    verified=("sandbox",),
    steps=(
        "No login is needed: name the account as user@host, with the host of its home instance.",
        "Where the instance's API lives on another host than its handles, name that as base_url.",
    ),
    probe=_probe,
)
