"""
Matomo's Reporting API over the visits of the sandbox's shop.

Periods are whole, whatever the range; an empty one is an empty list; most errors have status 200. The token is one for
secure requests: it counts in the body of a POST only.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.visits import ZONE, Visit, Visits, pages_of, visitors_of

_DAY = timedelta(days=1)
_PERIODS = ("day", "week", "month")
_NO_ACCESS = "You can't access this resource as it requires 'view' access for the website id = {}."


class _RefusedError(Exception):
    """What Matomo calls an error; its status is 200 all the same."""


class Matomo:
    """The website's statistics."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        if request.path != "/index.php" or form.get("module") != "API":
            return Answer(404, b"<!doctype html><title>Not found</title>", "text/html; charset=utf-8")
        if request.method != "POST" or form.get("token_auth") != accounts.MATOMO_TOKEN:
            # as a real server did, though the documents promise JSON
            return Answer(401, b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8")
        at, visits = self._visits.look()
        try:
            return answer_json(200, _answer(form, visits, at.date()))
        except _RefusedError as refusal:
            return answer_json(200, {"result": "error", "message": str(refusal)})


def _answer(form: Mapping[str, str], visits: list[Visit], today: date) -> object:
    site = form.get("idSite", "")
    if site != accounts.MATOMO_SITE_ID:
        raise _RefusedError(_NO_ACCESS.format(site))
    method = form.get("method", "")
    if method == "SitesManager.getSiteFromId":
        return {"idsite": site, "name": accounts.SHOP_NAME, "timezone": ZONE.key, "currency": "GBP"}
    if method == "Live.getLastVisitsDetails":
        first, last = form["date"].split(",")
        days = sorted(str(visit.at.date()) for visit in visits if first <= str(visit.at.date()) <= last)
        return [{"serverDate": day} for day in days[-1:]]
    if method not in _REPORTS:
        raise _RefusedError(f"The method '{method}' does not exist or is not available.")
    if form.get("period") not in _PERIODS:
        raise _RefusedError("The sandbox knows the periods day, week and month.")
    periods = {
        label: _REPORTS[method]([visit for visit in visits if first <= visit.at.date() <= last])
        for label, first, last in _periods(form["period"], form.get("date", ""), today)
    }
    return periods if "," in form["date"] else next(iter(periods.values()))


def _periods(period: str, dates: str, today: date) -> Iterator[tuple[str, date, date]]:
    """Yield label, first and last day of each period that a range touches; none begins in the future."""
    try:
        days = [date.fromisoformat(text) for text in dates.split(",")]
    except ValueError as error:
        raise _RefusedError(f"The date '{dates}' is not a valid date.") from error
    first = days[0]
    if period == "week":
        first -= timedelta(days=first.weekday())
    elif period == "month":
        first = first.replace(day=1)
    while first <= min(days[-1], max(today, days[0])):
        if period == "month":
            following = (first + timedelta(days=31)).replace(day=1)
            yield f"{first:%Y-%m}", first, following - _DAY
        else:
            following = first + (timedelta(days=7) if period == "week" else _DAY)
            yield f"{first},{following - _DAY}" if period == "week" else str(first), first, following - _DAY
        first = following


def _visits_summary(visits: list[Visit]) -> dict[str, int] | list[Any]:
    if not visits:
        return []
    counts = {"nb_uniq_visitors": visitors_of(visits), "nb_visits": len(visits), "nb_actions": pages_of(visits)}
    return {"nb_users": 0, **counts}


def _actions(visits: list[Visit]) -> dict[str, int] | list[Any]:
    return {"nb_pageviews": pages_of(visits), "nb_downloads": 0, "nb_outlinks": 0} if visits else []


_REPORTS: Mapping[str, Callable[[list[Visit]], object]] = {
    "VisitsSummary.get": _visits_summary,
    "VisitsSummary.getUniqueVisitors": lambda visits: {"value": visitors_of(visits)},
    "Actions.get": _actions,
}
