"""Tests of okr_config.kinds: the table of what may be written of each kind."""

import pytest

from okr_config.kinds import OWN_KEYS, RULES, KindRules, Origin, kind_for, kinds_from, kinds_with, natures_of
from okr_config.metrics import Nature
from okr_config.models import KeyResult, Kind

ROWS = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


def test_every_kind_has_a_row() -> None:
    """The table has each kind once, in the order of their declaration."""
    assert list(Kind) == list(RULES)


@ROWS
def test_what_a_kind_needs_it_may_have(rules: KindRules) -> None:
    """No key is asked for that is refused, and each is a key of a key result."""
    needed = {key for need in rules.needs for group in need.groups for key in group}

    assert set() == {key for key in needed if not rules.takes(key)}
    assert set() == {*rules.metrics, *rules.others} - set(KeyResult.model_fields)


@ROWS
def test_a_kind_about_metrics_is_named_in_advice(rules: KindRules) -> None:
    """A hint has words for each kind that some metric fits, and for no other."""
    assert bool(rules.advice) == bool(rules.natures)


@ROWS
def test_origin_and_keys_agree(rules: KindRules) -> None:
    """Steps, queries and metrics are written by those kinds whose value is made from them."""
    written = {Origin.STEPS: rules.takes("steps"), Origin.QUERY: rules.takes("sql"), Origin.METRIC: bool(rules.metrics)}

    assert written == {origin: rules.origin is origin for origin in written}


def test_every_metric_fits_a_kind() -> None:
    """Of each nature there is a key result to be had: the kind named first is the one suggested."""
    assert {
        Nature.ADDITIVE: Kind.TOTAL,
        Nature.DISTINCT: Kind.WINDOW,
        Nature.LEVEL: Kind.LEVEL,
        Nature.PROBE: Kind.LEVEL,
        Nature.RATIO: Kind.RATIO,
    } == {nature: kind_for(nature) for nature in Nature}
    assert set(Nature) == natures_of("metric")


def test_a_key_names_its_kinds() -> None:
    """Keys that not every kind has are found by kind, and kinds by what they are made from."""
    assert ("metric", "every", "judge", "numerator", "denominator", "steps", "sql") == OWN_KEYS
    assert ((Kind.WINDOW,), (Kind.SQL,)) == (kinds_with("every"), kinds_from(Origin.QUERY))
