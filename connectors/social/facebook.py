"""
Facebook Pages: followers now, and their totals at the end of each day of the last two years.

Insights, and with them the past, exist for Pages with at least 100 likes. Their days end at midnight Pacific: a total
is kept with that very instant, like a snapshot. Without insights the pull is no failure; it says that there is no past.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import NUMBER_NOT_NAME
from connectors.records import RecordKind
from connectors.rows.accounts import look, look_back
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from connectors.vendors.meta import judge, quota
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_VERSION = "v27.0"
_PACIFIC = ZoneInfo("America/Los_Angeles")
# a call may span 90 days; the last day is asked for once more with the next ones
_MOST_DAYS = timedelta(days=89)
_OLDEST = timedelta(days=2 * 365)
_NO_PAST = frozenset({"forbidden", "bad_answer", "not_found"})


class Settings(SourceSettings):
    """One Facebook Page."""

    identity: ClassVar[tuple[str, ...]] = ("page_id",)

    page_id: Annotated[
        str, Field(pattern=r"^\d+$", coerce_numbers_to_str=True, examples=["17841400000000001"]), NUMBER_NOT_NAME
    ]
    """Number of the Page, digits only."""
    access_token: SecretStr
    """Token of the Page (not of a person)."""


def _ask(pull: Pull[Settings], node: str, **params: str) -> Answer:
    token = pull.settings.access_token.get_secret_value()
    return pull.client.get(f"/{_VERSION}/{node}", params={**params, "access_token": token})


def _page(pull: Pull[Settings]) -> tuple[Answer, dict[str, Any]]:
    answer = _ask(pull, pull.settings.page_id, fields="followers_count")
    told = answer.json()
    if not isinstance(told, dict) or "id" not in told:
        raise RequestError("bad_answer", "Facebook answered something that is not a Page")
    return answer, told


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    _, told = _page(pull)
    yield look(pull, account=pull.settings.page_id, followers=told.get("followers_count"))


def _history(pull: Pull[Settings]) -> Iterator[Page]:
    start, end = max(pull.window.start, pull.now - _OLDEST), pull.window.end
    page = pull.settings.page_id
    while start < end:
        stop = min(start + _MOST_DAYS, end)
        try:
            told = _ask(
                pull,
                f"{page}/insights",
                metric="page_follows",
                period="day",
                since=_day(start).isoformat(),
                until=(_day(stop) + timedelta(days=1)).isoformat(),
            ).json()
        except SourceError as error:
            if error.reason not in _NO_PAST:
                raise
            yield Page({}, rows_read=0, notes=(f"{page}: no followers of the past: {error.what}",))
            return
        yield look_back(page, list(_totals(told)))
        start = stop


def _day(moment: datetime) -> date:
    return moment.astimezone(_PACIFIC).date()


def _totals(told: Any) -> Iterator[tuple[datetime, object]]:  # noqa: ANN401 - JSON is anything
    """Read the series; a Page without insights has none."""
    metrics = told.get("data") if isinstance(told, dict) else None
    if not isinstance(metrics, list):
        raise RequestError("bad_answer", "Facebook answered something that is not insights")
    for metric in metrics:
        values = metric.get("values") if isinstance(metric, dict) else None
        for entry in values if isinstance(values, list) else ():
            match entry:
                case {"end_time": str(end_time), "value": total}:
                    yield datetime.fromisoformat(end_time).astimezone(UTC), total
                case _:
                    continue


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer, told = _page(pull)
    return SourceHealth(account=str(told["id"]), quota=quota(answer))


SOURCE = Source(
    name="facebook",
    title="Facebook Page",
    settings=Settings,
    streams=(
        Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),
        Stream("history", (RecordKind.ACCOUNTS,), "merge", _history, lookback=timedelta(days=3)),
    ),
    metrics=("social.followers",),
    docs="https://developers.facebook.com/docs/graph-api/reference/page/insights",
    url=lambda _: "https://graph.facebook.com",
    judge=judge,
    scopes=("pages_show_list", "pages_read_engagement", "read_insights"),
    history="two years of totals at the end of each Pacific day, for Pages with 100 likes or more",
    delay="none; totals of past days come within a day",
    limits="4 800 calls in 24 hours for each engaged user of the Page",
    version=_VERSION,
    steps=(
        "Be an administrator of the Page.",
        "At developers.facebook.com, create an app of the type Business with Facebook Login for Business.",
        "In the Graph API Explorer, get a user token with pages_show_list, pages_read_engagement and read_insights.",
        "Exchange it for a long-lived one: Access Token Debugger > Extend Access Token.",
        "With that one ask for /me/accounts: the Page's id and its token, which has no end, stand there.",
        "Log in there again every 90 days: Facebook wants the access to data renewed.",
    ),
    probe=_probe,
)
