"""Counts and amounts of Vendure's orders, and their sums, of which a part may be unknown."""

import polars as pl

from connectors.rows.orders import from_minor


def whole(name: str) -> pl.Expr:
    """Read a whole number."""
    return pl.col(name).cast(pl.Int64, strict=False)


def total(name: str) -> pl.Expr:
    """Add up whole numbers; one that is not known leaves the sum unknown."""
    return pl.when(~whole(name).is_null().any()).then(whole(name).sum())


def or_nothing(total: str, there_are: str) -> pl.Expr:
    """Return a sum that was joined: 0 where there was nothing to add up, unknown where a part of it was."""
    return pl.when(pl.col(there_are).is_not_null()).then(total).otherwise(0)


def amount_of(minor: pl.Expr) -> pl.Expr:
    """Read money, which a server writes with two decimals whatever its currency."""
    return from_minor(minor, pl.lit("EUR"))
