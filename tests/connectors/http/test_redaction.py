"""Secrets stay out of texts, in whatever form."""

import base64
import json
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from connectors.http.redaction import Redactor, secrets_of


class Nested(BaseModel):
    """A model with secrets at several depths."""

    key: SecretStr
    plain: str = "plain"
    inner: dict[str, list[SecretStr]] = {}


def test_secrets_are_found_at_any_depth() -> None:
    """Lists and mappings are looked into, plain text is not a secret."""
    model = Nested(key=SecretStr("one"), inner={"a": [SecretStr("two")]})

    assert ["one", "two"] == list(secrets_of(model))


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=4), st.text(), st.text())
def test_no_form_of_a_secret_is_left(secret: str, before: str, after: str) -> None:
    """As it is, quoted for a URL, in JSON, in base64: it is gone."""
    forms: list[Any] = [secret, quote(secret, safe=""), json.dumps(secret)[1:-1]]
    forms.append(base64.b64encode(secret.encode()).decode().rstrip("="))

    for form in forms:
        assert form not in Redactor([secret]).scrub(f"{before}{form}{after}").replace("***", "\0")


def test_a_secret_that_comes_later_stays_out_too() -> None:
    """A token that is got in the middle of a pull is kept out of all that is told from then on, as the first is."""
    redactor = Redactor(["first-secret"])
    before = redactor.scrub("first-secret later-secret")

    redactor.add("later-secret")

    assert ("*** later-secret", "*** ***") == (before, redactor.scrub("first-secret later-secret"))


def test_nothing_known_changes_nothing() -> None:
    """Without a secret a text is what it was."""
    assert "as it is" == Redactor().scrub("as it is")


def test_short_words_are_not_blotted_out() -> None:
    """A secret of three characters would take half the language with it."""
    assert "the answer" == Redactor(["the"]).scrub("the answer")
