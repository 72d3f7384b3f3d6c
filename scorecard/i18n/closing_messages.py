"""The words of a period's close and its retrospective, in Norwegian and English, side by side. Plain text."""

from collections.abc import Mapping

from scorecard.i18n.language import Language

TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("{name}: tilbakeblikk", "{name}: retrospective"),
    "closed": ("{first} til {last}, avsluttet {when}.", "{first} to {last}, closed on {when}."),
    "settles": (
        "Kildene kan rette tall til og med {day}; karakterene er tatt som de er nå.",
        "Sources may correct numbers until {day}; the grades are taken as they are now.",
    ),
    "reached.one": ("{hits} av 1 nøkkelresultat ble nådd.", "{hits} of 1 key result was reached."),
    "reached.many": ("{hits} av {n} nøkkelresultater ble nådd.", "{hits} of {n} key results were reached."),
    "brier.one": (
        "Sjansene halvveis mot det som kom: Brier for 1 nøkkelresultat: våre {ours}, teamets {theirs} (0 er best).",
        "Chances at half-time against what came: Brier over 1 key result: ours {ours}, theirs {theirs} (0 is best).",
    ),
    "brier.many": (
        "Sjansene halvveis mot det som kom, Brier for {n} nøkkelresultater: våre {ours}, teamets {theirs} (0 er best).",
        "Chances at half-time against what came: Brier over {n} key results: ours {ours}, theirs {theirs} (0 is best).",
    ),
    "objective": ("{title}: {score}", "{title}: {score}"),
    "key_result": ("{title}: {grade}", "{title}: {grade}"),
    "grade": ("{score}, {band}", "{score}, {band}"),
    "grade.none": ("uten karakter", "no grade"),
    "band.good": ("god", "good"),
    "band.progress": ("fremgang, ikke i mål", "progress, not there"),
    "band.failed": ("ikke i nærheten", "nowhere near"),
    "band.kept": ("løftet er holdt", "the commitment was kept"),
    "band.broken": ("løftet er ikke holdt", "the commitment was not kept"),
    "ended": ("Endte på {value} av {target}.", "Ended at {value} of {target}."),
    "ended.alone": ("Endte på {value}.", "Ended at {value}."),
    "original": (
        "Målet var {original} til å begynne med; mot det er karakteren {score}.",
        "The target was {original} at first; against it the grade is {score}.",
    ),
    "half": (
        "Halvveis: målt sjanse {ours}, teamet sa {theirs}.",
        "At half-time: measured chance {ours}, the team said {theirs}.",
    ),
    "too_low": (
        "Målet ble nådd {times} ganger: det var for lavt.",
        "The target was met {times} times over: it was too low.",
    ),
    "chart": ("Slik gikk det med {title}", "How {title} went"),
    "never": ("Aldri målt", "Never measured"),
    "never.one": ("{title}: {reason}", "{title}: {reason}"),
    "learned": ("Hva lærte vi av {title}?", "What did we learn from {title}?"),
    "goes_on": ("Hva går videre?", "What goes on?"),
    "differently": ("Hva gjør vi annerledes?", "What do we do differently?"),
    "questions": ("Spørsmål", "Questions"),
    "restated": ("Rettet etter avslutningen", "Corrected since the close"),
    "restated.one": (
        "{title}: karakteren står på {grade}; tallene sier nå {value} i stedet for {old}.",
        "{title}: the grade stays at {grade}; the numbers now say {value} instead of {old}.",
    ),
    "empty": ("tomt: senere", "empty: later"),
}


def say(language: Language, key: str, **values: object) -> str:
    """Return a text with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return TEXTS[key][language == "en"].format(**values)


def count(language: Language, key: str, n: int, **values: object) -> str:
    """Return the form of a text that fits a count."""
    return say(language, f"{key}.one" if n == 1 else f"{key}.many", n=n, **values)
