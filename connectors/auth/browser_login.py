"""
An OAuth 2.0 login in the owner's own browser (RFC 6749, 7636, 8252): code flow, PKCE, one answer on 127.0.0.1.

The listener takes one answer and is gone; an answer without the state that was sent along is refused.
"""

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from oauthlib.oauth2 import WebApplicationClient
from pydantic import SecretStr

from connectors.auth.tokens import basic, request_token
from connectors.http.client import Client
from connectors.source import Login, Source
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World

PATIENCE = 120.0
"""Seconds that an owner has to say yes."""

_LOOKS_EVERY = 0.5
_PATH = "/callback"
_THANKS = b"<!doctype html><meta charset=utf-8><title>okr</title><p>You can close this window and go back to okr."
_NO = b"<!doctype html><meta charset=utf-8><title>okr</title><p>This is not the answer that okr waits for."


@dataclass
class _Inbox:
    answer: Mapping[str, str] | None = None


def log_in(  # noqa: PLR0913 - what a login takes
    source: Source[Any],
    settings: SourceSettings,
    client: Client,
    *,
    world: World,
    show: Callable[[str], None],
    answer: Callable[[], str] | None = None,
) -> Mapping[str, str]:
    """
    Send the owner to the vendor, wait for the answer, and exchange its code.

    Args:
        source: whose `login` says how.
        settings: hold the client's id and secret.
        client: asks the token endpoint.
        world: chance for state and verifier, and the time that is waited.
        show: is given the address to open.
        answer: returns the address that the browser ended at, where that runs on another machine; else it comes here.

    Returns:
        Settings to fill, by name.

    Raises:
        SourceError: when the owner or the vendor says no, nobody answers in time, or the answer is not ours.
    """
    login = source.login
    if login is None:
        raise SourceError(f"{source.title} has no login in the browser", reason="unauthorized")
    inbox = _Inbox()
    with HTTPServer(("127.0.0.1", login.port), _handler(inbox)) as listener:
        redirect = f"http://{login.host}:{listener.server_port}{_PATH}"
        attempt = _Attempt(login, settings, redirect, _text(world.token(32)), _text(world.token(48)))
        show(attempt.address(source.scopes))
        if answer:
            inbox.answer = _parameters(urlsplit(answer().strip()).query)
        deadline = world.monotonic() + PATIENCE
        while inbox.answer is None:
            if world.monotonic() >= deadline:
                raise _failed(source, f"nobody answered within {PATIENCE:g} seconds", " --paste")
            listener.timeout = _LOOKS_EVERY
            listener.handle_request()
    if answer and not {"state", "error"} & inbox.answer.keys():
        raise _failed(source, "what was pasted is not the address of an answer: it ends with code=... and state=...")
    if not hmac.compare_digest(inbox.answer.get("state", "").encode(), attempt.state.encode()):
        raise _failed(source, "the answer does not belong to this login")
    if "code" not in inbox.answer:
        raise _failed(source, "the login was refused")
    granted = attempt.exchange(client, inbox.answer["code"])
    return {setting: str(granted[name]) for name, setting in login.keeps.items() if granted.get(name)}


@dataclass(frozen=True)
class _Attempt:
    """One login: what is sent along and must come back."""

    login: Login
    settings: SourceSettings
    redirect: str
    state: str
    verifier: str

    @property
    def identity(self) -> str:
        return _plain(self.settings, self.login.client_id)

    def address(self, scopes: Iterable[str]) -> str:
        query = {
            "response_type": "code",
            self.login.client_parameter: self.identity,
            "redirect_uri": self.redirect,
            "scope": self.login.scope_separator.join(scopes),
            "state": self.state,
            **self.login.extra,
        }
        if self.login.pkce:
            challenge: str = WebApplicationClient("").create_code_challenge(self.verifier, "S256")
            if self.login.hex_challenge:
                challenge = base64.urlsafe_b64decode(f"{challenge}=").hex()
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.login.authorize}?{urlencode(query)}"

    def exchange(self, client: Client, code: str) -> Mapping[str, Any]:
        login = self.login
        secret = _plain(self.settings, login.client_secret) if login.client_secret else ""
        client.keep_secret(code)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect}
        if login.pkce:
            form["code_verifier"] = self.verifier
        headers = {"authorization": basic(self.identity, secret)} if login.basic else {}
        if not login.basic:
            form |= {login.client_parameter: self.identity, **({"client_secret": secret} if secret else {})}
        return request_token(client, login.token, form, headers=headers, safe=False)


def _handler(inbox: _Inbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            ours = parts.path == _PATH
            if ours:
                inbox.answer = _parameters(parts.query)
            self.send_response_only(HTTPStatus.OK if ours else HTTPStatus.NOT_FOUND)
            for name, value in {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": "default-src 'none'",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
                "Connection": "close",
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(_THANKS if ours else _NO)

        def log_message(self, *_: object) -> None:
            """Say nothing: the path holds the code."""

    return Handler


def _parameters(query: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _plain(settings: SourceSettings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


def _failed(source: Source[Any], what: str, option: str = "") -> SourceError:
    step = f"okr connect {source.name}{option}"
    return SourceError(what, reason="unauthorized", where=f"login at {source.title}", next_step=step)
