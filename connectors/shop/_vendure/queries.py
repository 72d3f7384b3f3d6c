"""What Vendure is asked, and the shape of what it answers."""

from collections.abc import Mapping

import polars as pl

from connectors.rows.decode import TEXT, Wire, shape

LOGIN = """
mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) { ... on CurrentUser { id } ... on ErrorResult { errorCode } }
}"""

ORDERS = """
query Orders($options: OrderListOptions) {
  orders(options: $options) {
    totalItems
    items {
      id type state orderPlacedAt createdAt updatedAt currencyCode total totalWithTax shippingWithTax customer { id }
      lines {
        id quantity orderPlacedQuantity proratedLinePriceWithTax
        productVariant { sku name product { id } }
      }
      payments {
        state amount createdAt
        refunds { id state total createdAt lines { orderLineId quantity } }
      }
      modifications { refund { id } }
    }
  }
}"""

COUNTS: Mapping[str, str] = {
    "shop.products_published": "query { count: products(options: {filter: {enabled: {eq: true}}, take: 1}) ITEMS }",
    "shop.payments_enabled": "query { count: paymentMethods(options: {filter: {enabled: {eq: true}}, take: 1}) ITEMS }",
    "shop.shipping_enabled": "query { count: shippingMethods(options: {take: 1}) ITEMS }",
}

NEWEST = """
query { activeChannel { code } orders(options: {take: 1, sort: {orderPlacedAt: DESC}, filter: {active: {eq: false}}}) {
  items { orderPlacedAt } } }"""

PAYMENTS = pl.List(
    shape(
        state=TEXT,
        amount=TEXT,
        createdAt=TEXT,
        refunds=pl.List(
            shape(
                **dict.fromkeys(("id", "state", "total", "createdAt"), TEXT),
                lines=pl.List(shape(orderLineId=TEXT, quantity=TEXT)),
            )
        ),
    )
)
ORDER_WIRE: Wire = {
    **dict.fromkeys(("id", "type", "state", "orderPlacedAt", "createdAt", "updatedAt", "currencyCode"), TEXT),
    **dict.fromkeys(("total", "totalWithTax", "shippingWithTax"), TEXT),
    "customer": shape(id=TEXT),
    "lines": pl.List(
        shape(
            **dict.fromkeys(("id", "quantity", "orderPlacedQuantity", "proratedLinePriceWithTax"), TEXT),
            productVariant=shape(sku=TEXT, name=TEXT, product=shape(id=TEXT)),
        )
    ),
    "payments": PAYMENTS,
    "modifications": pl.List(shape(refund=shape(id=TEXT))),
}
