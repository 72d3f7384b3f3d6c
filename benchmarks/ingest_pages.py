"""Pages of the loopback shop as bytes, for readers that are not this project."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx

IN_FLIGHT = 2
_MONEY = "{ shopMoney { amount } }"
QUERY = f"""query Orders($after: String, $q: String!) {{ orders(first: 50, after: $after, query: $q) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{ id test createdAt processedAt updatedAt cancelledAt displayFinancialStatus customer {{ id }}
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    totalReceivedSet {_MONEY} totalRefundedSet {_MONEY} currentTotalTaxSet {_MONEY} totalShippingPriceSet {_MONEY}
    lineItems(first: 250) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ id sku title quantity }} }}
    refunds(first: 20) {{ id }} }} }} }}"""


def pages(shape: str, url: str, since: str) -> Iterator[bytes]:
    """Yield the bodies of a shop's pages, two in flight where the API allows it."""
    with httpx.Client(base_url=url, timeout=60) as client:
        if shape == "woocommerce":
            size, path = 100, "/wp-json/wc/v3/orders"
            params = {"per_page": str(size), "modified_after": since, "orderby": "id", "order": "asc", "status": "any"}
            first = client.get(path, params={**params, "page": "1"})
            yield first.content
            rest = range(2, -(-int(first.headers["x-wp-total"]) // size) + 1)
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                coming: list[Future[httpx.Response]] = []
                for number in rest:
                    coming.append(pool.submit(client.get, path, params={**params, "page": str(number)}))
                    if len(coming) > IN_FLIGHT:
                        yield coming.pop(0).result().content
                yield from (one.result().content for one in coming)
            return
        after = None
        while True:
            asked = {"query": QUERY, "variables": {"after": after, "q": f"updated_at:>='{since}'"}}
            body = client.post("/admin/api/2026-10/graphql.json", json=asked).content
            yield body
            # the page's own mark stands before its rows
            head = json.loads(body[: body.index(b',"nodes"')] + b"}}}")["data"]["orders"]["pageInfo"]
            if not head["hasNextPage"]:
                return
            after = head["endCursor"]
