"""
Mastodon: followers and posts of one account, as its home instance knows them now.

Other instances show a count that may be far too low, so the handle's own host is asked. No login is needed, unless the
instance runs in limited federation. Servers that speak the same protocol (Pleroma, GoToSocial, Pixelfed) may leave
counts out; those are unknown, not 0.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from connectors._accounts import look
from connectors._records import RecordKind
from connectors._source import Page, Pull, Source, Stream
from connectors._trouble import Trouble
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_LOOKUP = "/api/v1/accounts/lookup"


class Settings(SourceSettings):
    """`account`: user@host, as the account is written elsewhere."""

    identity: ClassVar[tuple[str, ...]] = ("account",)

    account: Annotated[str, Field(pattern=r"^@?\w[\w.-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]

    @property
    def user_and_host(self) -> tuple[str, str]:
        """The two halves of the handle."""
        user, host = self.account.removeprefix("@").split("@")
        return user, host


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    account = pull.settings.account
    user, host = pull.settings.user_and_host
    try:
        found = pull.client.get(_LOOKUP, params={"acct": user}).json()
    except SourceError as error:
        if error.reason != "not_found":
            raise
        what = f"{host} knows no account {user}; if its API lives on another host, name that as base_url"
        raise SourceError(what, reason="not_found") from error
    if not isinstance(found, dict) or "id" not in found:
        raise Trouble("bad_answer", f"{host} answered something that is not an account")
    if found.get("suspended") is True:
        raise Trouble("not_found", f"{host} has suspended the account {user}")
    moved = (f"{account} has moved to another account: configure the new one",) if found.get("moved") else ()
    yield look(
        pull, account=account, followers=found.get("followers_count"), posts=found.get("statuses_count"), notes=moved
    )


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
)
