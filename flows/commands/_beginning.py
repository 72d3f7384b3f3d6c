"""The conversation of `okr init`: what a person who has never seen a key result can answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import connectors
from flows.console import output
from flows.console.messages import text
from flows.console.questions import UnfitError, ask_until
from flows.scaffold.beginning import WEEKS, Beginning
from okr_config.hints import nearest
from scorecard.i18n.language import Language

_LANGUAGES: tuple[Language, ...] = ("nb", "en")
_LONGEST = 104


def ask_beginning(known: Beginning, today: date, stated: Language | None) -> Beginning:
    """
    Ask for what the options have left open.

    Args:
        known: what they said, the rest as it is by default.
        today: when the period begins.
        stated: the language, where an option said it.
    """
    language = _own_language(known.language) if stated is None else stated

    def number(key: str, default: int, *, most: int = 10**9, **words: str) -> int:
        return ask_until(text(key, language, **words), _number(language, most), default=str(default))

    units = text("units", language)
    things = known.things or ask_until(text("init.things", language), str, default=units)
    shop = known.shop or _connectors("shop", language, most=1)
    analytics = known.analytics or _connectors("analytics", language, most=1)
    social = known.social or tuple(_connectors("social", language).split())
    weeks = known.weeks or number("init.weeks", WEEKS, most=_LONGEST)
    output.say(text("init.until", language, end=today + timedelta(weeks=weeks, days=-1)))
    output.say(text("init.hard", language))
    return replace(
        known,
        language=language,
        things=things,
        weeks=weeks,
        shop=shop,
        analytics=analytics,
        social=social,
        sales=number("init.sales", known.sales, things=things),
        visitors=number("init.visitors", known.visitors),
        followers=number("init.followers", known.followers),
    )


def _own_language(own: Language) -> Language:
    def judge(answer: str) -> Language:
        for language in _LANGUAGES:
            if answer.lower() == language:
                return language
        raise UnfitError(text("wrong.choice", own, choices=", ".join(_LANGUAGES)))

    return ask_until(text("init.language", own), judge, default=own)


def _number(language: Language, most: int) -> Callable[[str], int]:
    def judge(answer: str) -> int:
        digits = "".join(answer.split())
        if not (digits.isascii() and digits.isdecimal() and 1 <= int(digits) <= most):
            raise UnfitError(text("wrong.number", language, least=1, most=f"{most:,}".replace(",", " ")))
        return int(digits)

    return judge


def _connectors(kind: str, language: Language, *, most: int | None = None) -> str:
    """Ask for connectors of a kind; return their names with blanks between."""
    known = connectors.names_of(kind)

    def judge(answer: str) -> str:
        if answer in {"-", ""}:
            return ""
        names = [name for name in answer.lower().replace(",", " ").split() if name]
        unknown = next((name for name in names if name not in known), None)
        if unknown or (most and len(names) > most):
            near = nearest(unknown or "", known)
            every = {"shop": "shops"}.get(kind, kind)
            hint = text("wrong.near", language, near=near) if near else ", ".join(known)
            raise UnfitError(hint if unknown == "?" else _unknown(language, unknown or answer, every, hint))
        return " ".join(dict.fromkeys(names))

    return ask_until(text(f"init.{kind}", language), judge, default="-")


def _unknown(language: Language, name: str, every: str, hint: str) -> str:
    return text("wrong.connector", language, name=name, kind=text(every, language), hint=hint)
