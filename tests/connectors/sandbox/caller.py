"""A client that knows the sandbox's keys."""

from dataclasses import dataclass
from typing import Any

import httpx

from connectors.sandbox import accounts


@dataclass
class Caller:
    """Asks the sandbox as its owner would."""

    http: httpx.Client

    def graphql(self, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
        """Return the whole answer to a query."""
        return self.post_graphql({"query": query, "variables": variables}).json()

    def post_graphql(self, content: object, *, token: str = accounts.SHOP_ACCESS_TOKEN) -> httpx.Response:
        """Post to the newest version of the Admin API."""
        headers = {"X-Shopify-Access-Token": token}
        return self.http.post("/shopify/admin/api/2026-10/graphql.json", json=content, headers=headers)

    def order(self, number: int, fields: str) -> Any:  # noqa: ANN401 - JSON
        """Return some fields of one order."""
        query = f"query($id: ID!) {{ order(id: $id) {{ {fields} }} }}"
        return self.graphql(query, id=f"gid://shopify/Order/{number}")["data"]["order"]

    def stats(self, *, key: str | None = accounts.PLAUSIBLE_API_KEY, **query: object) -> httpx.Response:
        """Query Plausible; the site is the shop's, unless another is named."""
        content = {"site_id": accounts.PLAUSIBLE_SITE_ID, "metrics": ["visitors", "visits", "pageviews"], **query}
        return self.http.post(
            "/plausible/api/v2/query", json=content, headers={"Authorization": f"Bearer {key}"} if key else {}
        )
