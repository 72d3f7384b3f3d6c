"""
Google Analytics' Data API v1beta over the visits of the sandbox's shop, and the token endpoint of its service account.

An assertion must be signed with the account's key; `accounts.ga4_credentials()` has it. With a `threshold`, periods of
fewer visitors are withheld as Google withholds them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.visits import ZONE, Visit, Visits, pages_of, visitors_of

_SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIVES = timedelta(seconds=3599)
_LONGEST = 3600
_LEEWAY = 300
_TOKENS = {"tokensPerDay": 200_000, "tokensPerHour": 40_000, "tokensPerProjectPerHour": 14_000}
_FIELDS = {
    "dateRanges",
    "dimensions",
    "metrics",
    "orderBys",
    "keepEmptyRows",
    "limit",
    "offset",
    "returnPropertyQuota",
}
_DIMENSIONS: Mapping[str, Callable[[datetime], str]] = {
    "date": lambda at: f"{at:%Y%m%d}",
    "isoYearIsoWeek": lambda at: f"{at:%G%V}",
    "yearMonth": lambda at: f"{at:%Y%m}",
}
_METRICS: Mapping[str, Callable[[Sequence[Visit]], int]] = {
    "activeUsers": visitors_of,
    "totalUsers": visitors_of,
    "sessions": len,
    "screenPageViews": pages_of,
}


class _RefusedError(Exception):
    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class GoogleAnalytics:
    """The property's reports. threshold: periods with fewer visitors are withheld."""

    def __init__(self, visits: Visits, threshold: int = 0) -> None:
        self.threshold = threshold
        self._visits = visits
        self._tokens: dict[str, datetime] = {}
        self._spent = 0

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        at, visits = self._visits.look()
        if request.path == "/token":
            return self._grant(request, at)
        try:
            self._admit(request, at)
            return answer_json(200, self._report(request, visits))
        except _RefusedError as refusal:
            error = {"code": refusal.code, "message": str(refusal), "status": refusal.status}
            return answer_json(refusal.code, {"error": error})

    def _grant(self, request: Request, at: datetime) -> Answer:
        """Exchange an assertion that the account has signed for a token."""
        form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        if request.method != "POST" or form.get("grant_type") != _GRANT:
            return answer_json(400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type."})
        from joserfc import jwt  # noqa: PLC0415 - large, and wanted only where somebody signs in
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above

        try:
            claims = jwt.decode(form.get("assertion", ""), accounts.ga4_key(), algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return answer_json(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        if (claims.get("iss"), claims.get("aud")) != (accounts.GA4_CLIENT_EMAIL, accounts.GA4_TOKEN_URI):
            return answer_json(400, {"error": "invalid_grant", "error_description": "Invalid JWT: iss or aud."})
        if not _is_timely(claims, at):
            return answer_json(400, {"error": "invalid_grant", "error_description": "Invalid JWT: iat or exp."})
        if claims.get("scope") != _SCOPE:
            return answer_json(400, {"error": "invalid_scope", "error_description": "Invalid OAuth scope."})
        token = f"ya29.sandbox-{len(self._tokens) + 1}"
        self._tokens[token] = at + _LIVES
        return answer_json(200, {"access_token": token, "expires_in": _LIVES.seconds, "token_type": "Bearer"})

    def _admit(self, request: Request, at: datetime) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self._tokens.get(token, at) <= at:
            raise _RefusedError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        name = request.path.removeprefix("/v1beta/properties/")
        if request.method != "POST" or name == request.path or not name.endswith(":runReport"):
            raise _RefusedError(404, "NOT_FOUND", "Method not found.")
        if name.removesuffix(":runReport") != accounts.GA4_PROPERTY_ID:
            raise _RefusedError(403, "PERMISSION_DENIED", "User does not have sufficient permissions.")

    def _report(self, request: Request, visits: list[Visit]) -> dict[str, Any]:
        query = _read(request.body)
        dimension = query["dimensions"][0]["name"]
        metrics = [metric["name"] for metric in query["metrics"]]
        first, last = (date.fromisoformat(query["dateRanges"][0][end]) for end in ("startDate", "endDate"))
        periods: dict[str, list[Visit]] = defaultdict(list)
        for visit in visits:
            if first <= visit.at.date() <= last:
                periods[_DIMENSIONS[dimension](visit.at)].append(visit)
        told = {name: found for name, found in sorted(periods.items()) if visitors_of(found) >= self.threshold}
        rows = [
            {
                "dimensionValues": [{"value": name}],
                "metricValues": [{"value": str(_METRICS[metric](found))} for metric in metrics],
            }
            for name, found in told.items()
        ]
        start = int(query.get("offset", 0))
        rows = rows[start : start + int(query.get("limit", 10_000))]
        return {
            "dimensionHeaders": [{"name": dimension}],
            "metricHeaders": [{"name": metric, "type": "TYPE_INTEGER"} for metric in metrics],
            # what is false or empty is left out
            **({"rows": rows} if rows else {}),
            **({"rowCount": len(told)} if told else {}),
            "metadata": {
                "currencyCode": "GBP",
                "timeZone": ZONE.key,
                **({"subjectToThresholding": True} if len(told) < len(periods) else {}),
            },
            **({"propertyQuota": self._spend(2)} if query.get("returnPropertyQuota") else {}),
            "kind": "analyticsData#runReport",
        }

    def _spend(self, tokens: int) -> dict[str, dict[str, int]]:
        self._spent += tokens
        return {name: {"consumed": tokens, "remaining": most - self._spent} for name, most in _TOKENS.items()}


def _is_timely(claims: Mapping[str, Any], at: datetime) -> bool:
    now, issued, ends = int(at.timestamp()), claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(ends, int):
        return False
    return issued - _LEEWAY <= now < ends <= issued + _LONGEST


def _read(body: bytes) -> dict[str, Any]:
    """Return a query that makes sense."""
    try:
        query = orjson.loads(body)
        unknown = sorted(query.keys() - _FIELDS)
        [dimension], metrics = query["dimensions"], query["metrics"]
        [dates] = query["dateRanges"]
        names = [(dimension["name"], _DIMENSIONS), *((metric["name"], _METRICS) for metric in metrics)]
        right = date.fromisoformat(dates["startDate"]) <= date.fromisoformat(dates["endDate"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = "The sandbox knows one date range of days, one dimension, and metrics."
        raise _RefusedError(400, "INVALID_ARGUMENT", what) from error
    if unknown:
        raise _RefusedError(400, "INVALID_ARGUMENT", f'Unknown name "{unknown[0]}": Cannot find field.')
    for name, known in names:
        if name not in known:
            raise _RefusedError(400, "INVALID_ARGUMENT", f"Field {name} is not a valid dimension or metric.")
    if not right or not metrics:
        raise _RefusedError(400, "INVALID_ARGUMENT", "The date range or the list of metrics is empty.")
    return dict(query)
