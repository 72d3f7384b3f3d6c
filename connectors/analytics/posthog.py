"""
PostHog, cloud or self-hosted, by HogQL: people, sessions and page views by day, Monday week and month.

People are distinct counts: each grain is asked for as such and never added up. Days are those of the project's own time
zone, which the answer names. People may be merged later, so that the last weeks are read again and may fall. The cloud
in the United States is asked unless `base_url` says otherwise: https://eu.posthog.com, or a server of your own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import cursor
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.periods import last_day
from connectors.rows.traffic import COUNTED_LATE, METRICS, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_DAY = timedelta(days=1)
_MOST_ROWS = 1_000
_WAITS = (1, 2, 4, 8, 15, 30, 30)
"""Seconds between looks at a query that is still being worked on."""

_BUCKETS = {"day": "toDate(timestamp)", "week": "toStartOfWeek(timestamp, 1)", "month": "toStartOfMonth(timestamp)"}
_COLUMNS = {
    "visitors": "count(DISTINCT person_id)",
    "visits": "count(DISTINCT properties.$session_id)",
    "pageviews": "count()",
}


class Settings(SourceSettings):
    """One project in PostHog."""

    identity: ClassVar[tuple[str, ...]] = ("base_url", "project_id")

    project_id: Annotated[str, Field(pattern=r"^[\w-]{1,64}$", coerce_numbers_to_str=True, examples=["12345"])]
    """Number of the project."""
    api_key: SecretStr
    """Personal API key with the scope query:read."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    for span in spans(pull, weeks_back=2):
        yield _page(pull, span)


def _page(pull: Pull[Settings], span: Span) -> Page:
    def ask(first: str | None) -> Answer:
        return _query(pull, hogql(replace(span, first=date.fromisoformat(first)) if first else span))

    def following(answer: Answer) -> str | None:
        rows = _rows(answer)
        more = _result(answer).get("hasMore") is True and rows
        return _after(str(rows[-1]["period_start"]), span) if more else None

    answers = list(cursor(ask, following))
    rows = [row for answer in answers for row in _rows(answer)]
    zone = _result(answers[-1]).get("timezone")
    return traffic_page(pull, span, rows, zone=zone if isinstance(zone, str) else None)


def _after(period: str, span: Span) -> str | None:
    """Return the first day after a period, None where that is beyond the span or the period is none."""
    try:
        following = last_day(date.fromisoformat(period), span.grain) + _DAY
    except ValueError:
        return None
    return following.isoformat() if following <= span.last else None


def hogql(span: Span) -> str:
    """Return the query of a span; all that is put into it is dates."""
    columns = ", ".join(f"{expression} AS {name}" for name, expression in _COLUMNS.items())
    return (
        f"SELECT {_BUCKETS[span.grain]} AS period_start, {columns} FROM events"  # noqa: S608 - dates only
        f" WHERE event = '$pageview' AND timestamp >= toDateTime('{span.first} 00:00:00')"
        f" AND timestamp < toDateTime('{span.last + _DAY} 00:00:00')"
        f" GROUP BY period_start ORDER BY period_start LIMIT {_MOST_ROWS}"
    )


def _query(pull: Pull[Settings], query: str) -> Answer:
    path = f"/api/projects/{pull.settings.project_id}/query/"
    # the same text is asked again all week: an answer that PostHog keeps would be too old
    body = {"query": {"kind": "HogQLQuery", "query": query}, "refresh": "force_blocking", "name": "okr traffic"}
    answer = pull.client.post_json(path, body)
    for seconds in _WAITS:
        running = _running(answer)
        if running is None:
            break
        pull.client.pause(seconds)
        answer = pull.client.get(f"{path}{running}/")
    else:
        raise RequestError("timed_out", f"did not finish the query within {sum(_WAITS)} s")
    if not isinstance(_result(answer).get("results"), list):
        raise RequestError("bad_answer", "PostHog answered without results")
    return answer


def _running(answer: Answer) -> str | None:
    """Return the id of a query that is still being worked on."""
    match answer.json():
        case {"query_status": {"complete": False, "id": str(query)}} if query.replace("-", "").isalnum():
            return query
        case _:
            return None


def _result(answer: Answer) -> Mapping[str, Any]:
    """Return what a query came to; of one that was waited for it lies inside its status."""
    match answer.json():
        case {"query_status": {"results": dict() as result}}:
            return result
        case dict() as result:
            return result
        case _:
            return {}


def _rows(answer: Answer) -> list[dict[str, object]]:
    columns = _result(answer).get("columns")
    names = columns if isinstance(columns, list) else ["period_start", *_COLUMNS]
    return [_row(dict(zip(names, values, strict=False))) for values in _lists(_result(answer).get("results"))]


def _lists(rows: object) -> Iterator[list[Any]]:
    for row in rows if isinstance(rows, list) else ():
        yield row if isinstance(row, list) else []


def _row(named: Mapping[str, object]) -> dict[str, object]:
    """Take the day of a period; where page views belong to no session at all, sessions are not counted."""
    period, visits = named.get("period_start"), named.get("visits")
    return {
        **{name: named.get(name) for name in _COLUMNS},
        "period_start": period[:10] if isinstance(period, str) else period,
        "visits": None if visits == 0 and named.get("pageviews") else visits,
    }


def _judge(answer: Answer) -> RequestError | None:
    """Read the error that may come with a query that was answered."""
    match answer.json():
        case {"query_status": {"error": True}}:
            return RequestError("bad_answer", "could not work the query out")
        case {"results": _, "error": str(error)} if error:
            return RequestError("bad_answer", "could not work the query out")
        case _:
            return None


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(pull.zone).date()
    page = _page(pull, Span("day", today - _DAY, today))
    seen = page.frames[RecordKind.TRAFFIC]["pageviews"].sum()
    lack = ("no page views since yesterday", "check that the snippet is on the shop's pages and sends $pageview")
    account = f"project {pull.settings.project_id} in {page.zone}"
    return SourceHealth(account=account, newest=pull.now, warnings=() if seen else (lack,))


SOURCE = Source(
    name="posthog",
    title="PostHog",
    settings=Settings,
    streams=(
        Stream(
            "traffic",
            (RecordKind.TRAFFIC,),
            "replace",
            _traffic,
            lookback=timedelta(days=3),
            changes=Silent(COUNTED_LATE, cheap=True),
        ),
    ),
    metrics=METRICS,
    docs="https://posthog.com/docs/api/queries",
    url=lambda _: "https://us.posthog.com",
    auth=lambda settings: {"authorization": f"Bearer {settings.api_key.get_secret_value()}"},
    judge=_judge,
    scopes=("query:read",),
    rate=1,
    concurrency=2,
    history="as long as the plan keeps events",
    delay="minutes; people may be merged later",
    limits="120 queries an hour; a pull takes three",
    version="unnumbered",
    steps=(
        "In PostHog, open the menu with your name, then Account settings, Personal API keys.",
        "Create a key with the scope query:read, for this project only, and copy it.",
        "In Settings, Project, copy the project's ID: that is project_id.",
        "In the cloud of the European Union set base_url to https://eu.posthog.com.",
    ),
    probe=_probe,
)
