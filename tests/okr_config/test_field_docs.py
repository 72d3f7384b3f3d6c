"""The text under a field of a config model is what is said of its key."""

from okr_config.field_docs import docs_of
from okr_config.fields import Model


class _Base(Model):
    """A model with one key."""

    first: int
    """The first key,
    on two lines."""


class _More(_Base):
    """A model with more keys."""

    second: int = 2
    third: int = 3
    """The third key."""


def test_inherited_fields_come_first_and_a_field_without_text_not_at_all() -> None:
    """Each text stands on one line, by its field's name."""
    assert docs_of(_More) == {"first": "The first key, on two lines.", "third": "The third key."}
