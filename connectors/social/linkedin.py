"""
LinkedIn: followers of one organisation's page, as they are now.

The API's versions are months that live about a year: `api_version` names the one spoken, and the doctor warns before
its end. Access tokens live sixty days; only approved apps have refresh tokens, everyone else logs in again. Statistics
by day know gains and no totals, and facets undercount, so that the past cannot be read.

The login wants its redirect registered to the letter, as localhost with a fixed port; no PKCE; scopes are separated by
spaces; the app's secret goes into the form.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, ClassVar
from urllib.parse import quote

from pydantic import Field

from connectors.auth.refreshable import RenewableSettings, ask
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import NUMBER_NOT_NAME
from connectors.records import RecordKind
from connectors.rows.accounts import look
from connectors.source import Login, Page, Pull, Source, SourceHealth, Stream

_TOKEN = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105 - an address
_LIVES = timedelta(days=60)
_TOKEN_REFUSED = {65600: "it is not valid", 65601: "it was revoked", 65602: "it has expired"}


class Settings(RenewableSettings):
    """One LinkedIn page."""

    identity: ClassVar[tuple[str, ...]] = ("organization_id",)

    organization_id: Annotated[
        str, Field(pattern=r"^\d+$", coerce_numbers_to_str=True, examples=["17841400000000001"]), NUMBER_NOT_NAME
    ]
    """Number of the page, as in the address of its admin view."""
    api_version: Annotated[str, Field(pattern=r"^20\d\d(0[1-9]|1[0-2])$", coerce_numbers_to_str=True)] = "202608"
    """Version of LinkedIn's API, a month such as 202608."""


def _judge(answer: Answer) -> RequestError | None:
    told = answer.json()
    code = told.get("code") if isinstance(told, dict) else None
    number = told.get("serviceErrorCode") if isinstance(told, dict) else None
    if answer.status == HTTPStatus.UPGRADE_REQUIRED or code == "NONEXISTENT_VERSION":
        step = "set api_version of this source in okr_config/sources.yaml to a newer month (YYYYMM)"
        return RequestError(
            "bad_answer", "no longer serves this version of the API: set a newer api_version", next_step=step
        )
    if isinstance(number, int) and number in _TOKEN_REFUSED:
        return RequestError("unauthorized", f"refused the access token: {_TOKEN_REFUSED[number]}")
    if code == "TOO_MANY_REQUESTS":
        return RequestError("rate_limited", "has had enough calls for today, which ends at midnight UTC")
    if code == "ACCESS_DENIED":
        return RequestError("forbidden", "says that this member or app may not read the page")
    return None


def _followers(pull: Pull[Settings]) -> tuple[object, tuple[str, ...]]:
    urn = quote(f"urn:li:organization:{pull.settings.organization_id}", safe="")
    path = f"/rest/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    version = {"linkedin-version": pull.settings.api_version, "x-restli-protocol-version": "2.0.0"}

    def call(login: Mapping[str, str]) -> Answer:
        return pull.client.get(path, headers={**login, **version})

    answer, notes = ask(pull, call, token=_TOKEN, is_basic=False, lives=_LIVES)
    told = answer.json()
    if not isinstance(told, dict) or "firstDegreeSize" not in told:
        raise RequestError("bad_answer", "LinkedIn answered something that is not the size of a network")
    return told["firstDegreeSize"], notes


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    followers, notes = _followers(pull)
    yield look(pull, account=pull.settings.organization_id, followers=followers, notes=notes)


def _probe(pull: Pull[Settings]) -> SourceHealth:
    _, notes = _followers(pull)
    warnings = tuple((note, f"okr connect {pull.settings.id}") for note in notes)
    return SourceHealth(account=f"organization {pull.settings.organization_id}", warnings=warnings)


def _version_ends(settings: Settings) -> date:
    """A version ends about the middle of its month a year later."""
    return date(int(settings.api_version[:4]) + 1, int(settings.api_version[4:]), 15)


SOURCE = Source(
    name="linkedin",
    title="LinkedIn",
    settings=Settings,
    streams=(Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),),
    metrics=("social.followers",),
    docs="https://learn.microsoft.com/linkedin/marketing/community-management/organizations/network-sizes",
    url=lambda _: "https://api.linkedin.com",
    judge=_judge,
    hosts=("www.linkedin.com",),
    scopes=("rw_organization_admin",),
    history="none: one snapshot a run",
    delay="none told",
    limits="by day, app and member, reset at midnight UTC; the numbers stand in the developer portal",
    version="202608",
    version_ends=_version_ends,
    steps=(
        "Be an administrator of the LinkedIn page.",
        "At developer.linkedin.com, create an app, link it to the page and have the page verify it.",
        "Under Products, request the Community Management API; it needs a registered organisation.",
        "Under Auth, add the redirect http://localhost:8717/callback, and note client id and client secret.",
        "The login in the browser brings an access token of sixty days, and a refresh token to approved apps.",
    ),
    login=Login(
        authorize="https://www.linkedin.com/oauth/v2/authorization",
        token=_TOKEN,
        keeps={"access_token": "access_token", "refresh_token": "refresh_token"},
        pkce=False,
        port=8717,
        host="localhost",
    ),
    probe=_probe,
)
