"""
Every sentence about a score, in Norwegian and English, side by side so that neither can lack what the other has.

Sentences are whole; a count that changes the grammar picks between `.one` and `.many`. Numbers come in already written.
"""

from collections.abc import Mapping

from okr_config.models import Text
from scorecard.i18n.agenda_texts import AGENDA_TEXTS
from scorecard.i18n.effect_texts import EFFECT_TEXTS
from scorecard.i18n.language import Language
from scorecard.i18n.outlook_texts import OUTLOOK_TEXTS
from scorecard.i18n.scenario_texts import SCENARIO_TEXTS

TEXTS: Mapping[str, tuple[str, str]] = {
    **OUTLOOK_TEXTS,
    **SCENARIO_TEXTS,
    **EFFECT_TEXTS,
    **AGENDA_TEXTS,
    # where a key result stands
    "now.target": (
        "Vi står på {value} mot målet {target}: {progress} av veien, med {elapsed} av tiden brukt.",
        "We stand at {value} against a target of {target}: {progress} of the way, with {elapsed} of the time gone.",
    ),
    "now.target.sources": (
        (
            "Vi står på {value} mot målet {target}: {progress} av veien, med {elapsed} av tiden brukt; {sources} kilder"
            " er lagt sammen, så den som besøkte flere er talt flere ganger."
        ),
        (
            "We stand at {value} against a target of {target}: {progress} of the way, with {elapsed} of the time gone;"
            " {sources} sources are added up, so someone who visited several is counted several times."
        ),
    ),
    "now.no_way": ("Vi står på {value} mot målet {target}.", "We stand at {value} against a target of {target}."),
    "now.ceiling": ("Vi står på {value}, og taket er {limit}.", "We stand at {value}, and the limit is {limit}."),
    "now.range": ("Vi står på {value}, og rammen er {bounds}.", "We stand at {value}, and the range is {bounds}."),
    "now.kept.day": (
        "Kravet {bounds} er holdt {met} av {counted}; nå er verdien {value}.",
        "The requirement of {bounds} was kept on {met} of {counted}; the value is now {value}.",
    ),
    "now.kept.window": (
        "Kravet {bounds} er holdt i {met} av {counted}; den siste endte på {value}.",
        "The requirement of {bounds} was kept in {met} of {counted}; the last one came to {value}.",
    ),
    "now.not_kept_yet": (
        "Vi står på {value}, og kravet er {bounds}; ingenting er avsluttet ennå.",
        "We stand at {value}, and the requirement is {bounds}; nothing has been completed yet.",
    ),
    "now.steps.one": (
        "1 av {counted} er gjort: {progress} av veien, med {elapsed} av tiden brukt.",
        "1 of {counted} is done: {progress} of the way, with {elapsed} of the time gone.",
    ),
    "now.steps.many": (
        "{n} av {counted} er gjort: {progress} av veien, med {elapsed} av tiden brukt.",
        "{n} of {counted} are done: {progress} of the way, with {elapsed} of the time gone.",
    ),
    "now.unknown": ("Verdien er ukjent: {reason}.", "The value is unknown: {reason}."),
    # where it ended, once the last day is over
    "ended.target": (
        "Vi endte på {value} mot målet {target}: {progress} av veien.",
        "We ended at {value} against a target of {target}: {progress} of the way.",
    ),
    "ended.target.sources": (
        (
            "Vi endte på {value} mot målet {target}: {progress} av veien; {sources} kilder er lagt sammen, så den som"
            " besøkte flere er talt flere ganger."
        ),
        (
            "We ended at {value} against a target of {target}: {progress} of the way; {sources} sources are added up,"
            " so someone who visited several is counted several times."
        ),
    ),
    "ended.no_way": (
        "Vi endte på {value} mot målet {target}.",
        "We ended at {value} against a target of {target}.",
    ),
    "ended.ceiling": ("Vi endte på {value}, og taket var {limit}.", "We ended at {value}, and the limit was {limit}."),
    "ended.range": ("Vi endte på {value}, og rammen var {bounds}.", "We ended at {value}, and the range was {bounds}."),
    "ended.kept.day": (
        "Kravet {bounds} ble holdt {met} av {counted}; verdien endte på {value}.",
        "The requirement of {bounds} was kept on {met} of {counted}; the value ended at {value}.",
    ),
    "ended.kept.window": (
        "Kravet {bounds} ble holdt i {met} av {counted}; den siste endte på {value}.",
        "The requirement of {bounds} was kept in {met} of {counted}; the last one came to {value}.",
    ),
    "ended.not_kept_yet": (
        "Vi endte på {value}, og kravet var {bounds}; ingenting ble avsluttet.",
        "We ended at {value}, and the requirement was {bounds}; nothing was completed.",
    ),
    "ended.steps.one": (
        "1 av {counted} ble gjort: {progress} av veien.",
        "1 of {counted} was done: {progress} of the way.",
    ),
    "ended.steps.many": (
        "{n} av {counted} ble gjort: {progress} av veien.",
        "{n} of {counted} were done: {progress} of the way.",
    ),
    # what it means
    "then.not_started": ("Dette starter {day}.", "This starts on {day}."),
    "then.achieved": ("Målet er nådd.", "The target is reached."),
    "then.achieved.on": ("Målet ble nådd {day}.", "The target was reached on {day}."),
    "then.missed": ("Målet ble ikke nådd.", "The target was not reached."),
    "then.missed.good": (
        "Målet ble ikke nådd, men karakteren {score} regnes som god.",
        "The target was not reached, but a grade of {score} counts as good.",
    ),
    "then.over": ("Perioden er slutt.", "The period is over."),
    "then.restated": (
        "Karakteren ble låst {day} på {grade}; tallene sier nå {value}.",
        "The grade was settled on {day} at {grade}; the numbers now say {value}.",
    ),
    "then.restated.unknown": (
        "Karakteren ble låst {day} på {grade}; tallene kan ikke regnes ut på nytt nå.",
        "The grade was settled on {day} at {grade}; the numbers cannot be worked out again now.",
    ),
    "then.prior.unusable": ("Sjansen er teamets egen: {chance}.", "The chance is the team's own: {chance}."),
    "then.prior": (
        "Ingen tall er kommet ennå, så sjansen er teamets egen: {chance}.",
        "No numbers have come in yet, so the chance is the team's own: {chance}.",
    ),
    # what stands in the way of the first number
    "silent.failing": (
        "kilden som skal gi tallene, har ikke svart ennå: {sources} (okr doctor {source})",
        "the source that should bring the numbers has not answered yet: {sources} (okr doctor {source})",
    ),
    "silent.not_connected": (
        "ingen kilde som gir slike tall, er koblet til (okr connect), og ingen rad i et ark gir dem",
        "no source that gives such numbers is connected (okr connect), and no row of a sheet gives them",
    ),
    "then.chance.none": (
        "Sjansen for å nå målet er {chance}, og i dag er siste dag.",
        "The chance of reaching the target is {chance}, and today is the last day.",
    ),
    "then.chance.one": (
        "Sjansen for å nå målet er {chance}, og én dag er igjen.",
        "The chance of reaching the target is {chance}, and one day is left.",
    ),
    "then.chance.many": (
        "Sjansen for å nå målet er {chance}, og {n} dager er igjen.",
        "The chance of reaching the target is {chance}, and {n} days are left.",
    ),
    "then.met.none": (
        "Målet er nådd nå; sjansen for at det holder er {chance}, og i dag er siste dag.",
        "The target is met now; the chance that it holds is {chance}, and today is the last day.",
    ),
    "then.met.one": (
        "Målet er nådd nå; sjansen for at det holder er {chance}, og én dag er igjen.",
        "The target is met now; the chance that it holds is {chance}, and one day is left.",
    ),
    "then.met.many": (
        "Målet er nådd nå; sjansen for at det holder er {chance}, og {n} dager er igjen.",
        "The target is met now; the chance that it holds is {chance}, and {n} days are left.",
    ),
    "then.time.none": ("I dag er siste dag.", "Today is the last day."),
    "then.time.one": ("Én dag er igjen.", "One day is left."),
    "then.time.many": ("{n} dager er igjen.", "{n} days are left."),
    # counted nouns
    "count.day.one": ("1 dag", "1 day"),
    "count.day.many": ("{n} dager", "{n} days"),
    "count.week.one": ("1 uke", "1 week"),
    "count.week.many": ("{n} uker", "{n} weeks"),
    "count.month.one": ("1 måned", "1 month"),
    "count.month.many": ("{n} måneder", "{n} months"),
    "count.step.one": ("1 steg", "1 step"),
    "count.step.many": ("{n} steg", "{n} steps"),
    # bounds
    "bounds.low": ("minst {low}", "at least {low}"),
    "bounds.high": ("høyst {high}", "at most {high}"),
    "bounds.both": ("mellom {low} og {high}", "between {low} and {high}"),
    # why a number is not known
    "why.no_observation": ("det finnes ingen tall for {metric} ennå", "there are no numbers for {metric} yet"),
    "why.none_in_period": (
        "det finnes ingen tall for {metric} i perioden ennå",
        "there are no numbers for {metric} within the period yet",
    ),
    "why.untold": (
        "{metric}: {n} ordrer eller linjer sier ikke hvor mange",
        "{metric}: {n} orders or lines do not say how many",
    ),
    # what a value leaves out
    "caveat.customers": (
        "Kunder er kjent fra {day}: eldre kunder teller som nye (`okr run --since` leser lenger tilbake).",
        "Customers are known since {day}: older ones count as new (`okr run --since` reads further back).",
    ),
    "caveat.undated": (
        "{metric}: {n} ordrer, linjer eller refusjoner sier ikke hvor mange eller når.",
        "{metric}: {n} orders, lines or refunds do not say how many or when.",
    ),
    "caveat.untold": (
        "{metric}: {n} ordrer eller linjer sier ikke hvor mange, så tallet er det minste det kan være.",
        "{metric}: {n} orders or lines do not say how many, so the number is the least it can be.",
    ),
    "why.no_rate": (
        "valutakursen for {currencies} til {wanted} mangler",
        "the exchange rate from {currencies} to {wanted} is missing",
    ),
    "why.no_denominator": (
        "{metric} er 0, og det går ikke an å dele på 0",
        "{metric} is 0, and nothing can be divided by 0",
    ),
    "why.week_start": (
        "{metric} telles per uke fra mandag, og uken her starter en annen dag",
        "{metric} is counted by weeks from Monday, and the week here starts on another day",
    ),
    "why.beyond": (
        "tallene bak er større eller senere enn noe kan regnes ut av",
        "the numbers behind it are larger or later than anything can be computed of",
    ),
    "why.grain_week": (
        "{metric} finnes bare per dag, og dager kan ikke legges sammen: oppgi dem med grain week",
        "{metric} is only known by the day, and days cannot be added up: give them with grain week",
    ),
    "why.grain_month": (
        "{metric} finnes bare per dag, og dager kan ikke legges sammen: oppgi dem med grain month",
        "{metric} is only known by the day, and days cannot be added up: give them with grain month",
    ),
    "why.no_window": ("ingen hel periode er avsluttet ennå", "no full window has been completed yet"),
    "why.no_full_window": (
        "det går ingen hel uke eller måned mellom start og frist",
        "there is no full week or month between start and due",
    ),
    "why.no_check_in": ("ingen har meldt inn en verdi ennå", "nobody has checked in a value yet"),
    "why.no_steps": ("ingen steg har vekt", "no step has a weight"),
    "why.sql": ("spørringen ga ingen verdi: {error}", "the query gave no value: {error}"),
    "why.no_baseline": (
        "startverdien skulle vært målt, og ingenting var kjent ved start",
        "the baseline was to be measured, and nothing was known at the start",
    ),
    "why.no_way": (
        "den målte startverdien er allerede ved målet eller forbi det",
        "the measured baseline is already at the target or beyond it",
    ),
    # what came in and is not counted
    "refused.one": (
        "1 rad fra {source} er avvist og ikke talt med{fields}.",
        "1 row of {source} is refused and not counted{fields}.",
    ),
    "refused.many": (
        "{n} rader fra {source} er avvist og ikke talt med{fields}.",
        "{n} rows of {source} are refused and not counted{fields}.",
    ),
    "refused.missing": ("Rader fra {source} mangler i svaret.", "Rows of {source} are missing from its answer."),
    "refused.field": ("{n} for {field}", "{n} for {field}"),
    "why.not_started": ("perioden har ikke begynt", "the period has not begun"),
}


def say(language: Language, key: str, **values: object) -> str:
    """Return a text with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return TEXTS[key][language == "en"].format(**values)


def count(language: Language, key: str, n: int, **values: object) -> str:
    """Return the form of a text that fits a count."""
    return say(language, f"{key}.one" if n == 1 else f"{key}.many", n=n, **values)


def in_language(text: Text, language: Language) -> str:
    """Return a title in a language, or in the one it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), "")
