"""Sending one message: tried again where that may help, never where it may have arrived."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flows.notify.recipients import Recipient
from okr_config.world import World
from scorecard.digest.digest import Digest
from scorecard.digest.render import as_html, as_lines
from warehouse.notifications import State

_PAUSES = (1.0, 5.0, 20.0)
_LONGEST_PAUSE = 60.0
_TOO_MANY, _SERVERS_FAULT = 429, 500


@dataclass
class _Answers:
    """What the service answered: the newest status, and how long it wants to be left alone."""

    status: int | None = None
    retry_after: float | None = None
    is_unclear: bool = False
    is_untrusted: bool = False
    seen: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """
    What became of a message.

    state: sending where nobody knows: it was handed over and no answer came. error: one line without the address.
    """

    state: State
    attempts: int
    error: str | None = None


def deliver(recipient: Recipient, digest: Digest, world: World) -> Outcome:
    """
    Send a message.

    Tried again with growing pauses, or after as long as the service asks for, where it answers 429 or 5xx, or where
    nothing was handed over. An answer that says no for good is not asked again.
    """
    attempts = 0
    while True:
        attempts += 1
        answers = _attempt(recipient, digest)
        if answers is None:
            return Outcome("sent", attempts)
        if answers.is_unclear:
            return Outcome("sending", attempts, "it was handed over, and no answer came: it may have arrived")
        error = _error(answers)
        pause = answers.retry_after or (_PAUSES[attempts - 1] if attempts <= len(_PAUSES) else None)
        for_good = answers.status is not None and answers.status != _TOO_MANY and answers.status < _SERVERS_FAULT
        if for_good or pause is None or attempts > len(_PAUSES) or pause > _LONGEST_PAUSE:
            return Outcome("failed", attempts, error)
        world.sleep(pause)
        if world.stop.is_set():
            return Outcome("failed", attempts, error)


def _attempt(recipient: Recipient, digest: Digest) -> _Answers | None:
    """Send once; return what was answered where it did not go well."""
    from apprise import NotifyFormat  # noqa: PLC0415 - as for whoever has a recipient

    service = recipient.open()
    is_html = service.notify_format == NotifyFormat.HTML
    with _heard() as answers:
        went_well = service.notify(
            title=digest.title,
            body=as_html(digest) if is_html else as_lines(digest),
            body_format=NotifyFormat.HTML if is_html else NotifyFormat.TEXT,
        )
    return None if went_well else answers


@contextmanager
def _heard() -> Iterator[_Answers]:
    """Hear what services answer: apprise tells whether a message went well, neither why nor when to come back."""
    import requests  # noqa: PLC0415 - as above

    answers, plain = _Answers(), requests.Session.send
    # as sources do; what REQUESTS_CA_BUNDLE names comes before it
    authorities = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")

    def send(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as it is called
        if authorities and kwargs.get("verify") is True:
            kwargs["verify"] = authorities
        try:
            response = plain(session, request, **kwargs)
        except requests.ReadTimeout:
            answers.is_unclear = True
            raise
        except requests.exceptions.SSLError:
            answers.is_untrusted = True
            raise
        answers.status = response.status_code
        answers.retry_after = _seconds(response.headers.get("Retry-After"))
        return response

    requests.Session.send = send  # type: ignore[assignment, method-assign]  # for as long as the block lasts
    try:
        yield answers
    finally:
        requests.Session.send = plain  # type: ignore[method-assign]


def _seconds(text: str | None) -> float | None:
    try:
        return max(float(text or ""), 0.0)
    except ValueError:
        return None


def _error(answers: _Answers) -> str:
    if answers.is_untrusted:
        return "its certificate cannot be trusted: SSL_CERT_FILE names the authority"
    if answers.status is None:
        return "it cannot be reached, or refuses what is sent"
    return f"it answers {answers.status}"
