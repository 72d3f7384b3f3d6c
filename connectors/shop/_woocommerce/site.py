"""
How a WooCommerce site is asked: under which address, and where the key stands.

Where permalinks are plain, the API has no paths of its own (404) and answers under `/?rest_route=` instead. Some hosts
take the header Authorization away before the shop sees it; over https WooCommerce takes the key from the address too.
Both are tried once a run, where the usual way is refused, and what worked is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.rows.zones import known_zone
from connectors.source import Pull
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_API = "/wc/v3"


class Settings(SourceSettings):
    """One WooCommerce shop."""

    identity: ClassVar[tuple[str, ...]] = ("url",)

    url: WebAddress
    """Root of the site, such as https://shop.example."""
    consumer_key: SecretStr
    """Consumer key (ck_...) that may read."""
    consumer_secret: SecretStr
    """Consumer secret (cs_...) of the same key."""
    per_page: Annotated[int, Field(ge=1, le=100)] = 100
    """Orders of a page; fewer, where the host runs out of memory or time."""
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds to wait for an answer; shops of one's own are slower than clouds."""

    @property
    def key(self) -> tuple[str, str]:
        """Key and secret."""
        return self.consumer_key.get_secret_value(), self.consumer_secret.get_secret_value()

    @property
    def is_plain(self) -> bool:
        """Whether the shop is asked over plain http."""
        return (self.base_url or self.url).lower().startswith("http://")


@dataclass(frozen=True)
class _Way:
    """by_query: the path stands in the query. keyed: so does the key."""

    by_query: bool = False
    keyed: bool = False


@dataclass
class _Ways:
    """The way that works, and for which reasons no other was found."""

    current: _Way = _Way()
    vain: set[str] = field(default_factory=set)

    def others(self, settings: Settings, reason: str | None) -> list[_Way]:
        if reason in self.vain:
            return []
        ways = []
        if reason == "not_found" and not self.current.by_query:
            ways.append(replace(self.current, by_query=True))
        if reason in ("forbidden", "not_found") and not self.current.keyed and not settings.is_plain:
            ways += [replace(way, keyed=True) for way in ways or [self.current]]
        return ways


def ask(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Answer:
    """Get a list of records of the shop's API."""
    return _ask(pull, _API + path, params)


def ask_route(pull: Pull[Settings], route: str, params: Mapping[str, str]) -> Answer:
    """Get what any of the site's routes answers, such as `/wc-analytics/reports/revenue/stats`."""
    return _ask(pull, route, params, is_list=False)


def _ask(pull: Pull[Settings], route: str, params: Mapping[str, str], *, is_list: bool = True) -> Answer:
    ways = pull.client.once("ways", _Ways)
    try:
        return _get(pull, ways.current, route, params, is_list=is_list)
    except SourceError as error:
        for way in ways.others(pull.settings, error.reason):
            try:
                answer = _get(pull, way, route, params, is_list=is_list)
            except SourceError:
                continue
            ways.current = way
            return answer
        ways.vain.add(error.reason or "")
        raise


def _get(pull: Pull[Settings], way: _Way, route: str, params: Mapping[str, str], *, is_list: bool) -> Answer:
    key, secret = pull.settings.key
    path = "/" if way.by_query else f"/wp-json{route}"
    asked = {
        **({"rest_route": route} if way.by_query else {}),
        **params,
        **({"consumer_key": key, "consumer_secret": secret} if way.keyed else {}),
    }
    return pull.client.get(path, params=asked, check=_check if is_list else None)


def _check(answer: Answer) -> None:
    ids_of(answer)


class _Record(msgspec.Struct):
    id: int | str | None = None


def ids_of(answer: Answer) -> list[str]:
    """Return the ids of an answer's records; of nothing else in it objects are made."""
    records = answer.glimpse_rows(_Record)
    if records is None:
        raise RequestError("bad_answer", "answered without a list of records")
    return [str(record.id) for record in records]


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """Return the records of an answer."""
    rows = answer.json()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError("bad_answer", "answered without a list of records")
    return rows


def zone_of_site(pull: Pull[Settings]) -> ZoneInfo:
    """Return the site's zone, asked for once a run; a site that hides it is in the configured one."""
    return pull.client.once("zone", lambda: _read_zone(pull))


def _read_zone(pull: Pull[Settings]) -> ZoneInfo:
    try:
        told = _ask(pull, "/", {"_fields": "timezone_string,gmt_offset"}, is_list=False).json()
    except SourceError as error:
        if error.reason not in ("forbidden", "not_found", "not_json", "unauthorized"):
            raise
        return pull.zone
    match told:
        case {"timezone_string": str(name)} if name:
            return known_zone(name, pull.zone)
        case {"gmt_offset": int() | float() | str() as hours} if float(hours).is_integer():
            return known_zone(f"Etc/GMT{-int(float(hours)):+}", pull.zone)
        case _:
            return pull.zone


def judge(answer: Answer) -> RequestError | None:
    """Return what the shop's own error codes say."""
    match answer.json():
        case {"code": "woocommerce_rest_cannot_view"}:
            what = "denies access: the user of the key may not read this, or the host takes the key out of the request"
            return RequestError("forbidden", what)
        case {"code": "woocommerce_rest_authentication_error", "message": str(message)} if "read perm" in message:
            return RequestError("forbidden", "denies access: the key may not read; give it the permission Read")
        case {"code": "woocommerce_rest_authentication_error", "message": str(message)} if "signature" in message:
            what = "refuses the signature: write url as the site's own home address, and look at the consumer secret"
            return RequestError("unauthorized", what)
        case {"code": "rest_not_logged_in" | "rest_disabled" | "rest_cannot_access"}:
            return RequestError("forbidden", "has its REST API closed by a plugin: allow WooCommerce's routes there")
        case {"code": "rest_no_route"}:
            return RequestError("not_found", "has no such API: WooCommerce must be active")
        case _:
            return None
