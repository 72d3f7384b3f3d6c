"""Plausible's Stats API v2, over the visits of the sandbox's shop."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.visits import ZONE, Visit, Visits, pages_of, visitors_of

_KEYS = {"site_id", "metrics", "date_range", "dimensions", "filters", "order_by", "include", "pagination"}
_PAGINATION = {"limit": 10_000, "offset": 0}
_NO_SITE = "Missing site ID. Please provide the required site_id parameter with your request."
_NO_KEY = "Missing API key. Please use a valid Plausible API key as a Bearer Token."
_BAD_KEY = (
    "Invalid API key or site ID. "
    "Please make sure you're using a valid API key with access to the site you've requested."
)
_LOCKED = (
    "This Plausible site is locked due to missing active subscription. "
    "In order to access it, the site owner should subscribe to a suitable plan"
)


class _RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class _Ask:
    """A query that makes sense."""

    metrics: list[str]
    first: date
    last: date
    dimensions: list[str]
    include: Mapping[str, Any]
    limit: int
    offset: int


_METRICS: Mapping[str, Callable[[list[Visit]], int]] = {
    "visitors": visitors_of,
    "visits": len,
    "pageviews": pages_of,
}
_DIMENSIONS: Mapping[str, Callable[[datetime], date | datetime]] = {
    "time:hour": lambda at: at.replace(minute=0, second=0, microsecond=0, tzinfo=None),
    "time:day": lambda at: at.date(),
    "time:week": lambda at: at.date() - timedelta(days=at.weekday()),
    "time:month": lambda at: at.date().replace(day=1),
}


class Plausible:
    """The site's statistics."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        try:
            content = _admit(request)
            at, visits = self._visits.look()
            ask = _read(content, at.date())
        except _RefusedError as refusal:
            return answer_json(refusal.status, {"error": str(refusal)})
        return answer_json(200, _answer(content["site_id"], ask, visits))


def _admit(request: Request) -> dict[str, Any]:
    """Return the query of a request that may ask."""
    if (request.method, request.path) != ("POST", "/api/v2/query"):
        raise _RefusedError(404, "Not found")
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise _RefusedError(401, _NO_KEY)
    try:
        content = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or "site_id" not in content:
        raise _RefusedError(400, _NO_SITE)
    known = (accounts.PLAUSIBLE_SITE_ID, accounts.PLAUSIBLE_LOCKED_SITE_ID)
    if key != accounts.PLAUSIBLE_API_KEY or content["site_id"] not in known:
        raise _RefusedError(401, _BAD_KEY)
    if content["site_id"] == accounts.PLAUSIBLE_LOCKED_SITE_ID:
        raise _RefusedError(402, _LOCKED)
    return content


def _read(content: Mapping[str, Any], today: date) -> _Ask:
    for key in sorted(content.keys() - _KEYS):
        raise _RefusedError(400, f"#/{key}: Schema does not allow additional properties.")
    for key in ("metrics", "date_range"):
        if key not in content:
            raise _RefusedError(400, f"#: Required property {key} was not present.")
    metrics, dimensions = content["metrics"], content.get("dimensions", [])
    for known, asked, what in ((_METRICS, metrics, "metrics"), (_DIMENSIONS, dimensions, "dimensions")):
        for number, name in enumerate(asked):
            if name not in known:
                raise _RefusedError(400, f'#/{what}/{number}: Invalid {what.removesuffix("s")} "{name}"')
    if not metrics or len(dimensions) > 1 or content.get("filters") or content.get("order_by"):
        raise _RefusedError(400, "The sandbox knows one time dimension, no filters, and the default order.")
    first, last = _days(content["date_range"], today)
    pagination = _PAGINATION | content.get("pagination", {})
    include = content.get("include", {})
    return _Ask(metrics, first, last, dimensions, include, pagination["limit"], pagination["offset"])


def _days(asked: object, today: date) -> tuple[date, date]:
    """Return the first and the last day; presets of days end yesterday."""
    match asked:
        case [str(first), str(last)]:
            days = _day(first), _day(last)
            if days[0] <= days[1]:
                return days
        case "day":
            return today, today
        case str(preset) if found := re.fullmatch(r"(\d+)d", preset):
            return today - timedelta(days=int(found[1])), today - timedelta(days=1)
        case "month":
            return today.replace(day=1), today
        case "year":
            return today.replace(month=1, day=1), today
    raise _RefusedError(400, f'#/date_range: Invalid date range "{asked}"')


def _day(text: str) -> date:
    """Take the day of a date, or of a time in the site's zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _RefusedError(400, f'#/date_range: Invalid date "{text}"') from error
    return (at.astimezone(ZONE) if at.tzinfo else at).date()


def _answer(site: str, ask: _Ask, visits: list[Visit]) -> dict[str, Any]:
    buckets: dict[tuple[str, ...], list[Visit]] = defaultdict(list)
    for visit in visits:
        if ask.first <= visit.at.date() <= ask.last:
            buckets[tuple(_label(name, visit.at, ask.first) for name in ask.dimensions)].append(visit)
    if not ask.dimensions:
        buckets.setdefault((), [])
    results = [
        {"dimensions": labels, "metrics": [_METRICS[name](buckets[labels]) for name in ask.metrics]}
        for labels in sorted(buckets)
    ]
    return {
        "results": results[ask.offset : ask.offset + ask.limit],
        "meta": _meta(ask, len(results)),
        "query": {
            "site_id": site,
            "metrics": ask.metrics,
            "date_range": [
                datetime(day.year, day.month, day.day, *clock, tzinfo=ZONE).isoformat()
                for day, clock in ((ask.first, (0, 0, 0)), (ask.last, (23, 59, 59)))
            ],
            "filters": [],
            "dimensions": ask.dimensions,
            "order_by": [[name, "asc"] for name in ask.dimensions] or [[ask.metrics[0], "desc"]],
            "include": ask.include,
            "pagination": {"limit": ask.limit, "offset": ask.offset},
        },
    }


def _label(dimension: str, at: datetime, first: date) -> str:
    """Name a bucket by its start; one that begins before the range is named by the range's first day."""
    start = _DIMENSIONS[dimension](at)
    return str(start if isinstance(start, datetime) else max(start, first))


def _meta(ask: _Ask, rows: int) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    if ask.include.get("time_labels") and ask.dimensions:
        midnight = datetime(ask.first.year, ask.first.month, ask.first.day)  # noqa: DTZ001 - the site's own hours
        days = (ask.last - ask.first).days + 1
        hourly = ask.dimensions == ["time:hour"]
        steps = (midnight + timedelta(hours=hour) for hour in range(0, days * 24, 1 if hourly else 24))
        meta["time_labels"] = list(dict.fromkeys(_label(ask.dimensions[0], at, ask.first) for at in steps))
    if ask.include.get("imports"):
        meta |= {"imports_included": False, "imports_skip_reason": "no_imported_data"}
    if ask.include.get("total_rows"):
        meta["total_rows"] = rows
    return meta
