"""
Matomo, cloud or self-hosted, through its Reporting API: unique visitors, visits and page views by day, week and month.

Unique visitors exist for these three grains only, and each is asked for as such. Days are those of the website's own
time zone: set `timezone` where it differs from the project's. The token travels in the body of a POST, which tokens for
secure requests insist on. Matomo may answer an error with status 200.

A period without visits and one that waits for its archive look alike, an empty list: the log of visits tells them
apart. What waits is unknown, never 0.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import RecordKind
from connectors.rows.traffic import COUNTED_LATE, METRICS, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.delivery import VendorTotal
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_PATH = "/index.php"
_MANUAL = re.compile(r"UTC([+-]\d{1,2}(?:\.\d{1,2})?)?", re.ASCII)
_SITE_STEP = "check site_id in okr_config/sources.yaml, and that the token's user may view the website in Matomo"


class Settings(SourceSettings):
    """One website in Matomo."""

    identity: ClassVar[tuple[str, ...]] = ("url", "site_id")

    url: Annotated[WebAddress, Field(pattern=r"^https?://[^/?#]+")]
    """Root of the Matomo server, such as https://stats.example."""
    site_id: Annotated[str, Field(pattern=r"^\d{1,10}$", coerce_numbers_to_str=True, examples=["1"])]
    """Number of the website."""
    token: SecretStr
    """Auth token of a user who may view the website."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    for span in spans(pull):
        visits = _report(pull, span, "VisitsSummary.get")
        views = _report(pull, span, "Actions.get")
        counts = {_first_day(period): (given, views.get(period)) for period, given in visits.items()}
        unknown = _not_archived(pull, span, {day for day, (given, _) in counts.items() if given != []})
        rows = [_row(day, *both) for day, both in counts.items() if day not in {str(period) for period in unknown}]
        lacks = any(row["visits"] != 0 and row["visitors"] is None for row in rows)
        note = f"Matomo works out no unique visitors by {span.grain} for this site: they are unknown"
        yield traffic_page(pull, span, rows, notes=(note,) if lacks else (), unknown=unknown)


def _report(pull: Pull[Settings], span: Span, method: str) -> Mapping[str, Any]:
    """Return the counts by period, each named by its first day or all of them; nothing at all is an empty list."""
    fields = {"period": span.grain, "date": f"{span.first},{span.last}", "filter_limit": "-1", "format_metrics": "0"}
    answer = _call(pull, method, fields).json()
    if answer == []:
        return {}
    if not isinstance(answer, dict) or not all(isinstance(counts, dict | list) for counts in answer.values()):
        raise RequestError("bad_answer", f"Matomo answered {method} without periods")
    return answer


def _not_archived(pull: Pull[Settings], span: Span, counted: Collection[str]) -> Mapping[date, str]:
    """
    Return the periods whose empty list does not mean nobody.

    Archiving goes from the past to the present: an empty period before one with counts is archived. Behind the last one
    the log of visits tells, which is there at once: its newest visit and all before it wait for their archive.
    """
    last = max(counted, default="")
    empty = [period for period in span.begun(pull) if str(period) > last]
    if not empty:
        return {}
    try:
        newest = _newest_visit(pull, empty[0])
    except SourceError as error:
        if error.reason in ("stopped", "timed_out", "unreachable"):
            raise
        return dict.fromkeys(empty, "Matomo counts nothing and does not show whether that is archived")
    return {period: "Matomo has not archived it yet" for period in empty if newest and str(period) <= newest}


def _newest_visit(pull: Pull[Settings], first: date) -> str | None:
    """Return the day of the newest visit from a day on; nothing but the day is asked for."""
    today = pull.now.astimezone(pull.zone).date()
    fields = {
        "period": "range",
        "date": f"{first},{max(first, today)}",
        "filter_limit": "1",
        "showColumns": "serverDate",
    }
    answer = _call(pull, "Live.getLastVisitsDetails", {**fields, "doNotFetchActions": "1"}).json()
    match answer:
        case []:
            return None
        case [{"serverDate": str(day)}, *_]:
            return day
        case _:
            raise SourceError("Matomo does not show its newest visit", reason="bad_answer")


def _call(pull: Pull[Settings], method: str, fields: Mapping[str, str]) -> Answer:
    form = {"module": "API", "method": method, "idSite": pull.settings.site_id, "format": "json", **fields}
    return pull.client.post_form(_PATH, {**form, "token_auth": pull.settings.token.get_secret_value()})


def _first_day(period: str) -> str:
    """Return the first day of a period by Matomo's name of it: a day, the ends of a week, or a month."""
    return f"{period}-01" if len(period) == len("2026-11") else period.partition(",")[0]


def _row(first: str, visits: Any, views: Any) -> dict[str, object]:  # noqa: ANN401 - JSON is anything
    """Read one period; an empty list is one without visits, and what a report with visits leaves out is unknown."""
    if visits == []:
        return {"period_start": first, "visitors": 0, "visits": 0, "pageviews": 0}
    counts = visits if isinstance(visits, dict) else {}
    pages = views if isinstance(views, dict) else {"nb_pageviews": 0} if views == [] else {}
    return {
        "period_start": first,
        # of no visits Matomo says nothing about visitors
        "visitors": 0 if counts.get("nb_visits") in (0, "0") else counts.get("nb_uniq_visitors"),
        "visits": counts.get("nb_visits"),
        "pageviews": pages.get("nb_pageviews"),
    }


def _judge(answer: Answer) -> RequestError | None:
    """
    Read the error that may come with any status; Matomo has no codes, and its texts are in any language.

    A text that names a website, as "id = 99", is about the right to view it; with status 401 any other is about the
    token.
    """
    match answer.json():
        case {"result": "error", "message": message} if answer.status < 400 or re.search(r"= \d+", str(message)):  # noqa: PLR2004 - else the status tells more
            return RequestError("forbidden", "refuses the report of this website", next_step=_SITE_STEP)
        case _:
            return None


def _totals(pull: Pull[Settings]) -> Iterator[VendorTotal]:
    """Yield the visits of each day as `VisitsSummary.getVisits` has them now, in one request."""
    first, today = pull.window.start.astimezone(pull.zone).date(), pull.now.astimezone(pull.zone).date()
    span = Span("day", first, today - timedelta(days=1))
    for day, counts in _report(pull, span, "VisitsSummary.get").items() if span.first <= span.last else ():
        if isinstance(counts, dict):  # an empty list may wait for its archive
            yield VendorTotal(date.fromisoformat(day), "web.visits", Decimal(str(counts["nb_visits"])))


def _probe(pull: Pull[Settings]) -> SourceHealth:
    site = _call(pull, "SitesManager.getSiteFromId", {}).json()
    told = site[0] if isinstance(site, list) and site else site
    zone = told.get("timezone") if isinstance(told, dict) else None
    warnings: tuple[tuple[str, str], ...] = ()
    if isinstance(zone, str) and pull.now.astimezone(pull.zone).utcoffset() != (offset := _offset(pull, zone)):
        fix = "set timezone for this source in okr_config/sources.yaml"
        name = "a zone that is not known" if offset is None else zone
        if offset is not None and _MANUAL.fullmatch(zone):
            fix += f", or a named zone for the website in Matomo: {zone} knows no summer time"
        warnings = ((f"the website's days are those of {name}, not of {pull.zone.key}", fix),)
    return SourceHealth(account=f"website {pull.settings.site_id}", newest=pull.now, warnings=warnings)


def _offset(pull: Pull[Settings], zone: str) -> timedelta | None:
    """Return what a zone is ahead of UTC now, by its name or as UTC+5.5; None where nobody knows it."""
    if manual := _MANUAL.fullmatch(zone):
        return timedelta(hours=float(manual[1] or 0))
    try:
        return pull.now.astimezone(ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError):
        return None


SOURCE = Source(
    name="matomo",
    title="Matomo",
    settings=Settings,
    streams=(
        Stream(
            "traffic",
            (RecordKind.TRAFFIC,),
            "replace",
            _traffic,
            lookback=timedelta(days=2),
            changes=Silent(COUNTED_LATE, cheap=True),
        ),
    ),
    metrics=METRICS,
    docs="https://developer.matomo.org/api-reference/reporting-api",
    url=lambda settings: settings.url,
    judge=_judge,
    concurrency=2,
    history="all that the privacy settings have not deleted",
    delay="15 minutes; the running day, week and month grow",
    limits="none when self-hosted; a pull takes six requests, and one for each grain whose newest period is empty",
    version="5",
    verified=("sandbox",),
    steps=(
        "In Matomo, open Administration, Personal, Security, and choose Create new token under Auth tokens.",
        "Let it be used in secure requests only, and copy the token, which is shown once.",
        "The token's user needs the permission View for the website, no more.",
        "In Administration, Websites, Manage, read the website's ID: that is site_id.",
        "url is the root of the server, without index.php.",
    ),
    probe=_probe,
    totals=_totals,
)
