"""
GoatCounter, cloud or self-hosted: visits by day.

A visit ends after eight hours, and nobody is known again later: visitors are unknown, and visits add up over days. Each
day is asked for on its own, from midnight to midnight of the configured time zone, in whole hours of UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.periods import instants
from connectors.rows.traffic import each_period, spans
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_SECOND = timedelta(seconds=1)


class Settings(SourceSettings):
    """`site`: the code before .goatcounter.com, or the host of a server of your own; `token`: an API key."""

    identity: ClassVar[tuple[str, ...]] = ("site",)

    site: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]
    token: SecretStr

    @property
    def host(self) -> str:
        """Where it is served."""
        return self.site if "." in self.site else f"{self.site}.goatcounter.com"


def _traffic(pull: Pull[Settings]) -> Iterator[Page]:
    days, _, _ = spans(pull)
    page = each_period(pull, days, lambda start, end: _total(pull, start, end), _visits, counts=("visits",))
    odd = any(instants(day, "day", pull.zone)[0].minute for day in days.periods)
    note = f"midnight in {pull.zone.key} is within an hour of UTC: a day's visits are those of the hours around it"
    yield replace(page, notes=(note,)) if odd else page


def _total(pull: Pull[Settings], start: datetime, end: datetime) -> Answer:
    # hours count from their beginning, the last one too
    params = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end - _SECOND:%Y-%m-%dT%H:%M:%SZ}"}
    return pull.client.get("/api/v0/stats/total", params=params)


def _visits(answer: Answer) -> Mapping[str, object]:
    told = answer.json()
    if not isinstance(told, dict) or "total" not in told:
        raise RequestError("bad_answer", "GoatCounter answered without a total")
    return {"visits": told["total"]}


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer = _total(pull, pull.now - timedelta(days=1), pull.now)
    left, seconds = answer.headers.get("x-rate-limit-remaining"), answer.headers.get("x-rate-limit-reset")
    return SourceHealth(
        account=pull.settings.host,
        quota=f"{left} requests left for {seconds} s" if left and seconds and (left + seconds).isdecimal() else "",
        newest=pull.now,
        warnings=() if _visits(answer)["visits"] else (("no visits in the last day", "check the script on the pages"),),
    )


SOURCE = Source(
    name="goatcounter",
    title="GoatCounter",
    settings=Settings,
    streams=(Stream("traffic", (RecordKind.TRAFFIC,), "replace", _traffic, lookback=timedelta(days=2)),),
    metrics=("web.visits",),
    docs="https://www.goatcounter.com/help/api",
    url=lambda settings: f"https://{settings.host}",
    auth=lambda settings: {"authorization": f"Bearer {settings.token.get_secret_value()}"},
    scopes=("Read statistics",),
    rate=4,
    concurrency=2,
    history="all since installation, unless the site's settings delete it",
    delay="10 seconds; the running day grows",
    limits="4 requests a second, 500 statistics an hour; a pull takes one request a day",
    version="v0",
    steps=(
        "In GoatCounter, open the menu with your name, then API.",
        "Create a key with the permission Read statistics and copy it.",
        "site is the code before .goatcounter.com, or the host of your own server.",
    ),
    probe=_probe,
)
