"""Bluesky's and Mastodon's look-ups over real HTTP."""

from datetime import UTC, datetime

import polars as pl
import pytest

from connectors.sandbox import Sandbox, accounts
from connectors.sandbox.orders import Line
from tests.conftest import Clock
from tests.connectors.sandbox.caller import Caller

PROFILE = "/bluesky/xrpc/app.bsky.actor.getProfile"
PROFILES = "/bluesky/xrpc/app.bsky.actor.getProfiles"
LOOKUP = "/mastodon/api/v1/accounts/lookup"


def _followers(rows: pl.DataFrame, country: str, until: datetime) -> int:
    """Return how many customers' first order came from a country, counted from the data."""
    sold = rows.filter(pl.col("RefundOf").is_null(), pl.col("InvoiceDate") < until.replace(tzinfo=None))
    firsts = sold.drop_nulls("CustomerID").sort("InvoiceDate").group_by("CustomerID").agg(pl.col("Country").first())
    return firsts.filter(pl.col("Country") == country).height


@pytest.mark.parametrize("at", [datetime(2011, 1, 31, 21, tzinfo=UTC), datetime(2011, 11, 20, 21, tzinfo=UTC)])
def test_followers_are_the_customers_so_far(caller: Caller, evening: Clock, rows: pl.DataFrame, at: datetime) -> None:
    """Bluesky counts Germany, Mastodon France, each up to the clock."""
    evening.now = at

    bluesky = caller.http.get(PROFILE, params={"actor": accounts.BLUESKY_ACCOUNT}).json()
    mastodon = caller.http.get(LOOKUP, params={"acct": "exportcounter"}).json()

    assert _followers(rows, "Germany", at) == bluesky["followersCount"]
    assert _followers(rows, "France", at) == mastodon["followers_count"]


def test_the_bluesky_profile_in_full(caller: Caller) -> None:
    """The fields are the lexicon's."""
    assert {
        "did": "did:plc:sandboxexportcounter2345",
        "handle": "exportcounter.bsky.social",
        "displayName": "Export Counter",
        "followersCount": 90,
        "followsCount": 0,
        "postsCount": 185,
        "createdAt": "2010-12-01T00:00:00.000Z",
        "indexedAt": "2010-12-01T00:00:00.000Z",
        "labels": [],
        "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
    } == caller.http.get(PROFILE, params={"actor": accounts.BLUESKY_DID}).json()


def test_unknown_actors_are_left_out_of_many(caller: Caller) -> None:
    """Asking for several gives those that exist."""
    found = caller.http.get(PROFILES, params={"actors": ["nobody.example", accounts.BLUESKY_ACCOUNT]}).json()
    nobody = caller.http.get(PROFILES, params={"actors": ["nobody.example"]}).json()

    assert [accounts.BLUESKY_DID] == [profile["did"] for profile in found["profiles"]]
    assert {"profiles": []} == nobody


@pytest.mark.parametrize(
    ("path", "parameters", "message"),
    [
        (PROFILE, {"actor": "nobody.example"}, "Profile not found"),
        (PROFILE, {"actor": "not a handle"}, "Error: actor must be a valid did or a handle"),
        (PROFILE, {}, "Error: actor must be a valid did or a handle"),
        (PROFILES, {"actors": ["a.example"] * 26}, "Error: actors must not have more than 25 elements"),
    ],
)
def test_what_bluesky_does_not_find_is_400(
    caller: Caller, path: str, parameters: dict[str, str | list[str]], message: str
) -> None:
    """Not 404: only error and message tell."""
    answer = caller.http.get(path, params=parameters)

    assert (400, {"error": "InvalidRequest", "message": message}) == (answer.status_code, answer.json())


def test_the_mastodon_account_in_full(caller: Caller) -> None:
    """The fields are the API's; the newest post's day is a date."""
    assert {
        "id": "109000000000000001",
        "username": "exportcounter",
        "acct": "exportcounter",
        "display_name": "Export Counter",
        "locked": False,
        "bot": False,
        "created_at": "2010-12-01T00:00:00.000Z",
        "url": "https://social.example/@exportcounter",
        "followers_count": 85,
        "following_count": 0,
        "statuses_count": 188,
        "last_status_at": "2011-11-20",
        "hide_collections": False,
        "emojis": [],
        "fields": [],
    } == caller.http.get(LOOKUP, params={"acct": "exportcounter@social.example"}).json()


def test_an_account_that_never_posted_has_no_last_day(caller: Caller, evening: Clock) -> None:
    """Before the first order there is nobody and nothing."""
    evening.now = datetime(2010, 12, 1, tzinfo=UTC)

    account = caller.http.get(LOOKUP, params={"acct": "exportcounter"}).json()

    assert (0, 0, None) == (account["followers_count"], account["statuses_count"], account["last_status_at"])


@pytest.mark.parametrize("parameters", [{"acct": "nobody"}, {}])
def test_an_unknown_mastodon_account_is_404(caller: Caller, parameters: dict[str, str]) -> None:
    """As on any instance that has never heard of it."""
    answer = caller.http.get(LOOKUP, params=parameters)

    assert (404, {"error": "Record not found"}) == (answer.status_code, answer.json())


def test_a_new_customer_follows(caller: Caller, sandbox: Sandbox) -> None:
    """A customer's second order and a guest's first add nobody."""
    mug = Line(1, "22423", "MUG", 1, 250)
    for number, customer in ((1, 99), (2, 99), (3, None)):
        sandbox.shop.add_order(number, [mug], customer=customer, country="Germany")

    assert 91 == caller.http.get(PROFILE, params={"actor": accounts.BLUESKY_ACCOUNT}).json()["followersCount"]


def test_other_methods_are_not_there(caller: Caller) -> None:
    """The rest of the network is not imitated."""
    assert 501 == caller.http.get("/bluesky/xrpc/app.bsky.feed.getTimeline").status_code
    assert 404 == caller.http.get("/mastodon/api/v2/instance").status_code
