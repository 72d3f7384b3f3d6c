"""
Access tokens: obtained, kept fresh, and asked for anew once when the source refuses one (RFC 6749).

Refresh tokens that rotate are kept before they are used, so that a crash in between loses none.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.source import Pull
from okr_config.errors import SourceError

_MARGIN = timedelta(minutes=5)
_REFUSALS = (400, 401, 403)
_CODE = re.compile(r"[A-Za-z_]{1,40}")


@dataclass(frozen=True)
class Token:
    """An access token and when it ends."""

    value: str = field(repr=False)
    expires_at: datetime


def with_token(client: Client, obtain: Callable[[], Token], call: Callable[[str], Answer]) -> Answer:
    """
    Call with a fresh token, shared by all streams of a source; when it is refused, once more with a new one.

    Args:
        client: the source's.
        obtain: gets a new token.
        call: asks with a token.
    """
    try:
        return call(_fresh(client, obtain))
    except SourceError as error:
        if error.reason != "unauthorized":
            raise
    client.forget("token")
    return call(_fresh(client, obtain))


def _fresh(client: Client, obtain: Callable[[], Token]) -> str:
    return client.once("token", obtain, fresh=lambda token: token.expires_at - client.now() > _MARGIN).value


def request_token(  # noqa: PLR0913 - what token endpoints differ in
    client: Client,
    path: str,
    fields: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    safe: bool = True,
    meanings: Mapping[str, str] | None = None,
) -> Mapping[str, Any]:
    """
    Ask a token endpoint and return its answer; the tokens in it are kept out of every text.

    Args:
        client: the source's.
        path: of the endpoint, or its full address.
        fields: of the form, `grant_type` among them.
        headers: such as `basic`.
        safe: asking twice does no harm; False where a refresh token rotates.
        meanings: of the endpoint's error codes, in words.

    Raises:
        RequestError: unauthorized, with the code that the endpoint gives.
    """
    answer = client.post_form(path, fields, headers=headers, safe=safe, expect=_REFUSALS).json()
    granted = answer if isinstance(answer, dict) else {}
    if not isinstance(granted.get("access_token"), str) or not granted["access_token"]:
        code = granted.get("error")
        known = code if isinstance(code, str) and _CODE.fullmatch(code) else "no reason told"
        raise RequestError("unauthorized", f"gives no token: {(meanings or {}).get(known, known)}")
    for name in ("access_token", "refresh_token", "id_token"):
        if isinstance(granted.get(name), str):
            client.keep_secret(granted[name])
    return granted


def read_token(client: Client, granted: Mapping[str, Any]) -> Token:
    """Return the access token of a token answer; one that does not say how long it lives is used once."""
    seconds = granted.get("expires_in")
    lifetime = timedelta(seconds=seconds if isinstance(seconds, int) else 0)
    return Token(granted["access_token"], client.now() + lifetime)


def refresh(
    pull: Pull[Any],
    configured: SecretStr,
    path: str,
    fields: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
) -> Token:
    """
    Exchange a refresh token that may rotate; the newest is kept in the vault before its access token is used.

    Args:
        pull: whose vault keeps it.
        configured: the refresh token in `.env`, the first of the line.
        path: of the token endpoint.
        fields: of the form besides `grant_type` and `refresh_token`.
        headers: such as `basic`.
    """
    origin = configured.get_secret_value()
    with pull.vault.locked(pull.settings.id):
        newest = pull.vault.read(pull.settings.id, origin).get("refresh_token", origin)
        pull.client.keep_secret(newest)
        form = {**fields, "grant_type": "refresh_token", "refresh_token": newest}
        granted = request_token(pull.client, path, form, headers=headers, safe=False)
        following = granted.get("refresh_token")
        if isinstance(following, str) and following not in ("", newest):
            pull.vault.keep(pull.settings.id, origin, {"refresh_token": following})
    return read_token(pull.client, granted)


def basic(user: str, password: str) -> str:
    """Return the value of an `Authorization` header for HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
