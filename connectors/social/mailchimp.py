"""
Mailchimp: subscribers of one audience now, and their totals at the end of each month past.

Only active subscribers count: whoever left, was cleaned or never confirmed is not among them. Monthly totals are kept
at the end of their month, like snapshots; the running month has none.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator

from connectors.auth.tokens import basic
from connectors.http.errors import RequestError
from connectors.records import RecordKind
from connectors.rows.accounts import look, look_back
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_METRIC = "newsletter.subscribers"
_KEY = re.compile(r"[0-9A-Za-z-]+-(?P<centre>[a-z]{2,4}\d{1,3})")
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")
_MOST_MONTHS = "1000"


class Settings(SourceSettings):
    """One Mailchimp audience."""

    identity: ClassVar[tuple[str, ...]] = ("list_id",)

    api_key: SecretStr
    """API key; it ends with its data centre, as in -us21."""
    list_id: Annotated[str, Field(pattern=r"^\w+$", coerce_numbers_to_str=True, examples=["a1b2c3d4e5"])]
    """Id of the audience, as its settings have it."""

    @field_validator("api_key")
    @classmethod
    def _names_its_data_centre(cls, key: SecretStr) -> SecretStr:
        if not _KEY.fullmatch(key.get_secret_value()):
            raise ValueError("must end with a data centre, such as -us21")
        return key


def _url(settings: Settings) -> str:
    return f"https://{settings.api_key.get_secret_value().rpartition('-')[2]}.api.mailchimp.com"


def _audience(pull: Pull[Settings]) -> dict[str, Any]:
    fields = {"fields": "id,stats.member_count"}
    told = pull.client.get(f"/3.0/lists/{pull.settings.list_id}", params=fields).json()
    if not isinstance(told, dict) or not isinstance(told.get("stats"), dict):
        raise RequestError("bad_answer", "Mailchimp answered something that is not an audience")
    return told


def _accounts(pull: Pull[Settings]) -> Iterator[Page]:
    subscribers = _audience(pull)["stats"].get("member_count")
    yield look(pull, account=pull.settings.list_id, followers=subscribers, metric=_METRIC)


def _history(pull: Pull[Settings]) -> Iterator[Page]:
    params = {"count": _MOST_MONTHS, "fields": "history.month,history.subscribed"}
    told = pull.client.get(f"/3.0/lists/{pull.settings.list_id}/growth-history", params=params).json()
    months = told.get("history") if isinstance(told, dict) else None
    if not isinstance(months, list):
        raise RequestError("bad_answer", "Mailchimp answered something that is not a history")
    totals = [
        (end, month.get("subscribed"))
        for month in months
        if isinstance(month, dict) and (end := _end_of(month.get("month"), pull.zone))
    ]
    known = [(end, total) for end, total in totals if pull.window.start <= end <= pull.now]
    yield look_back(pull.settings.list_id, known, metric=_METRIC)


def _end_of(month: object, zone: ZoneInfo) -> datetime | None:
    """Return the instant at which a month such as 2026-11 ends."""
    written = _MONTH.fullmatch(month) if isinstance(month, str) else None
    if written is None:
        return None
    years, following = divmod(int(written["month"]), 12)
    return datetime(int(written["year"]) + years, following + 1, 1, tzinfo=zone).astimezone(UTC)


def _probe(pull: Pull[Settings]) -> SourceHealth:
    return SourceHealth(account=str(_audience(pull).get("id", "")))


SOURCE = Source(
    name="mailchimp",
    title="Mailchimp",
    settings=Settings,
    streams=(
        Stream("accounts", (RecordKind.ACCOUNTS,), "snapshot", _accounts),
        Stream("history", (RecordKind.ACCOUNTS,), "merge", _history, bounded=False),
    ),
    metrics=(_METRIC,),
    docs="https://mailchimp.com/developer/marketing/api/lists/",
    url=_url,
    auth=lambda settings: {"authorization": basic("okr", settings.api_key.get_secret_value())},
    history="totals at the end of each month",
    delay="none",
    limits="10 connections at once",
    version="3.0",
    steps=(
        "At mailchimp.com > Account > Extras > API keys, create a key: its end names the data centre, as in -us21.",
        "Under Audience > Settings > Audience name and defaults, note the Audience ID: list_id.",
    ),
    probe=_probe,
)
