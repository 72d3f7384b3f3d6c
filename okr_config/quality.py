"""`okr_config/checks.yaml`: a team's own checks of what came, and what it says of the built-in ones."""

from typing import Literal

from okr_config.fields import Day, Identifier, Model

BUILT_IN_CHECKS = (
    "currency_missing",
    "duplicate",
    "fall_to_zero",
    "freshness",
    "jump",
    "negative_count",
    "vendor_total",
)
"""Names of the checks that every run makes."""

Severity = Literal["info", "warning", "error"]


class Silence(Model):
    """Why something found is right, and until when that holds."""

    until: Day
    """Last day on which it is silenced."""
    reason: str
    """Why what is found is right; it is shown beside it."""


class TeamCheck(Model):
    """An entry of checks.yaml: SQL that returns bad rows; or, without sql, what is said of a built-in check."""

    id: Identifier
    """Short name of the check; without sql that of a built-in one: freshness, jump, fall_to_zero and so on."""
    sql: str | None = None
    """Query over the warehouse that returns the bad rows; none where all is well."""
    severity: Severity | None = None
    """How bad it is: info and warning are shown, error makes the run end with exit code 1. A warning unless given."""
    sources: tuple[str, ...] = ()
    """Sources that an entry for a built-in check is about; all of them unless given."""
    silenced: Silence | None = None
    """Says that what is found is right, why, and until when."""
