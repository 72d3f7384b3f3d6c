"""
Fathom Analytics: uniques, visits and page views by day, week and month.

Fathom has no weeks: days and months come by their own grouping, each week is asked for on its own, from its Monday to
its Sunday in the configured time zone. Uniques rest on a hash that changes daily, so that a week's are nearly the sum
of its days'. Every request counts against the plan's page views.

Where nothing at all was counted the site is asked for: of one that is not there nothing is counted either.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import together
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.periods import last_day
from connectors.rows.traffic import COUNTED_LATE, METRICS, Span, spans, traffic_page
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_AGGREGATES = {"visitors": "uniques", "visits": "visits", "pageviews": "pageviews"}
_UNTOLD = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_UNKNOWN = "Fathom counts nothing and does not say whether the site is there"
_GROUPINGS = {"day": "day", "month": "month"}


class Settings(SourceSettings):
    """One website in Fathom."""

    identity: ClassVar[tuple[str, ...]] = ("site_id",)

    site_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,32}$", examples=["ABCDEFGH"])]
    """Letters of the site, as in its tracking code."""
    token: SecretStr
    """API token that may read the site."""


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    counts = [(span, _weeks(pull, span) if span.grain == "week" else _grouped(pull, span)) for span in spans(pull)]
    is_known = any(_is_counted(row) for _, rows in counts for row in rows) or _is_site_known(pull)
    for span, rows in counts:
        unknown = {} if is_known else dict.fromkeys(span.begun(pull), _UNKNOWN)
        yield traffic_page(pull, span, rows if is_known else (), unknown=unknown)


def _is_counted(row: Mapping[str, object]) -> bool:
    return any(row.get(name) not in (None, 0, "0") for name in _AGGREGATES)


def _is_site_known(pull: Pull[Settings]) -> bool:
    """
    Tell whether the site is there; False where the token may not ask.

    Raises:
        RequestError: not_found, when it is not.
    """
    answer = pull.client.get(f"/v1/sites/{pull.settings.site_id}", expect=(*_UNTOLD, HTTPStatus.NOT_FOUND))
    if answer.status == HTTPStatus.NOT_FOUND:
        raise RequestError("not_found", f"Fathom knows no site {pull.settings.site_id}")
    return answer.status not in _UNTOLD


def _grouped(pull: Pull[Settings], span: Span) -> list[dict[str, object]]:
    answer = _ask(pull, span.first, span.last, _GROUPINGS[span.grain])
    return [{**_counts(row), "period_start": _day(row, span.grain)} for row in _rows(answer)]


def _weeks(pull: Pull[Settings], span: Span) -> list[dict[str, object]]:
    begun = span.begun(pull)
    answers = together([_asking(pull, monday) for monday in begun], pull.client.concurrency)
    # without a grouping there is one row, or none where nobody came
    return [
        {**_counts(row), "period_start": monday.isoformat()}
        for monday, answer in zip(begun, answers, strict=True)
        for row in _rows(answer)[:1]
    ]


def _asking(pull: Pull[Settings], monday: date) -> Any:  # noqa: ANN401 - a question
    return lambda: _ask(pull, monday, last_day(monday, "week"), None)


def _ask(pull: Pull[Settings], first: date, last: date, grouping: str | None) -> Answer:
    params = {
        "entity": "pageview",
        "entity_id": pull.settings.site_id,
        "aggregates": ",".join(_AGGREGATES.values()),
        "date_from": f"{first} 00:00:00",
        "date_to": f"{last} 23:59:59",
        "timezone": pull.zone.key,
        **({"date_grouping": grouping} if grouping else {}),
    }
    return pull.client.get("/v1/aggregations", params=params)


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    rows = answer.json()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError("bad_answer", "Fathom answered something that is not a list of counts")
    return rows


def _counts(row: Mapping[str, Any]) -> dict[str, object]:
    return {count: row.get(name) for count, name in _AGGREGATES.items()}


def _day(row: Mapping[str, Any], grain: str) -> object:
    """Take the first day of a date, which may come as a time, or as a month without a day."""
    told = row.get("date")
    if not isinstance(told, str):
        return told
    return f"{told[:7]}-01" if grain == "month" else told[:10]


def _probe(pull: Pull[Settings]) -> SourceHealth:
    today = pull.now.astimezone(pull.zone).date()
    _rows(_ask(pull, today - timedelta(days=1), today, None))
    return SourceHealth(account=f"site {pull.settings.site_id}", newest=pull.now)


SOURCE = Source(
    name="fathom",
    title="Fathom Analytics",
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
    metrics=METRICS,
    docs="https://usefathom.com/api",
    url=lambda _: "https://api.usefathom.com",
    auth=lambda settings: {"authorization": f"Bearer {settings.token.get_secret_value()}"},
    rate=0.16,
    concurrency=1,
    history="all since installation",
    delay="near real time; the running day, week and month grow",
    limits="10 aggregations a minute; each counts as a page view of the plan; a pull takes two and one a week",
    version="v1",
    steps=(
        "In Fathom, open Settings, API, and create a token that may only read this site.",
        "Copy the site's ID, the letters in its tracking code: that is site_id.",
        "Set timezone for this source where the shop's days are not the project's.",
    ),
    probe=_probe,
)
