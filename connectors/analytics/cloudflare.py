"""
Cloudflare Web Analytics: visits and page views by day.

A visit is a page load that comes from another site or from none, so that visits add up; there are no visitors. Days are
those of UTC, whatever the shop's zone. Cloudflare may count only a sample and multiply: such numbers are estimates,
which a note says.

The site is only a filter: of one that is not there Cloudflare counts nothing. Where there is nothing at all, it is
asked for the site, which needs a right of its own; without it the days are unknown, never 0.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.traffic import COUNTED_LATE, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_PATH = "/client/v4/graphql"
_UTC = ZoneInfo("UTC")
_COUNTS = ("visits", "pageviews")
_MOST_ROWS = 5_000
_HISTORY = timedelta(days=180)
QUERY = (
    "query($account:string!,$filter:AccountRumPageloadEventsAdaptiveGroupsFilter_InputObject!){"
    "viewer{accounts(filter:{accountTag:$account}){"
    f"rumPageloadEventsAdaptiveGroups(filter:$filter,limit:{_MOST_ROWS},orderBy:[date_ASC])"
    "{count avg{sampleInterval} sum{visits} dimensions{date}}}}}"
)
_RIGHT = "allow the token Account Settings, Read too, and check site_tag"
_UNTOLD = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_CODES: Mapping[str, tuple[str, str]] = {
    "authz": ("forbidden", "does not let this token read the account: it needs Account Analytics, Read"),
    "budget": ("rate_limited", "has been asked for too much in five minutes"),
}


class Settings(SourceSettings):
    """One website in Cloudflare's Web Analytics."""

    identity: ClassVar[tuple[str, ...]] = ("account_tag", "site_tag")

    account_tag: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
    """Id of the account, 32 letters and digits."""
    site_tag: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
    """Id of the website, 32 letters and digits."""
    api_token: SecretStr
    """API token with the permission Account Analytics, Read."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    days, _, _ = spans(pull, zone=_UTC)
    # before that Cloudflare keeps nothing, which is not nobody
    oldest = pull.now.astimezone(_UTC).date() - _HISTORY
    span = Span("day", min(max(days.first, oldest), days.last), days.last)
    groups = _ask(pull, span.first, span.last)
    if not groups and not _is_known(pull):
        reason = "Cloudflare counts nothing and does not say whether the site is there"
        unknown = dict.fromkeys(span.begun(pull, _UTC), reason)
        yield traffic_page(
            pull, span, (), counts=_COUNTS, zone=_UTC.key, unknown=unknown, notes=(f"{reason}: {_RIGHT}",)
        )
    else:
        yield _page(pull, span, groups)


def _is_known(pull: Pull[Settings]) -> bool:
    """
    Tell whether the site is there; False where the token may not ask.

    Raises:
        RequestError: not_found, when it is not.
    """
    settings = pull.settings
    path = f"/client/v4/accounts/{settings.account_tag}/rum/site_info/{settings.site_tag}"
    answer = pull.client.get(path, expect=(*_UNTOLD, HTTPStatus.NOT_FOUND))
    if answer.status == HTTPStatus.NOT_FOUND:
        raise RequestError("not_found", f"Cloudflare knows no site {settings.site_tag} in this account")
    return answer.status not in _UNTOLD


def _page(pull: Pull[Settings], span: Span, groups: list[Any]) -> Page:
    most = max((_interval(group) for group in groups), default=1)
    note = f"Cloudflare estimated these counts from one page load in {most:g} (sampling)"
    rows = [_row(group) for group in groups]
    return traffic_page(pull, span, rows, counts=_COUNTS, zone=_UTC.key, notes=(note,) if most > 1 else ())


def _ask(pull: Pull[Settings], first: date, last: date) -> list[Any]:
    settings = pull.settings
    both = [{"date_geq": str(first), "date_leq": str(last)}, {"siteTag": settings.site_tag}]
    variables = {"account": settings.account_tag, "filter": {"AND": both}}
    answer = pull.client.post_json(_PATH, {"query": QUERY, "variables": variables}).json()
    match answer:
        case {"data": {"viewer": {"accounts": [{"rumPageloadEventsAdaptiveGroups": [*groups]}, *_]}}}:
            return groups
        case {"data": {"viewer": {"accounts": []}}}:
            raise RequestError("not_found", "Cloudflare shows no account of this account_tag to this token")
        case _:
            raise RequestError("bad_answer", "Cloudflare answered without counts")


def _row(group: object) -> dict[str, object]:
    match group:
        case {"dimensions": {"date": day}, **counts}:
            total = counts.get("sum")
            visits = total.get("visits") if isinstance(total, dict) else None
            return {"period_start": day, "visits": visits, "pageviews": counts.get("count")}
        case _:
            return {}


def _interval(group: object) -> float:
    match group:
        case {"avg": {"sampleInterval": int() | float() as interval}}:
            return float(interval)
        case _:
            return 1.0


def _judge(answer: Answer) -> RequestError | None:
    """Read GraphQL's errors, which come with status 200, by their codes."""
    match answer.json():
        case {"errors": [first, *_]} if answer.status < 400:  # noqa: PLR2004 - else the status tells more
            extensions = first.get("extensions") if isinstance(first, dict) else None
            code = extensions.get("code") if isinstance(extensions, dict) else None
            return RequestError(*_CODES.get(str(code), ("bad_answer", "does not answer the query")))
        case _:
            return None


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(_UTC).date()
    span = Span("day", today - timedelta(days=1), today)
    groups = _ask(pull, span.first, span.last)
    lack = "no page loads since yesterday, and whether the site is there is not told"
    if not groups and not _is_known(pull):
        return SourceHealth(account=f"account {pull.settings.account_tag}", warnings=((lack, _RIGHT),))
    page = _page(pull, span, groups)
    return SourceHealth(
        account=f"account {pull.settings.account_tag}",
        newest=pull.now,
        warnings=tuple((note, "") for note in page.notes),
    )


SOURCE = Source(
    name="cloudflare",
    title="Cloudflare Web Analytics",
    settings=Settings,
    streams=(
        Stream(
            "traffic",
            (RecordKind.TRAFFIC,),
            "replace",
            _traffic,
            lookback=timedelta(days=2),
            changes=Silent(COUNTED_LATE),
        ),
    ),
    metrics=("web.visits", "web.pageviews"),
    docs="https://developers.cloudflare.com/analytics/graphql-api/",
    url=lambda _: "https://api.cloudflare.com",
    auth=lambda settings: {"authorization": f"Bearer {settings.api_token.get_secret_value()}"},
    judge=_judge,
    scopes=("Account Analytics: Read",),
    rate=1,
    history="6 months",
    delay="minutes; the running day grows",
    limits="about 300 queries in 5 minutes; a pull takes one, or two where nothing was counted",
    version="v4",
    steps=(
        "In Cloudflare, open My Profile, API Tokens, and create a token with Account Analytics, Read.",
        "Add Account Settings, Read, so that a site without page loads can be told from one that is not there.",
        "The account's ID stands in the dashboard's address: that is account_tag.",
        "In Web Analytics, Manage site, copy the site tag: that is site_tag.",
    ),
    probe=_probe,
)
