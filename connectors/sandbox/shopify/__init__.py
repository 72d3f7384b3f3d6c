"""Shopify's Admin API over the sandbox's shop: GraphQL, its search language, its throttle."""
