"""The languages a page and a sentence can be in."""

from typing import Literal

Language = Literal["nb", "en"]
