"""
Who may ask the web server, and how: the checks before any answer.

Bound to this machine alone, it answers only to this machine's own names, since a page elsewhere may let its own name
point here (DNS rebinding). Bound to anything else, or wherever a token is set, it wants the token: as a bearer, or
once in the address, which is answered by a cookie and the same address without it. Addresses that are signed need none:
what they name is given, or is not there.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from flows.serve.http_server import Answer, Request
from flows.serve.sharing import is_shared
from okr_config.hosts import is_loopback

OPEN_PATH = "/healthz"
"""Answered without a token: it tells nothing but whether all is well."""

_TARGET = re.compile(r"/[!-~]*")
_PLAIN_PATH = re.compile(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/?)?")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_PARAMETER = "token"


class Guard:
    """
    The checks of one server.

    token: None where every program of this machine may ask. cookie: its name, which differs by port, since browsers
    keep cookies by host alone.
    """

    def __init__(self, token: str | None, cookie: str) -> None:
        self._token = token
        self._cookie = cookie
        # the browser keeps what opens this server, not the token itself
        self._pass = None if token is None else hmac.new(token.encode(), b"okr page", sha256).hexdigest()

    def refuse(self, request: Request) -> Answer | None:
        """Return the answer to a request that gets no other, or None where it may pass."""
        hosts = request.headers.get("host", ())
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if not found or not _TARGET.fullmatch(request.target) or "#" in request.target:
            return told(HTTPStatus.BAD_REQUEST)
        if self._token is None and not is_loopback(found["name"]):
            return told(HTTPStatus.MISDIRECTED_REQUEST, "this server answers to localhost only")
        if request.method not in {"GET", "HEAD"}:
            return told(HTTPStatus.METHOD_NOT_ALLOWED, "there is nothing to write here", {"Allow": "GET, HEAD"})
        if not _PLAIN_PATH.fullmatch(path_of(request)):
            return told(HTTPStatus.NOT_FOUND)
        is_open = path_of(request) == OPEN_PATH or is_shared(path_of(request))
        return None if self._token is None or is_open else self._admit(request, self._token)

    def _admit(self, request: Request, token: str) -> Answer | None:
        asked = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        if given := [value for name, value in asked if name == _PARAMETER]:
            if not _same(given[0], token):
                return _unauthorized()
            others = urlencode([(name, value) for name, value in asked if name != _PARAMETER])
            return told(
                HTTPStatus.SEE_OTHER,
                headers={
                    "Location": path_of(request) + (f"?{others}" if others else ""),
                    "Set-Cookie": f"{self._cookie}={self._pass}; Path=/; HttpOnly; SameSite=Lax",
                },
            )
        scheme, _, bearer = (request.header("authorization") or "").partition(" ")
        if scheme.lower() == "bearer" and _same(bearer.strip(), token):
            return None
        if self._pass and any(_same(value, self._pass) for value in self._cookies(request.headers.get("cookie", ()))):
            return None
        return _unauthorized()

    def _cookies(self, headers: Sequence[str]) -> Sequence[str]:
        values = []
        for header in headers:
            try:
                cookie = SimpleCookie(header).get(self._cookie)
            except CookieError:
                continue
            if cookie:
                values.append(cookie.value)
        return values


def path_of(request: Request) -> str:
    """Return a request's path without its query."""
    return request.target.partition("?")[0]


def told(status: HTTPStatus, words: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """Answer in a line of plain text."""
    body = f"{status.phrase}{f': {words}' if words else ''}\n".encode()
    return Answer(status, body, headers or {})


def _unauthorized() -> Answer:
    words = "open the address that okr serve has printed, or send the token as a bearer"
    return told(HTTPStatus.UNAUTHORIZED, words, {"WWW-Authenticate": 'Bearer realm="okr"'})


def _same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing about the secret."""
    return hmac.compare_digest(given.encode(), secret.encode())
