"""Keeps known secrets out of every text, in whatever form they were written."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

_SHORTEST = 4


class Redactor:
    """Replaces the secrets it was told of by `***`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Keep one more secret out; anything shorter than four characters would blot out ordinary words."""
        if len(secret) >= _SHORTEST:
            # longest first, so that no form is left half-replaced by a shorter one inside it
            self._forms = sorted({*self._forms, *_forms(secret)}, key=len, reverse=True)

    def scrub(self, text: str) -> str:
        """Return the text without any known secret."""
        for form in self._forms:
            text = text.replace(form, "***")
        return text


def secrets_of(settings: object) -> Iterator[str]:
    """Every secret value in a settings model, however deep."""
    if isinstance(settings, SecretStr):
        yield settings.get_secret_value()
    elif isinstance(settings, BaseModel):
        for name in type(settings).model_fields:
            yield from secrets_of(getattr(settings, name))
    elif isinstance(settings, Mapping):
        for value in settings.values():
            yield from secrets_of(value)
    elif isinstance(settings, list | tuple):
        for value in settings:
            yield from secrets_of(value)


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    base64s = (base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    return {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], *base64s}
