"""
Vipps MobilePay through the Report API: what was captured and paid back each day, of every ledger.

A ledger knows payments and their money, no goods and no orders: what comes of it are totals of days. A payment that was
captured counts as an order, on the day of its capture; a refund, and a disputed capture that is kept back, lower the
day on which they were paid, for an entry does not say when the order was. Amounts are before fees. A day is the
ledger's own and has no report until it is over: until then it is unknown. Where a shop system takes the orders, count
them there: here they would count twice.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.tokens import Token, request_token, with_token
from connectors.http.errors import RequestError
from connectors.http.pagination import cursor
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode
from connectors.rows.observations import observe
from connectors.rows.orders import from_minor
from connectors.rows.periods import instants
from connectors.source import Page, Pull, Silent, Source, Stream
from okr_config.models import SourceSettings

_SETTLES = timedelta(days=1)
# what takes money from the ledger again, and what brings it back after all
_BACK = ("refund", "retained-disputed-capture")
_RETURNED = ("returned-disputed-capture",)
_METRICS = ("shop.orders", "shop.gross_revenue", "shop.net_revenue", "shop.refunds")

_ENTRY: Wire = dict.fromkeys(("entryType", "amount", "reference", "pspReference"), TEXT)


class Settings(SourceSettings):
    """One sales unit, by its API keys."""

    identity: ClassVar[tuple[str, ...]] = ("merchant_serial_number",)

    client_id: str
    """client_id of the sales unit's API keys."""
    client_secret: SecretStr
    """client_secret of the sales unit's API keys."""
    subscription_key: SecretStr
    """Ocp-Apim-Subscription-Key of the sales unit's API keys."""
    merchant_serial_number: Annotated[str, Field(examples=["123456"])]
    """Merchant serial number (MSN) of the sales unit."""


def _ask(pull: Pull[Settings], path: str, params: Mapping[str, str], mark: str | None) -> Answer:
    settings, client = pull.settings, pull.client

    def obtain() -> Token:
        login = {"client_id": settings.client_id, "client_secret": settings.client_secret.get_secret_value()}
        granted = request_token(client, "/accesstoken/get", {}, headers=login)
        # numbers are texts here
        seconds = str(granted.get("expires_in", ""))
        lifetime = timedelta(seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else 0)
        return Token(granted["access_token"], client.now() + lifetime)

    def call(token: str) -> Answer:
        query = {**params, **({"cursor": mark} if mark else {})}
        # a day that is not over has no report
        expect = (HTTPStatus.NOT_FOUND,) if "/dates/" in path else ()
        return client.get(path, params=query, headers={"authorization": f"Bearer {token}"}, expect=expect)

    return with_token(client, obtain, call)


def _items(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Iterator[Answer]:
    return cursor(partial(_ask, pull, path, params), _following)


def _following(answer: Answer) -> str | None:
    if not _is_ready(answer):
        return None
    match answer.json():
        case {"items": list(), "hasMore": False}:
            return None
        case {"items": list(), "cursor": str(mark)} if mark:
            return mark
        # ledgers come without hasMore
        case {"items": list(), **others} if not others.get("hasMore"):
            return None
        case _:
            raise RequestError("bad_answer", "answered without a list of items, or without saying how it goes on")


def _is_ready(answer: Answer) -> bool:
    match answer.json():
        case {"tryLater": True | "true"}:
            return False
        case _:
            return answer.status != HTTPStatus.NOT_FOUND


def _ledgers(pull: Pull[Settings]) -> Iterator[tuple[str, str]]:
    """Return the numbers of the ledgers and their currencies."""
    for answer in _items(pull, "/settlement/v1/ledgers", {}):
        for ledger in answer.json()["items"]:
            match ledger:
                case {"ledgerId": str() | int() as number, "currency": str(currency)}:
                    yield str(int(number)), currency
                case _:
                    raise RequestError("bad_answer", "told of a ledger without its number or currency")


def _days(pull: Pull[Settings]) -> Iterator[Page]:
    first, last = pull.window.days(pull.zone)
    for ledger, currency in list(_ledgers(pull)):
        for number in range((last - first).days + 1):
            yield _day(pull, ledger, currency, first + timedelta(days=number))


def _day(pull: Pull[Settings], ledger: str, currency: str, day: date) -> Page:
    path = f"/report/v2/ledgers/{ledger}/funds/dates/{day}"
    answers = list(_items(pull, path, {"includeGDPRSensitiveData": "false"}))
    if not all(map(_is_ready, answers)):
        return Page({}, rows_read=0)
    wire = decode(RecordKind.OBSERVATIONS, [answer.body for answer in answers], ("items",), _ENTRY)
    entries = wire.frame.with_columns(amount=from_minor(pl.col("amount"), pl.lit(currency)).abs())
    if entries["entryType"].null_count():
        raise RequestError("bad_answer", "told of an entry without its type")
    captured = entries.filter(pl.col("entryType") == "capture")
    gross, kept, returned = (_total(entries, kinds) for kinds in (("capture",), _BACK, _RETURNED))
    back = None if kept is None or returned is None else kept - returned
    names = captured.select(name=pl.coalesce("reference", "pspReference"))["name"]
    values: Mapping[str, Any] = {
        "shop.orders": None if names.null_count() else names.n_unique(),
        "shop.gross_revenue": gross,
        "shop.net_revenue": None if gross is None or back is None else gross - back,
        "shop.refunds": back,
    }
    known = {metric: str(value) for metric, value in values.items() if value is not None}
    rows = pl.DataFrame({"metric": list(known), "value": list(known.values())}, schema={"metric": TEXT, "value": TEXT})
    money = pl.when(pl.col("metric") != "shop.orders").then(pl.lit(currency))
    settled = pull.now - instants(day, "day", pull.zone)[1] >= _SETTLES
    seen = observe(
        pull.settings.id,
        rows.with_row_index("row", offset=1).with_columns(
            account=pl.lit(ledger), period_start=pl.lit(day.isoformat()), grain=pl.lit("day"), currency=money
        ),
    )
    lack = f"entries of {day} lack an amount or a name: their totals are unknown"
    return Page(
        {RecordKind.OBSERVATIONS: seen.frame.with_columns(settled=settled)},
        rows_read=entries.height,
        refused=(*wire.refused, *seen.refused),
        cursor=min(instants(day, "day", pull.zone)[1], pull.window.end),
        notes=() if len(known) == len(values) else (lack,),
    )


def _total(entries: pl.DataFrame, kinds: tuple[str, ...]) -> Any:  # noqa: ANN401 - a Decimal, or None
    """Add the amounts of some kinds of entries up; one that is not known leaves the sum unknown."""
    amounts = entries.filter(pl.col("entryType").is_in(kinds))["amount"]
    return None if amounts.null_count() else amounts.sum()


def _headers(settings: Settings) -> Mapping[str, str]:
    return {
        "ocp-apim-subscription-key": settings.subscription_key.get_secret_value(),
        "merchant-serial-number": settings.merchant_serial_number,
        "vipps-system-name": "okr",
    }


SOURCE = Source(
    name="vipps",
    title="Vipps MobilePay",
    settings=Settings,
    streams=(
        Stream(
            "days",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _days,
            lookback=timedelta(days=3),
            changes=Silent("corrections of days reported"),
        ),
    ),
    metrics=_METRICS,
    docs="https://developer.vippsmobilepay.com/docs/APIs/report-api/",
    url=lambda _: "https://api.vipps.no",
    auth=_headers,
    rate=5,
    history="not documented",
    delay="a day is reported once it is over, at worst some hours later",
    limits="not documented; one request for each ledger and day",
    version="v2",
    steps=(
        "At portal.vippsmobilepay.com open For developers and the API keys of the sales unit, in production.",
        "Copy client id, client secret, subscription key and merchant serial number.",
        "Set `timezone` to that of the ledger, such as Europe/Oslo.",
    ),
)
