"""What went back of Stripe's payments: refunds, lost disputes, and what was authorised and never captured."""

import polars as pl

from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire
from connectors.rows.orders import from_minor, unix_seconds
from connectors.rows.validate import Fitted, fit

# Stripe writes these against ISO 4217: two decimals that are always 0, and none
_TWO_DECIMALS, _NO_DECIMALS = ("ISK", "UGX"), ("MGA",)
WENT_BACK: Wire = dict.fromkeys(("id", "charge", "payment_intent", "created", "currency", "amount", "status"), TEXT)


def money(name: str) -> pl.Expr:
    """Read a column of minor units as money."""
    currency = pl.col("currency").str.to_uppercase()
    return from_minor(pl.col(name), currency, two_decimals=_TWO_DECIMALS, no_decimals=_NO_DECIMALS)


def uncaptured() -> pl.Expr:
    """Return what was authorised and not captured, in minor units, where it stands among the refunds."""
    amount, captured, refunded = (
        pl.col(name).cast(pl.Int64, strict=False) for name in ("amount", "amount_captured", "amount_refunded")
    )
    rest = pl.when((pl.col("captured") == "true") & (captured > 0)).then(amount - captured)
    return pl.when((rest > 0) & (refunded >= rest)).then(rest).otherwise(0)


def released_rows(charges: pl.DataFrame) -> Fitted:
    """Return what takes off again the refunds of what was never charged."""
    released = charges.with_columns(rest=(-uncaptured()).cast(TEXT)).filter(pl.col("rest") != "0")
    rows = released.select(
        order_id=pl.coalesce("payment_intent", "id"),
        refund_id=pl.lit("uncaptured"),
        created_at=unix_seconds(pl.col("created")),
        currency=pl.col("currency").str.to_uppercase(),
        amount=money("rest"),
        quantity=0,
    )
    return fit(RecordKind.REFUNDS, rows, required=("order_id", "refund_id", "amount"))


def refund_rows(refunds: pl.DataFrame) -> Fitted:
    """Return refunds; one that is not through, or bounced, paid nothing back. How many units came back nobody says."""
    return fit(
        RecordKind.REFUNDS,
        refunds.select(
            order_id=pl.coalesce("payment_intent", "charge"),
            refund_id="id",
            created_at=unix_seconds(pl.col("created")),
            currency=pl.col("currency").str.to_uppercase(),
            amount=pl.when(pl.col("status") == "succeeded").then(money("amount")).otherwise(0 * money("amount")),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )


def dispute_rows(disputes: pl.DataFrame) -> Fitted:
    """Return disputes as refunds; one that is not lost, or was won, has cost nothing."""
    lost = pl.col("status") == "lost"
    return fit(
        RecordKind.REFUNDS,
        disputes.select(
            order_id=pl.coalesce("payment_intent", "charge"),
            refund_id="id",
            created_at=unix_seconds(pl.col("created")),
            currency=pl.col("currency").str.to_uppercase(),
            amount=pl.when(lost).then(money("amount")).otherwise(0 * money("amount")),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )
