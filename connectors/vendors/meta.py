"""
What Meta's Graph APIs (Instagram, Facebook, Threads) share: one error envelope, and how much of the quota is used.

Codes decide, never texts: the status is mostly 400, also for a token that has ended.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.http.errors import RequestError
from connectors.http.response import Answer

_TOKEN = 190
_TOKEN_ENDED = {
    460: "the password was changed",
    463: "it has expired",
    467: "it was withdrawn",
}
_TOO_MANY = frozenset({4, 17, 32, 613, *range(80000, 80015)})
_TEMPORARY = frozenset({1, 2})
_NO_RIGHT = frozenset({10, *range(200, 300)})
_WRONG = 100
_MISSING = 33


def judge(answer: Answer) -> RequestError | None:
    """Return what a Graph API refuses an answer for; None leaves it to the status."""
    told = answer.json()
    error = told.get("error") if isinstance(told, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, int) or isinstance(code, bool):
        return None
    subcode = error.get("error_subcode")
    if code in _TOO_MANY:
        wait = _minutes(answer) * 60
        return RequestError("rate_limited", f"has had enough calls (error {code})", again=wait > 0, after=wait or None)
    if code in _TEMPORARY or error.get("is_transient") is True:
        return RequestError("server_error", f"has an error of its own (error {code})", again=True)
    return _refusal(code, subcode if isinstance(subcode, int) else 0)


def _refusal(code: int, subcode: int) -> RequestError | None:
    if code == _TOKEN:
        why = _TOKEN_ENDED.get(subcode, "")
        return RequestError("unauthorized", f"refused the access token{': ' if why else ''}{why}")
    if code in _NO_RIGHT:
        return RequestError("forbidden", f"says that the access token lacks a permission (error {code})")
    if code == _WRONG and subcode == _MISSING:
        return RequestError("not_found", f"shows no such account to this access token (error {code})")
    return RequestError("bad_answer", f"does not take the request (error {code})") if code == _WRONG else None


def quota(answer: Answer) -> str:
    """Say how much of the calls allowed is used; nothing where the answer does not tell."""
    shares = [share for entry in _usages(answer) for share in entry.values() if isinstance(share, int)]
    return f"{max(shares)} % of the calls allowed are used" if shares else ""


def _minutes(answer: Answer) -> int:
    """Minutes until calls are taken again, as the header of business use cases has them; 0 where it does not."""
    told = _header(answer, "x-business-use-case-usage")
    entries = [entry for entries in told.values() if isinstance(entries, list) for entry in entries]
    waits = [entry.get("estimated_time_to_regain_access") for entry in entries if isinstance(entry, dict)]
    return max((wait for wait in waits if isinstance(wait, int)), default=0)


def _usages(answer: Answer) -> Iterator[Mapping[str, Any]]:
    shares = ("call_count", "total_time", "total_cputime")
    app = _header(answer, "x-app-usage")
    business = _header(answer, "x-business-use-case-usage").values()
    for entry in (app, *(entry for entries in business if isinstance(entries, list) for entry in entries)):
        if isinstance(entry, dict):
            yield {name: entry[name] for name in shares if name in entry}


def _header(answer: Answer, name: str) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.headers.get(name, "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
