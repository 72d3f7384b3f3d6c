"""
Plausible, cloud or self-hosted, through the Stats API v2: visitors, visits and page views by day, week and month.

Visitors are distinct counts: each grain is asked for as such and never added up. Days are those of the site's own
time zone, which the API does not name: set `timezone` where it differs from the project's. A key of the type Stats API
is needed, and in the cloud a plan that has it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import SecretStr

from connectors._decode import TEXT, frame_of
from connectors._fit import fit
from connectors._periods import first_day, last_day
from connectors._records import RecordKind
from connectors._source import Page, Pull, Source, Stream
from connectors._trouble import Trouble
from okr_config.models import SourceSettings

_METRICS = ("visitors", "visits", "pageviews")
_REREAD = {"day": timedelta(0), "week": timedelta(weeks=1), "month": timedelta(0)}
_MOST_ROWS = 10_000


class Settings(SourceSettings):
    """`site_id`: the domain as registered; `api_key`: of the type Stats API."""

    identity: ClassVar[tuple[str, ...]] = ("base_url", "site_id")

    site_id: str
    api_key: SecretStr


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    start, end = pull.window.days(pull.zone)
    for grain in ("day", "week", "month"):
        # whole periods only: a week asked for from its middle would be named by that day and count half
        first, last = first_day(start - _REREAD[grain], grain), last_day(end, grain)
        yield _page(pull, grain, _ask(pull, grain, first, last))


def _ask(pull: Pull[Settings], grain: str, first: date, last: date) -> Mapping[str, Any]:
    query = {
        "site_id": pull.settings.site_id,
        "metrics": _METRICS,
        "date_range": [first.isoformat(), last.isoformat()],
        "dimensions": [f"time:{grain}"],
        "include": {"time_labels": True, "imports": False},
        "pagination": {"limit": _MOST_ROWS, "offset": 0},
    }
    answer: object = pull.client.post_json("/api/v2/query", query).json()
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise Trouble("bad_answer", "Plausible answered without results")
    return answer


def _page(pull: Pull[Settings], grain: str, answer: Mapping[str, Any]) -> Page:
    today = pull.now.astimezone(pull.zone).date()
    results = [_row(result) for result in answer["results"]]
    given = {row.get("period_start") for row in results}
    # a period that is left out had nobody; one that has not begun is nothing yet
    labels = answer.get("meta", {}).get("time_labels", ())
    absent = [label for label in labels if label not in given and label <= today.isoformat()]
    results += [{"period_start": label, **dict.fromkeys(_METRICS, 0)} for label in absent]

    wire = frame_of(RecordKind.TRAFFIC, results, dict.fromkeys(("period_start", *_METRICS), TEXT))
    rows = fit(RecordKind.TRAFFIC, wire.frame.with_columns(grain=pl.lit(grain)), required=("grain", "period_start"))
    settled = [last_day(start, grain) < today for start in rows.frame["period_start"]]
    return Page(
        {RecordKind.TRAFFIC: rows.frame.with_columns(settled=pl.Series(settled, dtype=pl.Boolean))},
        rows_read=len(results),
        refused=(*wire.refused, *rows.refused),
        cursor=pull.window.end,
        notes=_zone_notes(answer, pull.zone),
    )


def _row(result: object) -> dict[str, object]:
    """Give the positional lists their names; one of another shape is refused later, for want of a period."""
    match result:
        case {"dimensions": [period], "metrics": [visitors, visits, pageviews]}:
            return {"period_start": period, "visitors": visitors, "visits": visits, "pageviews": pageviews}
        case _:
            return {}


def _zone_notes(answer: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, ...]:
    match answer:
        case {"query": {"date_range": [str(start), *_]}} if len(start) > len("2026-11-23"):
            site = datetime.fromisoformat(start)
            if site.utcoffset() != site.replace(tzinfo=zone).utcoffset():
                return (f"the site's days begin at {site:%H:%M%z}, not in {zone.key}: set timezone for this source",)
    return ()


SOURCE = Source(
    name="plausible",
    title="Plausible",
    settings=Settings,
    streams=(Stream("traffic", (RecordKind.TRAFFIC,), "replace", _traffic, lookback=timedelta(days=2)),),
    metrics=("web.visitors", "web.visits", "web.pageviews"),
    docs="https://plausible.io/docs/stats-api",
    url=lambda _: "https://plausible.io",
    auth=lambda settings: {"authorization": f"Bearer {settings.api_key.get_secret_value()}"},
    rate=4,
    history="all since installation",
    delay="near real time; the running day, week and month grow",
    limits="600 requests an hour and key; a pull takes three",
)
