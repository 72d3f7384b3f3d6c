"""Tests of okr_config.hints."""

from okr_config.hints import did_you_mean, listing


def test_the_nearest_choice() -> None:
    """A slip of the finger or of the shift key finds its word; something else finds nothing."""
    assert "did you mean 'target'?" == did_you_mean("taget", ["title", "target"])
    assert "did you mean 'Europe/Oslo'?" == did_you_mean("europe/oslo", ["Europe/Oslo", "Europe/Paris"])
    assert "" == did_you_mean("zzz", ["title", "target"])


def test_what_is_no_name_is_not_compared() -> None:
    """A text longer than any name has no nearest one, and of very many choices the first are looked at."""
    assert "" == did_you_mean("a" * 101, ["a" * 100])
    assert "" == did_you_mean("target", [*map(str, range(1000)), "target"])


def test_a_listing_ends_somewhere() -> None:
    """Long lists are cut, short ones are whole."""
    assert "a, b" == listing(["a", "b"])
    assert "a, b, ..." == listing("abc", at_most=2)
    assert "" == listing([])
