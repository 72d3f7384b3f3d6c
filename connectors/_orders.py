"""What orders of every shop have in common: minor units, vendors' ways to write times, business days, customers."""

from collections.abc import Callable

import polars as pl

from connectors._records import MONEY, TIME

# ISO 4217: every other currency has two decimals
_NO_DECIMALS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


def from_minor(
    amount: pl.Expr,
    currency: pl.Expr,
    *,
    two_decimals: tuple[str, ...] = (),
    no_decimals: tuple[str, ...] = (),
) -> pl.Expr:
    """
    Turn a whole number of minor units into an amount, exactly.

    Args:
        amount: text or integers; what is not a whole number becomes null.
        currency: ISO code in capitals.
        two_decimals: currencies that the vendor writes with two decimals although they have none.
        no_decimals: currencies that the vendor writes without decimals although they have two.
    """
    # digits are moved in the text: a division of decimals would have to round
    none = [code for code in (*_NO_DECIMALS, *no_decimals) if code not in two_decimals]
    places = (
        pl.when(currency.is_in(none)).then(0).when(currency.is_in(_THREE_DECIMALS)).then(3).otherwise(2).cast(pl.Int64)
    )
    text = amount.cast(pl.String)
    digits = text.str.strip_prefix("-").str.zfill(4)
    whole = digits.str.slice(0, digits.str.len_chars().cast(pl.Int64) - places)
    written = pl.concat_str(
        pl.when(text.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit("")),
        whole,
        pl.lit("."),
        digits.str.tail(places),
        pl.lit("0"),
    )
    return pl.when(text.str.contains(r"^-?\d+$")).then(written).cast(MONEY, strict=False)


def unix_seconds(seconds: pl.Expr) -> pl.Expr:
    """Turn seconds since 1970, text or number, into times."""
    return pl.from_epoch(seconds.cast(pl.Int64, strict=False), "s").dt.cast_time_unit("us").dt.replace_time_zone("UTC")


def naive_utc(text: pl.Expr) -> pl.Expr:
    """Read times that are in UTC but do not say so, with a T or a space between day and hour."""
    plain = text.str.replace(" ", "T", literal=True).str.strip_suffix("Z")
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).dt.replace_time_zone("UTC")


def business_day(moment: pl.Expr, zone: str) -> pl.Expr:
    """Return the day on the shop's own calendar."""
    return moment.cast(TIME).dt.convert_time_zone(zone).dt.date()


def hash_customers(orders: pl.DataFrame, customer_key: Callable[[str], str]) -> pl.DataFrame:
    """Replace the vendor's customer ids by keyed hashes; an empty id or 0 is a guest, whom nobody counts."""
    guest = pl.col("customer_key").is_in(["", "0"])
    orders = orders.with_columns(customer_key=pl.when(~guest).then("customer_key"))
    keys = {customer: customer_key(customer) for customer in orders["customer_key"].drop_nulls().unique()}
    return orders.with_columns(pl.col("customer_key").replace_strict(keys, return_dtype=pl.String))
