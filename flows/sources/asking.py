"""Asking for a connector's settings, one by one: each answer is judged as it is typed, and kept."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from connectors.source import Source
from flows.console.messages import text
from flows.console.questions import Judge, UnfitError
from flows.sources.catalogue import Setting, settings_of
from okr_config.errors import UsageError
from okr_config.models import SourceSettings
from scorecard.i18n.language import Language


class Asker(Protocol):
    """Who is asked, and in which language. patient: an answer that does not fit, or work, may be given once more."""

    language: Language
    patient: bool

    def ask(self, label: str, judge: Judge, *, is_secret: bool, may_be_empty: bool) -> str:
        """Ask, and return the answer as judged; `judge` raises `UnfitError`."""


def ask_settings(
    source: Source[Any], known: Mapping[str, str], obtained: frozenset[str], asker: Asker
) -> dict[str, str]:
    """
    Ask for what is needed and not known; of ways in that exclude each other one is chosen first.

    Args:
        source: the connector.
        known: settings that need not be asked for; they are judged all the same.
        obtained: settings that a login will fill.
        asker: who is asked.

    Raises:
        UsageError: when a known setting does not fit.
    """
    values: dict[str, str] = {}
    for name, value in known.items():
        values[name] = _judged_known(source, values, name, value, asker.language)
    for setting in _asked(source, values, obtained, asker):
        if setting.name in values or setting.name in obtained:
            continue
        judge = _judge(source, values, setting, asker.language)
        if answer := asker.ask(
            label_of(setting, asker.language), judge, is_secret=setting.is_secret, may_be_empty=not setting.needed
        ):
            values[setting.name] = answer
    return values


def ask_again(source: Source[Any], values: Mapping[str, str], obtained: frozenset[str], asker: Asker) -> dict[str, str]:
    """Ask for what was typed once more; an empty answer keeps it."""
    kept = dict(values)
    settings = {setting.name: setting for setting in settings_of(source)}
    for name in values:
        if name in obtained or name not in settings:
            continue
        setting = settings[name]
        shown = text("connect.keep", asker.language) if setting.is_secret else kept[name]
        judge = _judge(source, kept, setting, asker.language, may_be_empty=True)
        kept[name] = asker.ask(f"{name} ({shown})", judge, is_secret=setting.is_secret, may_be_empty=True) or kept[name]
    return kept


def label_of(setting: Setting, language: Language) -> str:
    """Return the question: the setting's own word, an example, and whether it may be left out."""
    notes = []
    if setting.example:
        notes.append(text("example", language, example=setting.example))
    if not setting.needed:
        notes.append(text("connect.optional", language))
    return f"{setting.name} ({', '.join(notes)})" if notes else setting.name


def _asked(source: Source[Any], values: Mapping[str, str], obtained: frozenset[str], asker: Asker) -> Iterator[Setting]:
    """Yield what is to be asked for: what is needed, the chosen way in, and what else names the account."""
    ways = source.settings.alternatives
    chosen = _way(source.settings, values, obtained, asker) if ways else ()
    of_ways = {name for way in ways for name in way}
    for setting in settings_of(source):
        if setting.name in chosen:
            yield setting.as_needed()
        elif setting.name not in of_ways and (
            setting.needed or (setting.name in source.settings.identity and setting.may_be_left_out)
        ):
            yield setting


def _way(
    settings: type[SourceSettings],
    values: Mapping[str, str],
    obtained: frozenset[str],
    asker: Asker,
) -> tuple[str, ...]:
    """Return the settings of the way in: the one begun already, or that a login makes, else the one chosen."""
    ways = settings.alternatives
    if begun := [way for way in ways if set(way) & set(values)]:
        return begun[0]
    if any(set(way) & obtained for way in ways):
        return tuple(name for way in ways for name in way)  # the app's, with which the login is made
    named = [text("connect.and", asker.language).join(way) for way in ways]
    label = text(
        "connect.either", asker.language, ways=", ".join(f"{place} {way}" for place, way in enumerate(named, 1))
    )

    def judge(answer: str) -> str:
        if answer not in {str(place) for place in range(1, len(ways) + 1)}:
            raise UnfitError(text("wrong.number", asker.language, least=1, most=len(ways)))
        return answer

    return ways[int(asker.ask(label, judge, is_secret=False, may_be_empty=False)) - 1]


def _judge(
    source: Source[Any],
    values: Mapping[str, str],
    setting: Setting,
    language: Language,
    *,
    may_be_empty: bool = False,
) -> Judge:
    def judge(answer: str) -> str:
        if not answer:
            if setting.needed and not may_be_empty:
                raise UnfitError(text("wrong.empty", language, name=setting.name))
            return ""
        return judged(source, values, setting, answer, language)

    return judge


def judged(source: Source[Any], values: Mapping[str, str], setting: Setting, answer: str, language: Language) -> str:
    """
    Return an answer as the setting takes it, completed where it means it.

    Raises:
        UnfitError: when it does not fit, with why and an example; a secret is not repeated.
    """
    completed = setting.prompt.complete(answer)
    why = _why(source, {**values, setting.name: completed}, setting.name)
    if why is None:
        return completed
    known = next((what for pattern, what in setting.prompt.mistakes if re.search(pattern, answer)), None)
    if known:
        why = known[language]
    elif setting.example:
        why = text("example", language, example=setting.example)
    raise UnfitError(text("wrong.setting", language, name=setting.name, why=why))


def _judged_known(source: Source[Any], values: Mapping[str, str], name: str, value: str, language: Language) -> str:
    setting = next((each for each in settings_of(source) if each.name == name), None)
    if setting is None:
        return value  # a setting that all sources have, or none: the whole is judged in the end
    try:
        return judged(source, values, setting, value, language)
    except UnfitError as error:
        raise UsageError(
            str(error), where="nothing was written", next_step=f"okr connectors {source.name} tells what each is"
        ) from error


def _why(source: Source[Any], values: Mapping[str, str], name: str) -> str | None:
    """Return what the model has against one of its settings, whatever else may be missing yet."""
    try:
        source.settings.model_validate({**values, "id": "trial", "connector": source.name}, strict=False)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            if each["loc"][:1] == (name,):
                return each["msg"].removeprefix("Value error, ")
    return None
