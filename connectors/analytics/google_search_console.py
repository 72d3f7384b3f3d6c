"""
Google Search Console: clicks and impressions of a site in Google's results, by day.

They add up over days and are observations of `<source>.clicks` and `<source>.impressions`. Google's days are Pacific
ones, whatever the shop's zone. The newest days are incomplete and come again until they are final; a day that Google
leaves out is unknown, not 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.service_account import HOSTS, ask
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.observations import observe
from connectors.rows.periods import instants
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from connectors.vendors.google import judge
from okr_config.models import SourceSettings

SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
PACIFIC = ZoneInfo("America/Los_Angeles")

_METRICS = ("clicks", "impressions")
_DELAY = timedelta(days=3)
_REREAD = timedelta(days=5)
_MOST_ROWS = 25_000


class Settings(SourceSettings):
    """One property of Search Console."""

    identity: ClassVar[tuple[str, ...]] = ("site",)
    brings_metrics: ClassVar[bool] = True

    site: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^/?#]+/([^?#]*/)?|sc-domain:[A-Za-z0-9.-]+)$", examples=["sc-domain:my-shop.example"]
        ),
    ]
    """The property as Search Console names it: https://shop.example/ or sc-domain:shop.example."""
    credentials: SecretStr
    """A service account's JSON key, or the path of its file."""


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    first, last = pull.window.days(PACIFIC)
    yield _page(pull, _query(pull, search_query(first, last)))


def search_query(first: date, last: date) -> dict[str, Any]:
    """Return the request of some days, both inclusive, also of those not final; a row a day, all on one page."""
    return {
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "dimensions": ["date"],
        "type": "web",
        "dataState": "all",
        "rowLimit": _MOST_ROWS,
    }


def _query(pull: Pull[Settings], query: Mapping[str, Any]) -> Answer:
    path = f"/webmasters/v3/sites/{quote(pull.settings.site, safe='')}/searchAnalytics/query"
    return ask(
        pull,
        pull.settings.credentials,
        SCOPE,
        lambda headers: pull.client.post_json(path, query, headers=headers, check=_check),
    )


def _check(answer: Answer) -> None:
    # without any row there is no list of them
    told = answer.json()
    known = {"rows", "responseAggregationType", "metadata"}
    if not isinstance(told, dict) or not isinstance(told.get("rows", []), list) or (told and not told.keys() & known):
        raise RequestError("bad_answer", "Search Console answered something that is not a list of days")


def _rows(answer: Answer) -> Sequence[Any]:
    rows: list[Any] = answer.json().get("rows", [])
    return rows


def _page(pull: Pull[Settings], answer: Answer) -> Page:
    settings, incomplete = pull.settings, _first_incomplete(answer)
    rows = [
        {"metric": f"{settings.id}.{name}", "period_start": _day(row), "value": row.get(name)}
        for row in _rows(answer)
        if isinstance(row, dict)
        for name in _METRICS
    ]
    wire = frame_of(RecordKind.OBSERVATIONS, rows, dict.fromkeys(("metric", "period_start", "value"), TEXT))
    seen = observe(
        settings.id,
        wire.frame.with_row_index("row", offset=1).with_columns(account=pl.lit(settings.site), grain=pl.lit("day")),
    )
    settled = [
        day < incomplete if incomplete else pull.now - instants(day, "day", PACIFIC)[1] >= _DELAY
        for day in seen.frame["period_start"]
    ]
    return Page(
        {RecordKind.OBSERVATIONS: seen.frame.with_columns(settled=pl.Series(settled, dtype=pl.Boolean))},
        rows_read=len(_rows(answer)),
        refused=(*wire.refused, *seen.refused),
        cursor=pull.window.end,
        zone=PACIFIC.key,
    )


def _day(row: Mapping[str, Any]) -> object:
    match row.get("keys"):
        case [day]:
            return day
        case _:
            return None


def _first_incomplete(answer: Answer) -> date | None:
    """Return the first day that is not final, by either spelling of its name."""
    metadata = answer.json().get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    day = told.get("first_incomplete_date") or told.get("firstIncompleteDate")
    try:
        return date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:
        return None


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(PACIFIC).date()
    page = _page(pull, _query(pull, search_query(today - _REREAD, today)))
    days: list[date] = page.frames[RecordKind.OBSERVATIONS]["period_start"].to_list()
    newest = min(pull.now, instants(max(days), "day", PACIFIC)[1]) if days else None
    lack = (f"no numbers of the last {_REREAD.days} days", "check that site is spelt as Search Console spells it")
    return SourceHealth(account=pull.settings.site, newest=newest, warnings=() if days else (lack,))


SOURCE = Source(
    name="google_search_console",
    title="Google Search Console",
    settings=Settings,
    streams=(
        Stream(
            "searches",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            lookback=_REREAD,
            changes=Silent("days counted again"),
        ),
    ),
    metrics=("<source>.clicks", "<source>.impressions"),
    docs="https://developers.google.com/webmaster-tools/v1/searchanalytics/query",
    url=lambda _: "https://www.googleapis.com",
    judge=judge,
    hosts=HOSTS,
    scopes=(SCOPE,),
    rate=5,
    history="16 months",
    delay="2 to 3 days; days that are not final are read again",
    limits="1,200 queries a minute and site",
    version="v3",
    verified=("official schema",),
    steps=(
        "In the Google Cloud console, create a project and enable the Google Search Console API in it.",
        "Under IAM, Service accounts, create an account; under its Keys, add a JSON key and save the file.",
        "In Search Console, open Settings, Users and permissions, and add the account's client_email.",
        "Copy the property as it is named there: https://shop.example/ with its slash, or sc-domain:shop.example.",
        "Put the path of the JSON file, or its content, into .env as the variable that credentials names.",
    ),
    probe=_probe,
)
