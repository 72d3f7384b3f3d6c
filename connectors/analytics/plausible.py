"""
Plausible, cloud or self-hosted, through the Stats API v2: visitors, visits and page views by day, week and month.

Visitors are distinct counts: each grain is asked for as such and never added up. Days are those of the site's own
time zone, which the API does not name: set `timezone` where it differs from the project's. A key of the type Stats API
is needed, and in the cloud a plan that has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.prompts import Hostname
from connectors.records import RecordKind
from connectors.rows.traffic import COUNTED_LATE, COUNTS, METRICS, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_MOST_ROWS = 10_000


class Settings(SourceSettings):
    """One website in Plausible."""

    identity: ClassVar[tuple[str, ...]] = ("base_url", "site_id")

    site_id: Hostname
    """Domain of the website as registered, such as minbutikk.no."""
    api_key: SecretStr
    """API key of the type Stats API."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    for span in spans(pull):
        # whole periods only: a week asked for from its middle would be named by that day and count half
        answer = _ask(pull, [span.first.isoformat(), span.last.isoformat()], [f"time:{span.grain}"])
        rows = [_row(result) for result in answer["results"]]
        yield traffic_page(pull, span, rows, notes=_zone_notes(answer, pull.zone))


def _ask(pull: Pull[Settings], date_range: str | Sequence[str], dimensions: Sequence[str]) -> Mapping[str, Any]:
    query = {
        "site_id": pull.settings.site_id,
        "metrics": COUNTS,
        "date_range": date_range,
        "dimensions": dimensions,
        "include": {"imports": False},
        "pagination": {"limit": _MOST_ROWS, "offset": 0},
    }
    answer: object = pull.client.post_json("/api/v2/query", query).json()
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise RequestError("bad_answer", "Plausible answered without results")
    return answer


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


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer = _ask(pull, "day", [])
    fix = "set timezone for this source in okr_config/sources.yaml"
    return SourceHealth(
        account=pull.settings.site_id,
        newest=pull.now,
        warnings=tuple((note.partition(": set")[0], fix) for note in _zone_notes(answer, pull.zone)),
    )


SOURCE = Source(
    name="plausible",
    title="Plausible",
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
    docs="https://plausible.io/docs/stats-api",
    url=lambda _: "https://plausible.io",
    auth=lambda settings: {"authorization": f"Bearer {settings.api_key.get_secret_value()}"},
    rate=4,
    history="all since installation",
    delay="near real time; the running day, week and month grow",
    limits="600 requests an hour and key; a pull takes three",
    version="v2",
    verified=("sandbox",),
    steps=(
        "In Plausible, open the account menu, then Settings, then API Keys.",
        "Choose New API Key of the type Stats API and copy the key, which is shown once.",
        "Copy the site's domain as it stands on its dashboard: that is site_id.",
        "In the cloud the plan must be Business; on a server of your own set base_url to its address.",
    ),
    probe=_probe,
)
