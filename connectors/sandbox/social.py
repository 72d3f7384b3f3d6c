"""
Bluesky's and Mastodon's public profile look-ups, over the sandbox's shop.

A follower stands for a customer whose first order has been placed: from Germany on Bluesky, from France on Mastodon. A
post stands for a day on which orders came from there.
"""

import re
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.sandbox import accounts
from connectors.sandbox.exchange import Answer, Request, answer_json
from connectors.sandbox.loading import ZONE
from connectors.sandbox.shop import Shop

_OPENED = datetime(2010, 12, 1, tzinfo=UTC)
_ACTOR = re.compile(r"did:[a-z]+:[\w.:%-]+|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MOST_ACTORS = 25


class Following(NamedTuple):
    """What an account has gathered."""

    followers: int
    posts: int
    newest: date | None


def count_following(shop: Shop, country: str) -> Following:
    """Count followers and posts: the customers first seen in a country, and the days on which orders came from it."""
    homes: dict[int, str] = {}
    days: set[date] = set()
    for order in sorted(shop.look().orders, key=lambda order: order.created_at):
        if order.customer:
            homes.setdefault(order.customer, order.country)
        if order.country == country:
            days.add(order.created_at.astimezone(ZoneInfo(ZONE)).date())
    return Following(sum(home == country for home in homes.values()), len(days), max(days, default=None))


class Bluesky:
    """The public AppView."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        match request.method, request.path:
            case "GET", "/xrpc/app.bsky.actor.getProfile":
                return self._profile(request.parameters.get("actor", [""])[0])
            case "GET", "/xrpc/app.bsky.actor.getProfiles":
                return self._profiles(request.parameters.get("actors", []))
        return answer_json(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"})

    def _profile(self, actor: str) -> Answer:
        if not _ACTOR.fullmatch(actor):
            return _invalid("Error: actor must be a valid did or a handle")
        if not _is_known(actor):
            return _invalid("Profile not found")
        return answer_json(200, self._view())

    def _profiles(self, actors: list[str]) -> Answer:
        if not 0 < len(actors) <= _MOST_ACTORS:
            return _invalid(f"Error: actors must not have more than {_MOST_ACTORS} elements")
        return answer_json(200, {"profiles": [self._view()] if any(map(_is_known, actors)) else []})

    def _view(self) -> dict[str, Any]:
        following = count_following(self._shop, "Germany")
        return {
            "did": accounts.BLUESKY_DID,
            "handle": accounts.BLUESKY_ACCOUNT,
            "displayName": accounts.SHOP_NAME,
            "followersCount": following.followers,
            "followsCount": 0,
            "postsCount": following.posts,
            "createdAt": f"{_OPENED:%Y-%m-%dT%H:%M:%S.000Z}",
            "indexedAt": f"{_OPENED:%Y-%m-%dT%H:%M:%S.000Z}",
            "labels": [],
            "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
        }


class Mastodon:
    """The account's home instance."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __call__(self, request: Request) -> Answer:
        """Answer a request."""
        user, _, host = accounts.MASTODON_ACCOUNT.partition("@")
        asked = request.parameters.get("acct", [""])[0].lower()
        known = asked in (user, accounts.MASTODON_ACCOUNT)
        if (request.method, request.path) != ("GET", "/api/v1/accounts/lookup") or not known:
            return answer_json(404, {"error": "Record not found"})
        following = count_following(self._shop, "France")
        account = {
            "id": accounts.MASTODON_ID,
            "username": user,
            "acct": user,
            "display_name": accounts.SHOP_NAME,
            "locked": False,
            "bot": False,
            "created_at": f"{_OPENED:%Y-%m-%dT00:00:00.000Z}",
            "url": f"https://{host}/@{user}",
            "followers_count": following.followers,
            "following_count": 0,
            "statuses_count": following.posts,
            "last_status_at": following.newest,
            "hide_collections": False,
            "emojis": [],
            "fields": [],
        }
        return answer_json(200, account)


def _is_known(actor: str) -> bool:
    return actor.lower() in (accounts.BLUESKY_ACCOUNT, accounts.BLUESKY_DID)


def _invalid(message: str) -> Answer:
    return answer_json(400, {"error": "InvalidRequest", "message": message})
