"""What Google's APIs say when they refuse: one envelope, told by its reasons, never by its text."""

from collections.abc import Iterator, Mapping

from connectors.http.errors import RequestError
from connectors.http.response import Answer

_KEY = ("unauthorized", "does not take the API key")
_LOGIN = ("unauthorized", "refused the login")
_OFF = ("forbidden", "says that the API is not enabled in the Google Cloud project")
_NO_RIGHT = ("forbidden", "does not let these credentials read this")
_USED_UP = ("rate_limited", "says that the quota is used up")
_SCARCE = ("rate_limited", "has no quota left for now")
_TOO_FAST = ("rate_limited", "was asked too fast")
_BROKEN = ("server_error", "has an error of its own")

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "keyInvalid": _KEY,
    "keyExpired": _KEY,
    "API_KEY_INVALID": _KEY,
    "API_KEY_SERVICE_BLOCKED": ("forbidden", "says that the API key is restricted to other APIs"),
    "authError": _LOGIN,
    "required": _LOGIN,
    "UNAUTHENTICATED": _LOGIN,
    "accessNotConfigured": _OFF,
    "SERVICE_DISABLED": _OFF,
    "forbidden": _NO_RIGHT,
    "insufficientPermissions": _NO_RIGHT,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _NO_RIGHT,
    "PERMISSION_DENIED": _NO_RIGHT,
    "quotaExceeded": _USED_UP,
    "dailyLimitExceeded": _USED_UP,
    "rateLimitExceeded": _TOO_FAST,
    "userRateLimitExceeded": _TOO_FAST,
    "RATE_LIMIT_EXCEEDED": _TOO_FAST,
    # of tokens, which are back within the hour, or of requests at a time
    "RESOURCE_EXHAUSTED": _SCARCE,
    "backendError": _BROKEN,
    "internalError": _BROKEN,
}
_PASSING = (_SCARCE, _TOO_FAST, _BROKEN)


def judge(answer: Answer) -> RequestError | None:
    """Return what an answer of a Google API is refused for; None leaves it to the status."""
    told = answer.json()
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return None
    for reason in _reasons(error):
        if meaning := _MEANINGS.get(reason):
            return RequestError(*meaning, again=meaning in _PASSING)
    return None


def _reasons(error: Mapping[str, object]) -> Iterator[str]:
    """The details tell most, the status of the whole call least."""
    for name in ("details", "errors"):
        entries = error.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("reason"), str):
                yield entry["reason"]
    if isinstance(error.get("status"), str):
        yield str(error["status"])
