"""
Keeps known secrets out of every text, in whatever form they were written, and outside text short and on one line.

What a server writes may be anything: its names are shown only where they look like names.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

from okr_config.models import SourceSettings

LONGEST = 500
"""Characters of any text that leaves."""

_SHORTEST = 4
_SHORTEST_FILLED = 6
_SHORTEST_BASE64 = 5
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Redactor:
    """Replaces the secrets it knows by `***`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._compiled = (0, re.compile(r"(?!)"))
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Keep one more secret out; anything shorter than four characters would blot out ordinary words."""
        if len(secret) >= _SHORTEST:
            self._forms.update(_forms(secret))

    def scrub(self, text: str) -> str:
        """Return the text without any known secret, on one line and no longer than it may be."""
        return one_line(self._pattern().sub("***", text))

    def _pattern(self) -> re.Pattern[str]:
        # compiled when there is something to tell: the forms of a private key take a tenth of a second, and most pulls
        # end without. No secret is forgotten, so a pattern of as many forms is one of these, whichever thread made it
        forms = self._forms.copy()
        number, pattern = self._compiled
        if len(forms) != number:
            # longest first, so that no form is left half-replaced by a shorter one inside it
            words = map(re.escape, sorted(forms, key=len, reverse=True))
            pattern = re.compile("|".join(words), re.IGNORECASE)
            self._compiled = len(forms), pattern
        return pattern


def one_line(text: str) -> str:
    """Return a text as one line of at most 500 characters."""
    line = _UNSEEN.sub(" ", text.encode(errors="replace").decode()).strip()
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 4]} ..."


def name_of(text: object) -> str:
    """
    Return a name that a server chose, where it looks like one.

    It is left out otherwise, not cut: the beginning of a secret would pass for no secret.
    """
    return text if isinstance(text, str) and _NAME.fullmatch(text) else "(name not shown)"


def names_of(names: Iterable[object], *, most: int = 12) -> str:
    """Return names that a server chose as a list in words; those that do not look like names are only counted."""
    every = list(names)
    shown = [name for name in every if isinstance(name, str) and _NAME.fullmatch(name)][:most]
    rest = len(every) - len(shown)
    return ", ".join([*shown, *([f"{rest} more" if shown else f"{rest} with odd names"] if rest else [])])


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


def filled_values(settings: SourceSettings) -> Iterator[str]:
    """Every value that a variable gave a source, wherever it stands; short ones would blot out ordinary words."""
    yield from (value for value in settings.filled if len(value) >= _SHORTEST_FILLED)


def _forms(secret: str) -> set[str]:
    raw = secret.encode(errors="surrogatepass")
    plain = {secret, quote(raw, safe=""), quote_plus(raw), json.dumps(secret)[1:-1], raw.hex()}
    return plain | {form for offset in range(3) for form in _base64(raw, offset)}


def _base64(raw: bytes, offset: int) -> Iterator[str]:
    """Yield what a secret looks like in base64 when so many bytes stand before it; what follows may change its end."""
    encoded = base64.b64encode(bytes(offset) + raw).decode()
    first, last = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
    form = encoded[first:last]
    if len(form) >= _SHORTEST_BASE64:
        yield form
        yield form.replace("+", "-").replace("/", "_")
