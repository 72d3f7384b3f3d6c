"""What all models of config files are made of: their base, and the types of their fields."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

METRIC_NAME = r'^[^\s{}=,".\x00-\x1f]+(\.[^\s{}=,".\x00-\x1f]+( [^\s{}=,".\x00-\x1f]+)*)+$'
"""A dotted name in any letters, words apart by one blank, without the marks that series names uses."""


def _written_as_day(value: object) -> object:
    """Take a day only as 2026-04-27; a bare number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise PydanticCustomError("date_type", "a day is written as 2026-04-27")


def _within_calendar(day: date) -> date:
    if not date(1900, 1, 1) <= day <= date(2100, 12, 31):
        raise PydanticCustomError("date_range", "a day between 1900 and 2100")
    return day


def _within_column(number: Decimal) -> Decimal:
    if abs(number) >= 10**15 or number != round(number, 6):
        raise PydanticCustomError("number_range", "a number with at most 15 digits before the point and 6 after it")
    return number


Day = Annotated[date, BeforeValidator(_written_as_day), AfterValidator(_within_calendar)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
FITS = AfterValidator(_within_column)
Number = Annotated[Decimal, FITS]
"""What the warehouse holds of a number, with room for sums."""
MetricName = Annotated[str, Field(pattern=METRIC_NAME, max_length=100)]
SPAN = r"^[1-9][0-9]{0,3}[mhd]$"
Span = Annotated[str, Field(pattern=SPAN)]
"""A length of time: 30m, 6h, 7d."""
RefundDay = Literal["order", "refund"]
"""Which day refunds count on: that of their order, or the one they were made on."""
Text = str | dict[Literal["nb", "en"], str]


class Model(BaseModel):
    """
    Frozen, no unknown keys, and never a value in an error text: it might be a secret.

    The text under a field says what the key is for: editors show it, and so do `okr connectors NAME` and the pages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


Missing = Literal["unknown", "zero", "zero_in_window", "zero_from_start", "zero_in_whole_window"]
"""What a day without a row means: unknown, or 0 from the first row, or the first day that was asked for, to the newest
row, or the last full day that was asked for."""
