"""What may be said of a file: how its columns are called, how it is written, and what it does not say itself."""

import codecs
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from connectors.generic._file.numbers import NumberFormat
from connectors.rows.observations import ObservationSettings, may_bring
from okr_config.models import Model

Format = Literal["csv", "tsv", "json", "ndjson", "parquet", "xlsx"]
_FIXED = ("metric", "unit", "currency", "account", "grain")


def _four_digit_years(day_format: str) -> str:
    if "%y" in day_format or "%Y" not in day_format:
        raise ValueError("a day needs a year of four digits: %Y")
    return day_format


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError("no known encoding, such as utf-8 or cp1252") from None
    return name


class Columns(Model):
    """Names of the columns in the file; all but metric, day and value may be absent."""

    metric: str = "metric"
    """Column of the metric's name."""
    day: str = "day"
    """Column of the day."""
    value: str = "value"
    """Column of the number."""
    account: str = "account"
    """Column of the account, where there are several."""
    grain: str = "grain"
    """Column of what a number is of: day, week, month or instant."""
    currency: str = "currency"
    """Column of the currency."""


class FileSettings(ObservationSettings):
    """What is read, what the file does not say itself, and how it is written where that does not show."""

    identity: ClassVar[tuple[str, ...]] = ("path", "sheet", "metric")
    follows_account: ClassVar[bool] = False
    brings_metrics: ClassVar[bool] = True

    path: Annotated[str, Field(min_length=1)]
    """A file or a pattern such as numbers/*.csv, from the project folder; or an https address."""
    columns: Columns = Columns()
    """Names of the columns in the file: {day: Date, value: Antall}."""
    values: dict[str, str] = Field(default_factory=dict)
    """Metric by column, where a row holds several numbers: {Sold: shop.units_sold, Visitors: web.visits}."""
    metric: str | None = None
    """Metric of all numbers, where the file names none: a built-in one, or <id>.<name>."""
    unit: str | None = None
    """Unit of all numbers, where the metric is the team's own."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """Currency of all amounts, such as NOK."""
    account: str | None = None
    """Account of all numbers, such as the till they come from."""
    grain: Literal["day", "week", "month", "instant"] | None = None
    """What a number is of: a day, a week, a month or an instant."""
    repeated: Literal["last", "sum"] = "last"
    """Of several rows for one day the last one counts, or they add up (sum)."""
    format: Format | None = None
    """How the file is written; its name says it unless it is given."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """Mark between columns, such as ; or a tab; seen by itself unless it is given."""
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    """How letters are written, such as utf-8 or cp1252; seen by itself unless it is given."""
    header: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Line on which the columns' names stand; seen by itself unless it is given."""
    sheet: str | None = None
    """Name of the sheet in an Excel file; the first one unless it is given."""
    day_format: Annotated[str, AfterValidator(_four_digit_years)] | None = None
    """How days are written, as in strftime: "%d.%m.%Y" is 23.11.2026."""
    number_format: NumberFormat | None = None
    """How numbers are written: `1,234.5`, `1.234,5` or `1 234,5`."""

    @model_validator(mode="after")
    def _says_what_it_is_about(self) -> Self:
        if self.metric and self.values:
            raise ValueError("metric and values cannot both be given: values names a metric for each column")
        named = [self.metric] if self.metric else list(self.values.values())
        if unknown := [metric for metric in named if not may_bring(self.id, metric)]:
            raise ValueError(f"{unknown[0]} is neither a built-in metric nor called {self.id}.<name>")
        return self

    @property
    def fixed(self) -> dict[str, str]:
        """What is said once for the whole file, by field."""
        return {name: value for name in _FIXED if (value := getattr(self, name)) is not None}

    @property
    def needed(self) -> list[str]:
        """Columns that must be there: those without which no row can be read, and those that were named."""
        columns = self.columns
        always = [columns.day, *(self.values or [columns.value])]
        if not self.metric and not self.values:
            always.insert(0, columns.metric)
        named = [getattr(columns, name) for name in columns.model_fields_set if not (self.values and name == "value")]
        return list(dict.fromkeys([*always, *named]))

    @property
    def used(self) -> list[str]:
        """Columns that are read where they are there."""
        columns = self.columns
        optional = [getattr(columns, name) for name in ("account", "grain", "currency") if name not in self.fixed]
        return list(dict.fromkeys([*self.needed, *optional]))
