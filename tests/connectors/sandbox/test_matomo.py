"""Matomo's Reporting API over real HTTP."""

import httpx
import pytest

from connectors.sandbox import accounts
from tests.connectors.sandbox.caller import Caller

RANGE = "2011-11-10,2011-11-20"


def _ask(caller: Caller, method: str = "VisitsSummary.get", **changes: str) -> httpx.Response:
    right = {"module": "API", "method": method, "idSite": "1", "period": "week", "date": RANGE, "format": "json"}
    return caller.http.post("/matomo/index.php", data={**right, "token_auth": accounts.MATOMO_TOKEN, **changes})


def test_weeks_are_whole_whatever_the_range(caller: Caller) -> None:
    """A range from a Thursday on still has the week from its Monday, as Plausible counts it from there."""
    stats = caller.stats(date_range=["2011-11-07", "2011-11-20"], dimensions=["time:week"]).json()["results"]

    visits, actions = _ask(caller).json(), _ask(caller, "Actions.get").json()

    assert ["2011-11-07,2011-11-13", "2011-11-14,2011-11-20"] == list(visits)
    counts = [
        [visits[week]["nb_uniq_visitors"], visits[week]["nb_visits"], actions[week]["nb_pageviews"]] for week in visits
    ]
    assert [result["metrics"] for result in stats] == counts


def test_periods_have_their_own_names_and_empty_ones_are_lists(caller: Caller) -> None:
    """Days and months by their own labels, one period without any, and nobody as an empty list."""
    days = _ask(caller, period="day", date="2011-11-11,2011-11-13").json()
    months = _ask(caller, period="month", date="2011-10-15,2011-11-20").json()
    alone = _ask(caller, date="2011-11-10").json()

    assert (["2011-11-11", "2011-11-12", "2011-11-13"], []) == (list(days), days["2011-11-12"])
    assert ["2011-10", "2011-11"] == list(months)
    assert alone == _ask(caller).json()["2011-11-07,2011-11-13"]
    assert (
        alone["nb_uniq_visitors"] == _ask(caller, "VisitsSummary.getUniqueVisitors", date="2011-11-10").json()["value"]
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"idSite": "2"}, "You can't access this resource as it requires 'view' access for the website id = 2."),
        ({"method": "Luck.get"}, "The method 'Luck.get' does not exist or is not available."),
        ({"period": "range"}, "The sandbox knows the periods day, week and month."),
        ({"date": "soon"}, "The date 'soon' is not a valid date."),
    ],
)
def test_errors_have_status_200(caller: Caller, changes: dict[str, str], message: str) -> None:
    """The body alone says so."""
    answer = _ask(caller, **changes)

    assert (200, {"result": "error", "message": message}) == (answer.status_code, answer.json())


def test_a_bad_token_is_401_with_a_page(caller: Caller) -> None:
    """Wrong, or in the address instead of the body."""
    query = {"module": "API", "token_auth": accounts.MATOMO_TOKEN}
    in_address = caller.http.post("/matomo/index.php", params=query, data={"module": "API"})
    answers = [_ask(caller, token_auth="else"), in_address]

    assert [401, 401] == [answer.status_code for answer in answers]
    assert {"text/html; charset=utf-8"} == {answer.headers["content-type"] for answer in answers}


def test_the_website_tells_its_zone(caller: Caller) -> None:
    """Whoever may view it may ask."""
    assert "Europe/London" == _ask(caller, "SitesManager.getSiteFromId").json()["timezone"]


def test_elsewhere_is_a_page_too(caller: Caller) -> None:
    """A wrong path answers HTML."""
    answer = caller.http.get("/matomo/")

    assert (404, True) == (answer.status_code, answer.text.startswith("<!doctype html>"))
