"""A conversation at the terminal: each answer is judged as it is typed, and asked for again where it does not fit."""

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from flows.console import output
from okr_config.errors import UsageError
from scorecard.i18n.language import Language

Answer = TypeVar("Answer")
Judge = Callable[[str], str]


class UnfitError(Exception):
    """An answer that does not fit, with why."""


def ask_until(
    label: str, judge: Callable[[str], Answer], *, default: str | None = None, hidden: bool = False
) -> Answer:
    """
    Ask until the answer fits; an empty one is the default.

    Args:
        label: the question.
        judge: returns what an answer means, or raises `UnfitError`.
        default: what an empty answer stands for; None asks once more.
        hidden: the answer is a secret and not shown as it is typed.
    """
    while True:
        typed = click.prompt(label, default=default, show_default=bool(default), hide_input=hidden, err=True)
        try:
            return judge(str(typed).strip())
        except UnfitError as error:
            output.say(str(error))


class Person:
    """Someone at a terminal, who may answer once more."""

    patient = True

    def __init__(self, language: Language) -> None:
        self.language = language

    def ask(self, label: str, judge: Judge, *, is_secret: bool, may_be_empty: bool) -> str:
        """Ask until the answer fits; secrets are not shown."""
        return ask_until(label, judge, default="" if may_be_empty else None, hidden=is_secret)


class Lines:
    """Standard input, an answer a line; one that does not fit is an error."""

    patient = False

    def __init__(self, language: Language) -> None:
        self.language = language

    def ask(self, label: str, judge: Judge, *, is_secret: bool, may_be_empty: bool) -> str:  # noqa: ARG002 - as a person is asked
        """Read the next line."""
        try:
            return judge(sys.stdin.readline().strip())
        except UnfitError as error:
            raise UsageError(
                str(error), where="nothing was written", next_step="the same once more, with that answer corrected"
            ) from error
