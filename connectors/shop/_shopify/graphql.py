"""Talking to Shopify's GraphQL Admin API: the token, errors under status 200, the cost of queries, and next pages."""

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Self

import msgspec
from pydantic import Field, SecretStr, model_validator

from connectors.auth.tokens import Token, read_token, request_token, with_token
from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.prompts import Prompt, without_scheme
from connectors.source import Pull
from okr_config.models import SourceSettings

_LEAST_WAIT = 1.0
_CODE = re.compile(r"[A-Za-z_]{1,40}")


_DOMAIN = (
    (
        r"\.",
        {
            "nb": "det er butikkens eget domene; her trengs det som ender på myshopify.com, se Settings > Domains",
            "en": "that is the shop's own domain; the one wanted ends with myshopify.com, see Settings > Domains",
        },
    ),
)


def _whole_host(answer: str) -> str:
    """Return the host of a shop by its bare name or its admin's address, too."""
    host = without_scheme(answer.lower()).removesuffix("/admin")
    host = re.sub(r"^admin\.shopify\.com/store/([^/]+).*$", r"\1", host)
    return host if "." in host or not host else f"{host}.myshopify.com"


class Settings(SourceSettings):
    """One Shopify shop; the login is `access_token`, or `client_id` and `client_secret`."""

    identity: ClassVar[tuple[str, ...]] = ("shop",)
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("access_token",), ("client_id", "client_secret"))

    shop: Annotated[
        str,
        Field(pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$", examples=["my-shop.myshopify.com"]),
        Prompt(mistakes=_DOMAIN, complete=_whole_host),
    ]
    """Host of the shop, such as min-butikk.myshopify.com."""
    access_token: SecretStr | None = None
    """Permanent token of a custom app that was made before 2026."""
    client_id: str | None = None
    """Client id of an app of the Dev Dashboard."""
    client_secret: SecretStr | None = None
    """Client secret of that app."""
    api_version: Annotated[str, Field(pattern=r"^20\d\d-(01|04|07|10)$")] = "2026-10"
    """Version of Shopify's API, a quarter such as 2026-10."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        pair = (self.client_id, self.client_secret)
        if bool(self.access_token) == any(pair) or any(pair) != all(pair):
            raise ValueError("give either access_token, or client_id and client_secret")
        return self


class _Data(msgspec.Struct):
    """An object, whatever it holds."""


class _Told(msgspec.Struct):
    """What an answer tells beside its rows."""

    data: _Data
    errors: Any = None
    extensions: Any = None


class _PageInfo(msgspec.Struct, rename="camel"):
    has_next_page: bool
    end_cursor: str | None = None


def ask(pull: Pull[Settings], query: str, variables: Mapping[str, object] | None = None, *, scope: str) -> Answer:
    """
    Send a query and return an answer without errors.

    Args:
        pull: the pull it belongs to.
        query: GraphQL text.
        variables: of the query.
        scope: what the app must be allowed, for the error text.

    Raises:
        SourceError: also for errors that come with status 200.
    """
    settings, client = pull.settings, pull.client

    def post(token: str) -> Answer:
        return client.post_json(
            f"/admin/api/{settings.api_version}/graphql.json",
            {"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": token},
            check=lambda answer: _check(answer, scope),
        )

    if settings.access_token:
        answer = post(settings.access_token.get_secret_value())
    else:
        answer = with_token(client, lambda: _exchange(settings, client), post)
    told = answer.glimpse(_Told)
    client.pause(_shortage(told.extensions if told else None))
    return answer


def following(answer: Answer, *path: str) -> str | None:
    """
    Return the cursor of the page after this one, None on the last; `path` leads from `data` to the list.

    Raises:
        RequestError: when there is a next page, but nobody says where.
    """
    part: Any = answer.glimpse(_shape_at(path))
    for _ in ("data", *path, "pageInfo"):
        part = part and part.below
    if part is None:
        raise RequestError("bad_answer", "Shopify does not say whether there is a next page")
    if part.has_next_page and not part.end_cursor:
        raise RequestError("bad_answer", "Shopify says that there is a next page, but not where")
    return str(part.end_cursor) if part.has_next_page else None


@cache
def _shape_at(path: tuple[str, ...]) -> type[msgspec.Struct]:
    """Build the shape of an answer of which only one list's page info matters."""
    shape: type[msgspec.Struct] = _PageInfo
    for name in reversed(("data", *path, "pageInfo")):
        shape = msgspec.defstruct("Part", [("below", shape)], rename={"below": name})
    return shape


def _exchange(settings: Settings, client: Client) -> Token:
    secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
    login = {"grant_type": "client_credentials", "client_id": settings.client_id or "", "client_secret": secret}
    meanings = {"shop_not_permitted": "app and shop belong to different organisations"}
    return read_token(client, request_token(client, "/admin/oauth/access_token", login, meanings=meanings))


def _check(answer: Answer, scope: str) -> None:
    told = answer.glimpse(_Told)
    if told and not told.errors:
        return
    body = answer.json()
    told_wrong = body if isinstance(body, dict) else {}
    codes = _codes(told_wrong.get("errors"))
    if "THROTTLED" in codes:
        wait = max(_LEAST_WAIT, _shortage(told_wrong.get("extensions")))
        raise RequestError("rate_limited", "throttles our queries", again=True, after=wait)
    if "INTERNAL_SERVER_ERROR" in codes:
        raise RequestError("server_error", "answered with an internal error", again=True)
    if "ACCESS_DENIED" in codes:
        raise RequestError("forbidden", f"denies access: the app needs the scope {scope}")
    raise RequestError("bad_answer", f"refuses the query ({', '.join(codes) or 'no code'})")


def _codes(errors: object) -> list[str]:
    """Codes of the errors, which may be a list, a text or an object."""
    entries = errors if isinstance(errors, list) else []
    codes = [
        entry["extensions"].get("code")
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("extensions"), dict)
    ]
    return [code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)]


def _shortage(extensions: Any) -> float:  # noqa: ANN401 - JSON is anything
    """Seconds until the query just asked could be paid for again."""
    match extensions:
        case {
            "cost": {
                "requestedQueryCost": int() | float() as cost,
                "throttleStatus": {
                    "currentlyAvailable": int() | float() as left,
                    "restoreRate": int() | float() as rate,
                },
            }
        } if rate > 0:
            return math.ceil(max(0.0, cost - left) / rate * 10) / 10
        case _:
            return 0.0
