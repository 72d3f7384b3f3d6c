"""How sure people are, as they write it: 8, 7,5 or 8/10."""

import re
from typing import Any

import click

_FORM = re.compile(r"(\d{1,2}(?:[.,]\d+)?)(?:\s*/\s*10)?")
_MOST = 10


def confidence_of(text: str) -> float | None:
    """Return a confidence of 10, None where it is none."""
    found = _FORM.fullmatch(text.strip())
    value = float(found[1].replace(",", ".")) if found else _MOST + 1
    return value if value <= _MOST else None


class Confidence(click.ParamType[float]):
    """A confidence of 10: `8`, `7.5` or `8/10`."""

    name = "0-10"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's signature
        """Parse, or fail with the forms that are taken."""
        found = confidence_of(str(value))
        if found is None:
            self.fail(f"{value!r} is no confidence from 0 to 10, such as 8 or 8/10", param, ctx)
        return found
