"""What a team may write: days, numbers and names in bounds, and no value in an error (.fields, .key_result)."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from okr_config.models import Change, KeyResult, Period, SourceSettings, TeamMetric


class Settings(SourceSettings):
    """A connector's own."""

    token: SecretStr


def wrong(model: type[Any], **words: object) -> list[str]:
    """Return what is wrong with some keys."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(words)
    return [error["type"] for error in caught.value.errors()]


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2026-4-27", "date_type"),
        (1_790_000_000, "date_type"),
        ("2026-04-27T00:00:00", "date_type"),
        ("٢٠٢٦-٠٤-٢٧", "date_type"),
        ("2026-02-30", "date_from_datetime_parsing"),
        ("1899-12-31", "date_range"),
        ("2101-01-01", "date_range"),
    ],
)
def test_a_day_is_written_one_way(day: object, fault: str) -> None:
    """Year, month and day in digits, of a calendar that people live by."""
    assert [fault] == wrong(Change, on=day, target=1)


@pytest.mark.parametrize("number", ["1000000000000000", "-1e15", "0.0000001"])
def test_a_number_fits_its_column(number: str) -> None:
    """Fifteen digits before the point and six after it."""
    assert ["number_range"] == wrong(Change, on="2026-04-27", target=number)
    assert Decimal("999999999999999.999999") == Change(on="2026-04-27", target="999999999999999.999999").target  # type: ignore[arg-type]  # as YAML has it


@pytest.mark.parametrize("name", ["sales", "shop.", "shop.a{b}", "shop.a=b", "shop.a,b", "shop.a  b", "shop.\n"])
def test_a_metric_has_a_dotted_name(name: str) -> None:
    """Without the marks that names of series use; letters of any script, words one blank apart."""
    assert ["string_pattern_mismatch"] == wrong(TeamMetric, id=name)
    assert "kasse.solgte enheter på lørdag" == TeamMetric(id="kasse.solgte enheter på lørdag").id


def test_a_key_nobody_knows_is_refused() -> None:
    """It would be read nowhere."""
    assert ["extra_forbidden"] == wrong(Period, id="q4", start="2026-10-01", end="2026-12-31", ends="2026-12-31")


def test_no_error_repeats_a_value() -> None:
    """It might be a secret."""
    with pytest.raises(ValidationError) as caught:
        KeyResult.model_validate({"id": "CANARY-value", "title": "T", "kind": "CANARY-kind"})

    assert "CANARY" not in str(caught.value)


def test_settings_know_what_variables_gave() -> None:
    """A copy does, the one before does not, and neither shows a secret."""
    written = Settings.model_validate({"id": "s", "connector": "x", "token": "CANARY"})

    filled = written.with_filled(("CANARY",))

    assert ((), ("CANARY",)) == (written.filled, filled.filled)
    assert "CANARY" not in repr(filled)
