"""Parts of the Shopify connector: queries, GraphQL, bulk export, shop state."""
