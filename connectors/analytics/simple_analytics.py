"""
Simple Analytics: visits and page views by day, week and month.

What it calls visitors are page views that come from another site or from none: visits, which add up, and no people.
Visitors stay unknown. Days are those of the time zone that is sent along.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import Hostname
from connectors.records import RecordKind
from connectors.rows.traffic import COUNTED_LATE, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_COUNTS = ("visits", "pageviews")


class Settings(SourceSettings):
    """One website in Simple Analytics."""

    identity: ClassVar[tuple[str, ...]] = ("hostname",)

    hostname: Annotated[Hostname, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
    """Host of the website as registered, such as minbutikk.no."""
    api_key: SecretStr | None = None
    """API key; only where the website is not public."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    for span in spans(pull):
        answer = _ask(pull, span.first, span.last, span.grain)
        yield traffic_page(pull, span, [_row(entry, span) for entry in answer["histogram"]], counts=_COUNTS)


def _ask(pull: Pull[Settings], first: date, last: date, interval: str) -> Mapping[str, Any]:
    params = {
        "version": "6",
        "fields": "histogram",
        "start": str(first),
        "end": str(last),
        "interval": interval,
        "timezone": pull.zone.key,
        "info": "false",
    }
    answer = pull.client.get(f"/{pull.settings.hostname}.json", params=params).json()
    if not isinstance(answer, dict) or not isinstance(answer.get("histogram"), list):
        raise RequestError("bad_answer", "Simple Analytics answered without a histogram")
    return answer


def _row(entry: object, span: Span) -> dict[str, object]:
    """Read one bucket; a month may be named without its day."""
    told = entry if isinstance(entry, dict) else {}
    day = told.get("date")
    if isinstance(day, str):
        day = f"{day[:7]}-01" if span.grain == "month" else day[:10]
    return {"period_start": day, "visits": told.get("visitors"), "pageviews": told.get("pageviews")}


def _judge(answer: Answer) -> RequestError | None:
    """Read the error that may come with any status; it has a text and no code."""
    match answer.json():
        case {"ok": False} if answer.status < 400:  # noqa: PLR2004 - else the status tells more
            return RequestError("forbidden", "refuses the request: check hostname and api_key")
        case _:
            return None


def _headers(settings: Settings) -> dict[str, str]:
    return {"api-key": settings.api_key.get_secret_value()} if settings.api_key else {}


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(pull.zone).date()
    _ask(pull, today - timedelta(days=1), today, "day")
    return SourceHealth(account=pull.settings.hostname, newest=pull.now)


SOURCE = Source(
    name="simple_analytics",
    title="Simple Analytics",
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
    metrics=("web.visits", "web.pageviews"),
    docs="https://docs.simpleanalytics.com/api/stats",
    url=lambda _: "https://simpleanalytics.com",
    auth=_headers,
    judge=_judge,
    rate=2,
    history="all since installation",
    delay="near real time; the running day, week and month grow",
    limits="none told; a pull takes three requests",
    version="6",
    steps=(
        "In Simple Analytics, open Account, API keys, and create a key; a public website needs none.",
        "hostname is the website as it stands on its dashboard, such as shop.example.",
    ),
    probe=_probe,
)
