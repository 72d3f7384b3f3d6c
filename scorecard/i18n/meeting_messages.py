"""The words of `okr review`, in Norwegian and English, side by side. Plain text."""

from collections.abc import Mapping

from scorecard.i18n.language import Language

TEXTS: Mapping[str, tuple[str, str]] = {
    "review.head": ("{place} av {all}: {title} ({id})", "{place} of {all}: {title} ({id})"),
    "review.head.owner": (
        "{place} av {all}: {title} ({id}), ansvarlig {owner}",
        "{place} of {all}: {title} ({id}), owner {owner}",
    ),
    "review.stands": ("{status}: {explanation}", "{status}: {explanation}"),
    "review.note": ("{author}, {when}: «{note}»", "{author}, {when}: “{note}”"),
    "review.confidence": (
        "Hvor sikre er dere, 0 til 10, eller mot sjansen her + bedre, = lik, - verre (tomt: uendret, q: slutt)",
        "How sure are you, 0 to 10, or than the chance here + better, = same, - worse (empty: as it was, q: stop)",
    ),
    "review.says": (
        "Hva vet dere som tallene ikke vet (tomt: ingenting)",
        "What do you know that the numbers do not (empty: nothing)",
    ),
    "review.decision": ("Hva besluttes (tomt: ingenting)", "What is decided (empty: nothing)"),
    "review.kept": ("skrevet ned", "kept"),
    "review.end.one": ("1 er gått gjennom.", "1 has been gone through."),
    "review.end.many": ("{n} er gått gjennom.", "{n} have been gone through."),
    "review.end.decided.one": ("1 beslutning.", "1 decision."),
    "review.end.decided.many": ("{n} beslutninger.", "{n} decisions."),
    "review.nothing": (
        "Ingenting er i gang: det er ingenting å gå gjennom.",
        "Nothing is under way: there is nothing to go through.",
    ),
    "wrong.confidence": (
        "skriv et tall fra 0 til 10, som 8 eller 8/10, eller +, = eller -",
        "type a number from 0 to 10, such as 8 or 8/10, or +, = or -",
    ),
    "wrong.direction": (
        "ingen sjanse står her som kunne vært bedre eller verre: skriv et tall fra 0 til 10",
        "no chance stands here that could be better or worse: type a number from 0 to 10",
    ),
}


def say(language: Language, key: str, **values: object) -> str:
    """Return a text with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return TEXTS[key][language == "en"].format(**values)


def count(language: Language, key: str, n: int, **values: object) -> str:
    """Return the form of a text that fits a count."""
    return say(language, f"{key}.one" if n == 1 else f"{key}.many", n=n, **values)
