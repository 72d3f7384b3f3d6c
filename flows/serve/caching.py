"""Answers that a client may keep, and ask about before it uses them again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus

from flows.serve.http_server import Answer, Request


def kept(body: bytes, kind: str, changed_at: float, headers: Mapping[str, str]) -> Answer:
    """Answer with something to keep, known by what it holds and by when that changed."""
    validators = {
        "Content-Type": kind,
        "ETag": f'"{sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(datetime.fromtimestamp(int(changed_at), UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    return Answer(HTTPStatus.OK, body, validators | dict(headers))


def sparing(request: Request, answer: Answer) -> Answer:
    """Return an answer without what the client has already."""
    if answer.status is not HTTPStatus.OK or not _knows(request, answer):
        return answer
    return Answer(HTTPStatus.NOT_MODIFIED, b"", {**answer.headers, "Content-Type": ""})


def _knows(request: Request, answer: Answer) -> bool:
    """Tell whether the client has this very answer: by its ETag, else by its time."""
    etag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    if asked := request.headers.get("if-none-match"):
        known = [tag.strip().removeprefix("W/") for value in asked for tag in value.split(",")]
        return etag is not None and ("*" in known or etag in known)
    since = request.header("if-modified-since")
    if not since or not changed:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
