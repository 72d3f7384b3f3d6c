"""
Google Analytics 4, through the Data API: active users, sessions and page views by day, ISO week and month.

Users are distinct counts: each grain is asked for as such and never added up. Days are those of the property's own time
zone. Google goes on counting for two to three days, so that a period is settled 72 hours after its end; until then it
is read again. What Google withholds to protect people (thresholding) is unknown, never 0.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.service_account import HOSTS, ask
from connectors.http.errors import RequestError
from connectors.http.pagination import offset
from connectors.http.response import Answer
from connectors.prompts import Prompt
from connectors.records import RecordKind
from connectors.rows.periods import instants
from connectors.rows.traffic import COUNTED_LATE, COUNTS, METRICS, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from connectors.vendors.google import judge
from okr_config.models import SourceSettings

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"

DELAY = timedelta(hours=72)
"""Google says 24 to 48 hours; late hits and modelled ones may take longer."""

_FULL_DAYS = timedelta(days=3)
_MOST_ROWS = 10_000
_DIMENSIONS = {"day": "date", "week": "isoYearIsoWeek", "month": "yearMonth"}
_METRICS = ("activeUsers", "sessions", "screenPageViews")
_TOKENS = {
    "tokensPerDay": "tokens left today",
    "tokensPerHour": "tokens left this hour",
    "tokensPerProjectPerHour": "tokens left to the project this hour",
}
_FEW_TOKENS = 1_000
_OTHER = "(other)"


_OTHER_IDS = (
    (
        r"^G-",
        {
            "nb": "det er målings-ID-en; egenskapens ID er et tall under Admin",
            "en": "that is the measurement id; the property id is a number under Admin",
        },
    ),
    (
        r"^UA-",
        {
            "nb": "det er en egenskap av det gamle slaget; den nye har et tall under Admin",
            "en": "that is a property of the old kind; the new one has a number under Admin",
        },
    ),
)


class Settings(SourceSettings):
    """One property of Google Analytics."""

    identity: ClassVar[tuple[str, ...]] = ("property_id",)

    property_id: Annotated[
        str,
        Field(pattern=r"^\d{1,20}$", coerce_numbers_to_str=True, examples=["123456789"]),
        Prompt(mistakes=_OTHER_IDS, complete=lambda answer: answer.removeprefix("properties/")),
    ]
    """Number of the property, digits only; G-... is the measurement id and does not serve."""
    credentials: SecretStr
    """A service account's JSON key, or the path of its file."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    for span in spans(pull):
        yield _page(pull, span, _read(pull, span))


def _read(pull: Pull[Settings], span: Span) -> Mapping[str, Any]:
    """Return the report of a span with the rows of all its pages."""
    query = report_query(span)
    answers = offset(
        lambda start: _report(pull, {**query, "offset": str(start)}),
        lambda answer: len(_rows(answer)),
        limit=_MOST_ROWS,
        # without rows their number is left out too
        total=lambda answer: int(answer.json().get("rowCount", len(_rows(answer)))),
        key=lambda answer: [repr(row) for row in _rows(answer)],
        gap=pull.client.report_gap,
    )
    pages = list(answers)
    # pages overlap by a row
    rows = {repr(row): row for answer in pages for row in _rows(answer)}
    return {**pages[-1].json(), "rows": list(rows.values())}


def _rows(answer: Answer) -> list[Any]:
    rows: list[Any] = answer.json().get("rows", [])
    return rows


def report_query(span: Span) -> dict[str, Any]:
    """Return the request of a span's report, without its offset."""
    dimension = _DIMENSIONS[span.grain]
    return {
        "dateRanges": [{"startDate": span.first.isoformat(), "endDate": span.last.isoformat()}],
        "dimensions": [{"name": dimension}],
        "metrics": [{"name": name} for name in _METRICS],
        "orderBys": [{"dimension": {"dimensionName": dimension}}],
        "keepEmptyRows": True,
        "limit": str(_MOST_ROWS),
        "returnPropertyQuota": True,
    }


def _report(pull: Pull[Settings], query: Mapping[str, Any]) -> Answer:
    path = f"/v1beta/properties/{pull.settings.property_id}:runReport"
    return ask(
        pull,
        pull.settings.credentials,
        SCOPE,
        lambda headers: pull.client.post_json(path, query, headers=headers, check=_check),
    )


def _check(answer: Answer) -> None:
    # an empty report has no rows; headers and metadata it always has
    report = answer.json()
    if not isinstance(report, dict) or not isinstance(report.get("rows", []), list):
        raise RequestError("bad_answer", "Google Analytics answered something that is not a report")
    if not report.keys() & {"kind", "metadata", "dimensionHeaders", "metricHeaders", "rows"}:
        raise RequestError("bad_answer", "Google Analytics answered something that is not a report")


def _page(pull: Pull[Settings], span: Span, report: Mapping[str, Any]) -> Page:
    metadata = report["metadata"] if isinstance(report.get("metadata"), dict) else {}
    rows = [_row(row, span.grain, report) for row in report["rows"]]
    zone = metadata.get("timeZone")
    return traffic_page(
        pull,
        span,
        [row for row in rows if row.get("period_start") != _OTHER],
        delay=DELAY,
        hides=bool(metadata.get("subjectToThresholding") or metadata.get("dataLossFromOtherRow")),
        zone=zone if isinstance(zone, str) else None,
        notes=(*_notes(metadata), *_quota_notes(report)),
    )


def _row(row: object, grain: str, report: Mapping[str, Any]) -> dict[str, object]:
    """Read a row by the headers, which need not stand in the order asked for."""
    named = _by_name(row, report, "dimension") | _by_name(row, report, "metric")
    counts = {count: named.get(metric) for count, metric in zip(COUNTS, _METRICS, strict=True)}
    return {"period_start": _period(named.get(_DIMENSIONS[grain]), grain), **counts}


def _by_name(row: object, report: Mapping[str, Any], what: str) -> dict[str, object]:
    headers, values = report.get(f"{what}Headers"), row.get(f"{what}Values") if isinstance(row, dict) else None
    if not isinstance(headers, list) or not isinstance(values, list) or len(headers) != len(values):
        return {}
    return {
        str(header.get("name")): value.get("value")
        for header, value in zip(headers, values, strict=True)
        if isinstance(header, dict) and isinstance(value, dict)
    }


def _period(value: object, grain: str) -> object:
    """Return the first day of what Google calls 20261123, 202648 or 202611; anything else as it is."""
    text = str(value)
    try:
        match grain:
            case "week":
                return date.fromisocalendar(int(text[:4]), int(text[4:]), 1).isoformat()
            case "month":
                return date(int(text[:4]), int(text[4:]), 1).isoformat()
            case _:
                return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return value


def _notes(metadata: Mapping[str, Any]) -> Iterator[str]:
    if metadata.get("subjectToThresholding"):
        yield "Google withholds small counts of this property (thresholding): a period left out is unknown, not 0"
    if metadata.get("dataLossFromOtherRow"):
        yield "Google gathered some rows under (other): a period left out is unknown, not 0"
    match metadata.get("samplingMetadatas"):
        case [{"samplesReadCount": read, "samplingSpaceSize": space}, *_] if int(space) > 0:
            yield f"Google estimated these counts from {int(read) / int(space):.0%} of the events (sampling)"
        case [_, *_]:
            yield "Google estimated these counts from a part of the events (sampling)"
    if metadata.get("schemaRestrictionResponse"):
        yield "Google keeps some metrics from this account (schema restriction)"


def _quota_notes(report: Mapping[str, Any]) -> Iterator[str]:
    for name, words in _TOKENS.items():
        left = _quota(report).get(name)
        if left is not None and left < _FEW_TOKENS:
            yield f"Google's quota runs low: {left:,} {words}"


def _quota(report: Mapping[str, Any]) -> dict[str, int]:
    """Return what is left, by name; Google leaves a 0 out."""
    match report.get("propertyQuota"):
        case dict() as states:
            return {name: int(state.get("remaining", 0)) for name, state in states.items() if isinstance(state, dict)}
        case _:
            return {}


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(pull.zone).date()
    span = Span("day", today - _FULL_DAYS, today)
    report = _read(pull, span)
    page = _page(pull, span, report)
    told = page.frames[RecordKind.TRAFFIC].filter(pl.col("visitors") > 0)["period_start"].to_list()
    zone = ZoneInfo(page.zone) if page.zone else pull.zone
    left = _quota(report)
    return SourceHealth(
        account=f"property {pull.settings.property_id} in {zone.key}",
        quota=", ".join(f"{left[name]:,} {words}" for name, words in _TOKENS.items() if name in left),
        newest=min(pull.now, instants(max(told), "day", zone)[1]) if told else None,
        warnings=tuple((note, _fix(note)) for note in page.notes),
    )


def _fix(note: str) -> str:
    if "thresholding" in note:
        return "in GA4, Admin, Reporting identity, choose Device-based, and turn Google signals off"
    return "run less often, or ask Google for more" if "quota" in note else ""


SOURCE = Source(
    name="ga4",
    title="Google Analytics 4",
    settings=Settings,
    streams=(
        Stream(
            "traffic",
            (RecordKind.TRAFFIC,),
            "replace",
            _traffic,
            lookback=_FULL_DAYS,
            changes=Silent(COUNTED_LATE, cheap=True),
        ),
    ),
    metrics=METRICS,
    docs="https://developers.google.com/analytics/devguides/reporting/data/v1",
    url=lambda _: "https://analyticsdata.googleapis.com",
    judge=judge,
    hosts=HOSTS,
    scopes=(SCOPE,),
    rate=5,
    history="since the tag was installed, as long as the property keeps it",
    delay="24 to 48 hours; a period is settled 72 hours after its end",
    limits="200,000 tokens a day, 40,000 an hour and property; a pull takes three requests of a few tokens",
    version="v1beta",
    verified=("official schema", "sandbox"),
    steps=(
        "In the Google Cloud console, create a project and enable the Google Analytics Data API in it.",
        "Under IAM, Service accounts, create an account; under its Keys, add a JSON key and save the file.",
        "In Google Analytics, open Admin, Property access management, and add the account's client_email as Viewer.",
        "In Admin, Property details, copy the numeric property id: that is property_id.",
        "Put the path of the JSON file, or its content, into .env as the variable that credentials names.",
    ),
    probe=_probe,
)
