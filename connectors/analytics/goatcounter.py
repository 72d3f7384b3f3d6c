"""
GoatCounter, cloud or self-hosted: pages opened by day, each page once a visit.

A visitor who opens five pages counts five times, so that this is no number of visits, nor of visitors, nor of page
views: it is an observation of `<source>.pages`, and adds up over days. Clicks that the site tracks (events) are taken
off. Each day is asked for on its own, from midnight to midnight of the configured time zone, in whole hours of UTC.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import together
from connectors.http.response import Answer
from connectors.prompts import Prompt, without_scheme
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.observations import observe
from connectors.rows.periods import instants
from connectors.rows.traffic import COUNTED_LATE, spans
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_SECOND = timedelta(seconds=1)


class Settings(SourceSettings):
    """One GoatCounter site."""

    identity: ClassVar[tuple[str, ...]] = ("site",)
    brings_metrics: ClassVar[bool] = True

    site: Annotated[
        str,
        Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", examples=["my-shop"]),
        Prompt(complete=lambda answer: without_scheme(answer).removesuffix(".goatcounter.com")),
    ]
    """Code before .goatcounter.com, or the host of a server of your own."""
    token: SecretStr
    """API key that may read statistics."""

    @property
    def host(self) -> str:
        """Where it is served."""
        return self.site if "." in self.site else f"{self.site}.goatcounter.com"


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    settings, (days, _, _) = pull.settings, spans(pull)
    begun = days.begun(pull)
    asks = [partial(_total, pull, *instants(day, "day", pull.zone)) for day in begun]
    # the first alone: credentials that are refused are refused once
    answers = [*(ask() for ask in asks[:1]), *together(asks[1:], pull.client.concurrency)]
    rows = [
        {"metric": f"{settings.id}.pages", "period_start": day.isoformat(), "value": pages}
        for day, answer in zip(begun, answers, strict=True)
        if (pages := _pages(answer)) is not None
    ]
    wire = frame_of(RecordKind.OBSERVATIONS, rows, dict.fromkeys(("metric", "period_start", "value"), TEXT))
    seen = observe(
        settings.id,
        wire.frame.with_row_index("row", offset=1).with_columns(account=pl.lit(settings.site), grain=pl.lit("day")),
    )
    settled = [instants(day, "day", pull.zone)[1] <= pull.now for day in seen.frame["period_start"]]
    odd = any(instants(day, "day", pull.zone)[0].minute for day in days.periods)
    note = f"midnight in {pull.zone.key} is within an hour of UTC: a day's pages are those of the hours around it"
    yield Page(
        {RecordKind.OBSERVATIONS: seen.frame.with_columns(settled=pl.Series(settled, dtype=pl.Boolean))},
        rows_read=len(answers),
        refused=(*wire.refused, *seen.refused),
        cursor=pull.window.end,
        notes=(note,) if odd else (),
    )


def _total(pull: Pull[Settings], start: datetime, end: datetime) -> Answer:
    # hours count from their beginning, the last one too
    params = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end - _SECOND:%Y-%m-%dT%H:%M:%SZ}"}
    return pull.client.get("/api/v0/stats/total", params=params)


def _pages(answer: Answer) -> int | None:
    """Return how many pages were opened, without the events among them; None where that is not told."""
    match answer.json():
        case {"total": int(total), "total_events": int(events)}:
            return total - events
        case {"total": int(total)}:
            return total
        case {"total": None}:
            return None
        case _:
            raise RequestError("bad_answer", "GoatCounter answered without a total")


def _probe(pull: Pull[Settings]) -> SourceHealth:
    answer = _total(pull, pull.now - timedelta(days=1), pull.now)
    left, seconds = answer.headers.get("x-rate-limit-remaining"), answer.headers.get("x-rate-limit-reset")
    return SourceHealth(
        account=pull.settings.host,
        quota=f"{left} requests left for {seconds} s" if left and seconds and (left + seconds).isdecimal() else "",
        newest=pull.now,
        warnings=() if _pages(answer) else (("no pages opened in the last day", "check the script on the pages"),),
    )


SOURCE = Source(
    name="goatcounter",
    title="GoatCounter",
    settings=Settings,
    streams=(
        Stream(
            "pages",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            lookback=timedelta(days=2),
            changes=Silent(COUNTED_LATE),
        ),
    ),
    metrics=("<source>.pages",),
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
