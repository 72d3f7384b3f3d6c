"""Tests of okr_config.definitions."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.definitions import content_hash, definition_hash, effective, series_of
from okr_config.models import Definition

PLAIN: dict[str, Any] = {
    "period_id": "eksamen-2020",
    "objective_id": "nettbutikk",
    "objective_title": {"nb": "Nettbutikk", "en": "Web shop"},
    "timezone": "Europe/Oslo",
    "start": "2020-04-27",
    "due": "2020-06-05",
    "key_result": {"id": "ti-salg", "title": "Selge 10", "kind": "total", "metric": "shop.units_sold", "target": "10"},
}


def _definition(**key_result: object) -> Definition:
    return Definition.model_validate({**PLAIN, "key_result": {**PLAIN["key_result"], **key_result}})


def _shuffled(value: Any, order: Any) -> Any:  # noqa: ANN401 - any JSON value, and hypothesis' own dice
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    return value


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_the_hash(order: Any) -> None:  # noqa: ANN401 - hypothesis' own dice
    """A definition written in another order is the same definition."""
    expected = definition_hash(Definition.model_validate(PLAIN))

    assert expected == definition_hash(Definition.model_validate(_shuffled(PLAIN, order)))


@settings(deadline=None, max_examples=50)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_is_itself_however_it_is_written(number: Decimal) -> None:
    """Zeros behind the point and exponents do not change the hash; another number does."""
    assert content_hash([number]) == content_hash([number.normalize()])
    assert content_hash([number]) != content_hash([number + 1])


def test_the_hash_survives_storage() -> None:
    """A definition read back from its JSON has the hash it had."""
    definition = _definition(
        where={"sku": "MUG"}, changes=[{"on": "2020-05-18", "target": 12}], pace=[{"on": "2020-05-01", "value": 1}]
    )

    assert definition_hash(definition) == definition_hash(Definition.model_validate_json(definition.model_dump_json()))


def test_the_hash_sees_what_counts_and_nothing_else() -> None:
    """Another target is another definition; a default that is written out is not."""
    expected = definition_hash(_definition())

    assert expected == definition_hash(_definition(target=Decimal("10.00"), baseline=0, weight="1", committed=False))
    assert expected != definition_hash(_definition(target=12))
    assert expected != definition_hash(_definition(where={"sku": "MUG"}))
    assert expected != definition_hash(_definition().model_copy(update={"due": date(2020, 6, 6)}))


def test_a_share_by_its_old_name_is_the_same_share() -> None:
    """Curves are stored for years: whether the file says share or value, the definition is the one it was."""
    old, new = (_definition(pace=[{"on": "2020-05-01", key: 0.3}]) for key in ("value", "share"))

    assert old == new
    assert definition_hash(old) == definition_hash(new)
    assert new == Definition.model_validate_json(old.model_dump_json())


def test_the_hash_is_fixed() -> None:
    """The hash is stored for years: it may not change with the program."""
    assert "9afb74a8c4a05643951adc43417ffbc432fd5abbc94e635b2a6e719a09a11de1" == definition_hash(_definition())


CHANGES = [
    {"on": "2020-05-18", "target": 12, "reason": "Utvidet sortiment"},
    {"on": "2020-05-25", "target": 15},
]


@pytest.mark.parametrize(
    ("day", "target"),
    [
        ("2020-05-16", 10),
        ("2020-05-17", 10),
        ("2020-05-18", 12),
        ("2020-05-24", 12),
        ("2020-05-25", 15),
        ("2021-01-01", 15),
    ],
)
def test_changes_take_effect_on_their_day(day: str, target: int) -> None:
    """An earlier day sees the goal as it was then; the list of changes stays."""
    definition = _definition(changes=CHANGES)

    on_the_day = effective(definition, date.fromisoformat(day)).key_result

    assert target == on_the_day.target
    assert definition.key_result.changes == on_the_day.changes
    assert definition.key_result.target == Decimal(10)


def test_changes_of_a_band() -> None:
    """A change moves the bound it names."""
    definition = _definition(target=None, between=[3, 5], changes=[{"on": "2020-05-18", "between": [4, 6]}])

    assert (Decimal(4), Decimal(6)) == effective(definition, date(2020, 5, 18)).key_result.between


@pytest.mark.parametrize(
    ("key_result", "series"),
    [
        ({}, ("shop.units_sold",)),
        ({"where": {"sku": "MUG", "product_id": "7"}}, ("shop.units_sold{product_id=7,sku=MUG}",)),
        ({"kind": "ratio", "metric": "web.conversion_rate"}, ("shop.orders", "web.visits")),
        (
            {"kind": "ratio", "metric": None, "numerator": "web.visits", "denominator": "shop.orders"},
            ("shop.orders", "web.visits"),
        ),
        ({"kind": "window", "metric": "sheet.calls"}, ("sheet.calls",)),
        (
            {
                "kind": "milestone",
                "metric": None,
                "steps": [
                    {"title": "a", "probe": "shop.open"},
                    {"title": "b", "done": None},
                    {"title": "c", "probe": "shop.open", "at_least": 2},
                ],
            },
            ("shop.open",),
        ),
        ({"kind": "sql", "metric": None, "sql": "select 1"}, ()),
    ],
)
def test_series(key_result: dict[str, object], series: tuple[str, ...]) -> None:
    """A definition names every series it is measured by, once, with its filters."""
    assert series == series_of(_definition(**key_result))


def test_content_hash_takes_any_plain_value() -> None:
    """Nested values with days and numbers hash alike whatever the order of their keys."""
    assert content_hash({"a": [1, None], "b": date(2020, 1, 1)}) == content_hash(
        {"b": date(2020, 1, 1), "a": (1, None)}
    )
    assert content_hash({"a": 1}) != content_hash({"a": "1"})
    assert content_hash(json.loads('{"a": {"b": 1}}')) == content_hash({"a": {"b": 1}})
