"""
How a setting is asked for: an example, what is usually typed instead, and what a bare answer is completed to.

A connector says it where it declares the setting, as part of its annotation; examples are in the schema for editors,
too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

Text = Mapping[str, str]
"""A text in nb and en."""


@dataclass(frozen=True)
class Prompt:
    """
    What stands beside a setting.

    mistakes: pattern of a usual wrong answer, and what it is instead. complete: makes the setting of an answer that
    means it.
    """

    mistakes: tuple[tuple[str, Text], ...] = ()
    complete: Callable[[str], str] = str


def without_scheme(answer: str) -> str:
    """Return the host and path of an address that was copied whole."""
    return re.sub(r"^https?://", "", answer).rstrip("/")


def with_scheme(answer: str) -> str:
    """Return an address with its https, where it was left out; a login page's path goes."""
    address = answer if "://" in answer or not answer else f"https://{answer}"
    return re.sub(r"/(wp-admin|admin|index\.php)(/.*)?$", "", address).rstrip("/")


def without_at(answer: str) -> str:
    """Return a name without the @ before it."""
    return answer.removeprefix("@")


NUMBER_NOT_NAME = Prompt(
    mistakes=(
        (
            r"[^\d\s]",
            {
                "nb": "tallet trengs, ikke navnet: det står der nøkkelen lages",
                "en": "the number is needed, not the name: it stands where the token is made",
            },
        ),
    )
)
"""Of an account's id in digits, for which its name is often typed."""

WebAddress = Annotated[str, Field(examples=["https://shop.example"]), Prompt(complete=with_scheme)]
"""The root of a server of one's own."""

Hostname = Annotated[str, Field(examples=["my-shop.example"]), Prompt(complete=without_scheme)]
"""A website by its host."""
