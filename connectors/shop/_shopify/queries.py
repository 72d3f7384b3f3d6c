"""What Shopify is asked for orders, and the shape of what it answers; each query is valid in every version served."""

import polars as pl

from connectors.rows.decode import TEXT, Wire, shape

REFUNDS_ASKED = 20
ORDERS_ASKED = 50

SHOP = "query { shop { ianaTimezone } currentAppInstallation { accessScopes { handle } } }"

MONEY = "{ shopMoney { amount } }"
LINE = f"id sku title quantity currentQuantity isGiftCard product {{ id }} discountedTotalSet {MONEY}"
UNITS = "refundLineItems(first: %d) { pageInfo { hasNextPage } nodes { quantity } }"
REFUND = f"id createdAt totalRefundedSet {MONEY} {UNITS}"

# One query may cost 1000 points; 25 orders of 50 lines with twice these fields cost 312. A longer inner list adds
# little: 250 lines cost an order 2 points more than 50, and spare a query for each order that has more than 50.
ORDERS = f"""
query Orders($after: String, $q: String!) {{
  orders(first: 50, after: $after, query: $q, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id test createdAt processedAt updatedAt cancelledAt displayFinancialStatus CUSTOMER
      totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
      totalReceivedSet {MONEY} totalRefundedSet {MONEY} currentTotalTaxSet {MONEY} totalShippingPriceSet {MONEY}
      lineItems(first: 250) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {LINE} }} }}
      refunds(first: {REFUNDS_ASKED}) {{ {REFUND % 50} }}
    }}
  }}
}}"""

LINES = f"""
query Lines($id: ID!, $after: String) {{
  order(id: $id) {{
    id
    lineItems(first: 250, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {LINE} }} }}
  }}
}}"""

REFUNDS = f"query Refunds($id: ID!) {{ order(id: $id) {{ id refunds(first: 100) {{ {REFUND % 250} }} }} }}"

REFUNDS_OF_MANY = f"""
query Refunds($ids: [ID!]!) {{
  nodes(ids: $ids) {{ ... on Order {{ id refunds(first: {REFUNDS_ASKED}) {{ {REFUND % 50} }} }} }}
}}"""

# what is exported: no connection inside a list, no page sizes
EXPORT = f"""
query {{
  orders(query: "SPAN") {{
    edges {{
      node {{
        id test createdAt processedAt updatedAt cancelledAt displayFinancialStatus CUSTOMER
        totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
        totalReceivedSet {MONEY} totalRefundedSet {MONEY} currentTotalTaxSet {MONEY} totalShippingPriceSet {MONEY}
        lineItems {{ edges {{ node {{ {LINE} }} }} }}
        refunds {{ id }}
      }}
    }}
  }}
}}"""

AMOUNT = shape(shopMoney=shape(amount=TEXT))
MORE = shape(hasNextPage=TEXT, endCursor=TEXT)
LINE_WIRE: Wire = {
    **dict.fromkeys(("id", "sku", "title", "quantity", "currentQuantity", "isGiftCard"), TEXT),
    "product": shape(id=TEXT),
    "discountedTotalSet": AMOUNT,
}
LINES_WIRE = shape(pageInfo=MORE, nodes=pl.List(shape(**LINE_WIRE)))
REFUNDS_WIRE = pl.List(
    shape(
        id=TEXT,
        createdAt=TEXT,
        totalRefundedSet=AMOUNT,
        refundLineItems=shape(pageInfo=MORE, nodes=pl.List(shape(quantity=TEXT))),
    )
)
ORDER_WIRE: Wire = {
    **dict.fromkeys(
        ("id", "test", "createdAt", "processedAt", "updatedAt", "cancelledAt", "displayFinancialStatus"), TEXT
    ),
    "customer": shape(id=TEXT),
    "totalPriceSet": shape(shopMoney=shape(amount=TEXT, currencyCode=TEXT)),
    **dict.fromkeys(("totalReceivedSet", "totalRefundedSet", "currentTotalTaxSet", "totalShippingPriceSet"), AMOUNT),
    "lineItems": LINES_WIRE,
    "refunds": REFUNDS_WIRE,
}
