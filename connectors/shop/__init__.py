"""Shops: orders, lines, refunds and what state the shop is in."""
