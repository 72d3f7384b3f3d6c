"""
Umami, self-hosted or cloud: visitors, visits and page views by day, week and month.

Umami has no weeks, and its visitors never add up: each day, week and month is asked for on its own, from midnight to
midnight of the configured time zone, short and long days included. A visitor is forgotten at the end of each month, so
that a week over two months counts some twice. Who sent events of the site's own and opened no page is no visitor, as on
Umami's own page. Self-hosted servers take a user's login, the cloud an API key.

Of a website that is not there Umami counts nobody, so that it is asked for first. One that was reset knows nothing of
the time before.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, model_validator

from connectors.auth.tokens import Token, with_token
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import RecordKind
from connectors.rows.periods import instants
from connectors.rows.traffic import COUNTED_LATE, COUNTS, METRICS, each_period, spans
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.delivery import VendorTotal
from okr_config.models import SourceSettings

_CLOUD = "https://api.umami.is"
_CLOUD_HOSTS = {"api.umami.is", "cloud.umami.is"}
_TOKEN_LIVES = timedelta(hours=12)
_REFUSALS = (400, 401, 403)


class Settings(SourceSettings):
    """One website in Umami: in the cloud by `api_key`, on a server of one's own by `url`, `username` and `password`."""

    identity: ClassVar[tuple[str, ...]] = ("url", "website_id")
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("api_key",), ("url", "username", "password"))

    url: Annotated[WebAddress, Field(pattern=r"^https?://[^/?#]+")] = _CLOUD
    """Root of a server of your own; the cloud's unless it is given."""
    website_id: Annotated[
        str,
        Field(
            pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            examples=["4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b"],
        ),
    ]
    """UUID of the website, as its settings show it."""
    api_key: SecretStr | None = None
    """API key of the cloud."""
    username: str | None = None
    """Name of a user who may view the website."""
    password: SecretStr | None = None
    """The user's password."""

    @model_validator(mode="after")
    def _has_one_login(self) -> Self:
        if bool(self.api_key) == bool(self.username and self.password):
            raise ValueError("either api_key, or username and password")
        return self

    @property
    def root(self) -> str:
        """What stands before each path: the cloud has its own."""
        return "/v1" if urlsplit(self.url).hostname in _CLOUD_HOSTS else "/api"


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    reset = _reset_at(_website(pull))
    for span in spans(pull):
        lost = [period for period in span.begun(pull) if reset and instants(period, span.grain, pull.zone)[0] < reset]
        unknown = dict.fromkeys(lost, f"the website was reset in Umami on {reset:%Y-%m-%d}" if reset else "")
        yield each_period(pull, span, lambda start, end: _stats(pull, start, end), _counts, unknown=unknown)


def _website(pull: Pull[Settings]) -> Mapping[str, Any]:
    website = _get(pull, "", {}).json()
    wanted = pull.settings.website_id
    if website is None:
        step = "copy the Website ID from the website's settings in Umami into okr_config/sources.yaml"
        raise RequestError("not_found", f"Umami knows no website {wanted}", next_step=step)
    if not isinstance(website, dict) or str(website.get("id")).lower() != wanted.lower():
        raise RequestError("bad_answer", "Umami answered something that is not the website")
    return website


def _reset_at(website: Mapping[str, Any]) -> datetime | None:
    try:
        reset = datetime.fromisoformat(str(website.get("resetAt")))
    except ValueError:
        return None
    return reset if reset.tzinfo else reset.replace(tzinfo=UTC)


def _stats(pull: Pull[Settings], start: datetime, end: datetime) -> Answer:
    span = {
        "startAt": str(round(start.timestamp() * 1000)),
        # the end is inclusive
        "endAt": str(round(end.timestamp() * 1000) - 1),
        "timezone": pull.zone.key,
    }
    return _get(pull, "/stats", span)


def _get(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Answer:
    settings, client = pull.settings, pull.client
    url = f"{settings.root}/websites/{quote(settings.website_id)}{path}"
    if settings.api_key:
        return client.get(url, params=params, headers={"x-umami-api-key": settings.api_key.get_secret_value()})
    return with_token(
        client,
        lambda: _log_in(pull),
        lambda token: client.get(url, params=params, headers={"authorization": f"Bearer {token}"}),
    )


def _log_in(pull: Pull[Settings]) -> Token:
    settings = pull.settings
    password = settings.password.get_secret_value() if settings.password else ""
    login = {"username": settings.username, "password": password}
    answer = pull.client.post_json(f"{settings.root}/auth/login", login, expect=_REFUSALS)
    granted = answer.json()
    token = granted.get("token") if isinstance(granted, dict) else None
    if answer.status in _REFUSALS or not isinstance(token, str) or not token:
        raise RequestError("unauthorized", "Umami does not take username and password")
    pull.client.keep_secret(token)
    return Token(token, pull.client.now() + _TOKEN_LIVES)


def _counts(answer: Answer) -> Mapping[str, object]:
    """Read flat numbers (since 3.1), those with the value of the span before beside them (2), and older ones."""
    told = answer.json()
    counts = {
        name: given.get("value") if isinstance(given := told.get(name), dict) else given
        for name in COUNTS
        if isinstance(told, dict) and name in told
    }
    if not counts:
        raise RequestError("bad_answer", "Umami answered without counts")
    return counts


def _judge(answer: Answer) -> RequestError | None:
    """Read Umami's error codes, which may come with any status."""
    match answer.json():
        case {"error": {"code": "unauthorized"}}:
            return RequestError("unauthorized", "does not let these credentials read the website")
        case {"error": {"code": "forbidden"}}:
            return RequestError("forbidden", "does not let these credentials read the website")
        case {"error": {"code": "not-found"}}:
            return RequestError("not_found", "does not know the website")
        case _:
            return None


def _totals(pull: Pull[Settings]) -> Iterator[VendorTotal]:
    """Yield the page views of each day as the website's chart has them (`/pageviews`), in one request."""
    first, today = pull.window.start.astimezone(pull.zone).date(), pull.now.astimezone(pull.zone).date()
    start, end = (datetime.combine(day, time(), pull.zone) for day in (first, today))
    if start >= end:
        return
    span = {
        "startAt": str(round(start.timestamp() * 1000)),
        "endAt": str(round(end.timestamp() * 1000) - 1),
        "unit": "day",
        "timezone": pull.zone.key,
    }
    told = _get(pull, "/pageviews", span).json()
    views = {str(row["x"])[:10]: row["y"] for row in told["pageviews"]}
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        yield VendorTotal(day, "web.pageviews", Decimal(str(views.get(day.isoformat(), 0))))


def _probe(pull: Pull[Settings]) -> SourceHealth:
    _website(pull)
    answer = _stats(pull, pull.now - timedelta(days=1), pull.now)
    seen = _counts(answer).get("pageviews")
    return SourceHealth(
        account=f"website {pull.settings.website_id}",
        newest=pull.now,
        warnings=() if seen else (("no page views in the last day", "check that the tracker is on the shop's pages"),),
    )


SOURCE = Source(
    name="umami",
    title="Umami",
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
    docs="https://docs.umami.is/docs/api/website-stats",
    url=lambda settings: _CLOUD if settings.root == "/v1" else settings.url,
    judge=_judge,
    rate=3,
    concurrency=4,
    history="all since installation; free cloud accounts six months",
    delay="none; the running day, week and month grow",
    limits="cloud: 50 requests in 15 seconds and key; a pull takes one request for each day, week and month, and one",
    version="3.1; 2 is understood",
    steps=(
        "Self-hosted: in Umami, open Admin, Users, and create a user with the role View only.",
        "Give the user's team the website; its name and password are username and password.",
        "In the cloud: open Settings, API keys, and create a key; the plan must be Pro.",
        "In the website's own settings, copy the Website ID: that is website_id.",
        "Set timezone for this source where the shop's days are not the project's.",
    ),
    probe=_probe,
    totals=_totals,
)
