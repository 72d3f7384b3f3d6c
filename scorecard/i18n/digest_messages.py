"""
The words of a week's digest and of messages on a changed status, in Norwegian and English, side by side.

Plain text: whoever sends it escapes it. Sentences are whole; a count picks between `.one` and `.many`.
"""

from collections.abc import Mapping

from scorecard.i18n.language import Language

TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("{name}, uke {week}", "{name}, week {week}"),
    "as_of.one": ("Per {when}, 1 dag igjen.", "As of {when}, 1 day left."),
    "as_of.many": ("Per {when}, {n} dager igjen.", "As of {when}, {n} days left."),
    "as_of.last": ("Per {when}, siste dag.", "As of {when}, the last day."),
    "as_of.over": ("Per {when}, perioden er slutt.", "As of {when}, the period is over."),
    "as_of.early": ("Per {when}, perioden har ikke begynt.", "As of {when}, the period has not begun."),
    "led": ("{title} står på {score} av 1.", "{title} stands at {score} of 1."),
    "led.part": (
        "{title} står på {score} av 1, med tall for {share} av vekten.",
        "{title} stands at {score} of 1, with numbers for {share} of the weight.",
    ),
    "week.more": (
        "{title}: {came} på sju dager fra {day}, mer enn tilfeldigheter gir ({low} til {high}). Uken før: {before}.",
        "{title}: {came} in seven days from {day}, more than chance brings ({low} to {high}). Week before: {before}.",
    ),
    "week.less": (
        "{title}: {came} på sju dager fra {day}, mindre enn tilfeldigheter gir ({low} til {high}). Uken før: {before}.",
        "{title}: {came} in seven days from {day}, less than chance brings ({low} to {high}). Week before: {before}.",
    ),
    "week.more.growth": (
        (
            "{title}: vekst på {came} på sju dager fra {day}, mer enn tilfeldigheter gir ({low} til {high})."
            " Uken før: {before}."
        ),
        (
            "{title}: grew by {came} in seven days from {day}, more than chance brings ({low} to {high})."
            " Week before: {before}."
        ),
    ),
    "week.less.growth": (
        (
            "{title}: vekst på {came} på sju dager fra {day}, mindre enn tilfeldigheter gir ({low} til {high})."
            " Uken før: {before}."
        ),
        (
            "{title}: grew by {came} in seven days from {day}, less than chance brings ({low} to {high})."
            " Week before: {before}."
        ),
    ),
    "quoted": ("«{title}»", "“{title}”"),
    "status.not_started": ("ikke startet", "not started"),
    "status.no_data": ("mangler data", "no data"),
    "status.on_track": ("i rute", "on track"),
    "status.at_risk": ("i faresonen", "at risk"),
    "status.off_track": ("ute av rute", "off track"),
    "status.achieved": ("nådd", "achieved"),
    "status.missed": ("ikke nådd", "missed"),
    # why something moved
    "cause.gone.orders.one": ("1 ordre borte hos {source}", "1 order gone at {source}"),
    "cause.gone.orders.many": ("{n} ordrer borte hos {source}", "{n} orders gone at {source}"),
    "cause.gone.one": ("1 rad borte hos {source}", "1 row gone at {source}"),
    "cause.gone.many": ("{n} rader borte hos {source}", "{n} rows gone at {source}"),
    "cause.edited.orders.one": ("1 ordre endret hos {source}", "1 order edited at {source}"),
    "cause.edited.orders.many": ("{n} ordrer endret hos {source}", "{n} orders edited at {source}"),
    "cause.edited.one": ("1 rad endret hos {source}", "1 row edited at {source}"),
    "cause.edited.many": ("{n} rader endret hos {source}", "{n} rows edited at {source}"),
    "cause.corrected": (
        "rettet hos {source} fra {old} til {new} per {when}",
        "corrected at {source} from {old} to {new} as of {when}",
    ),
    "cause.target": ("målet endret fra {old} til {new}", "target changed from {old} to {new}"),
    "cause.target.reason": (
        "målet endret fra {old} til {new} («{reason}»)",
        "target changed from {old} to {new} (“{reason}”)",
    ),
    "cause.first": ("første tall: {new} av {target}", "first number: {new} of {target}"),
    "cause.value": ("fra {old} til {new} av {target}", "from {old} to {new} of {target}"),
    "cause.still": ("står på {new} av {target}", "stands at {new} of {target}"),
    # what became of it
    "effect.chance": ("sjanse {old} → {new}", "chance {old} → {new}"),
    "effect.chance.same": ("sjansen er fortsatt {new}", "the chance is still {new}"),
    "effect.status": ("fra {old} til {new}", "from {old} to {new}"),
    "effect.usual": ("innenfor det tilfeldige", "within what chance does"),
    "moved": ("{title}: {told}.", "{title}: {told}."),
    "brought": ("«{name}»: {text}", "“{name}”: {text}"),
    "moved.more.one": ("1 annen bevegelse står på siden.", "1 other move is on the page."),
    "moved.more.many": ("{n} andre bevegelser står på siden.", "{n} other moves are on the page."),
    "calm": (
        "En rolig uke: ingen sjanse har flyttet seg mer enn tilfeldigheter gjør.",
        "A calm week: no chance has moved by more than luck moves it.",
    ),
    "calm.since": (
        "Rolig siden sist, for {n} dager siden: ingen sjanse har flyttet seg mer enn tilfeldigheter gjør.",
        "Calm since the last time, {n} days ago: no chance has moved by more than luck moves it.",
    ),
    "first_time": (
        "Det er første gang: neste uke er det noe å sammenligne med.",
        "This is the first time: next week there is something to compare with.",
    ),
    # what needs a decision
    "decision": (
        "{owner}, én beslutning: {title} er {status} ({chance}). Skal målet, innsatsen eller planen endres?",
        "{owner}, one decision: {title} is {status} ({chance}). Change the target, the effort or the plan?",
    ),
    "decision.nobodys": (
        "Én beslutning, og ingen ansvarlig: {title} er {status} ({chance}). Skal målet, innsatsen eller planen endres?",
        "One decision, and nobody's: {title} is {status} ({chance}). Change the target, the effort or the plan?",
    ),
    "decision.over": (
        "{owner}, én beslutning: {title} ble {status}. Hva går videre?",
        "{owner}, one decision: {title} was {status}. What goes on?",
    ),
    "decision.over.nobodys": (
        "Én beslutning, og ingen ansvarlig: {title} ble {status}. Hva går videre?",
        "One decision, and nobody's: {title} was {status}. What goes on?",
    ),
    "decision.made": (
        "{title} er {status}; {author} besluttet {when}: «{text}»",
        "{title} is {status}; {author} decided on {when}: “{text}”",
    ),
    "decision.none": ("Ingenting trenger en beslutning nå.", "Nothing needs a decision now."),
    "decision.more.one": ("1 til venter på samme.", "1 more waits for the same."),
    "decision.more.many": ("{n} til venter på samme.", "{n} more wait for the same."),
    # what is missing
    "missing.source": ("Kilden {source} svarer ikke: {error}", "The source {source} does not answer: {error}"),
    "missing.source.stale": (
        "Kilden {source} har ikke gitt noe siden {when}.",
        "The source {source} has brought nothing since {when}.",
    ),
    "missing.finding": ("Ser det riktig ut? {about}: {found}", "Does this look right? {about}: {found}"),
    "missing.owner": ("{owner}: {text}", "{owner}: {text}"),
    "missing.since": ("{title} mangler tall siden {when}.", "{title} lacks numbers since {when}."),
    "missing.ever": ("{title} har ingen tall ennå.", "{title} has no numbers yet."),
    "missing.period": ("{title} har ingen tall fra perioden ennå.", "{title} has no numbers of this period yet."),
    "missing.check_in": (
        "{title} venter på et tall fra dere siden {when} (okr checkin {key_result}).",
        "{title} waits for a number from you since {when} (okr checkin {key_result}).",
    ),
    "missing.check_in.ever": (
        "{title} venter på det første tallet fra dere (okr checkin {key_result}).",
        "{title} waits for the first number from you (okr checkin {key_result}).",
    ),
    "missing.more.one": ("1 til står på siden.", "1 more is on the page."),
    "missing.more.many": ("{n} til står på siden.", "{n} more are on the page."),
    "missing.none": ("Ingen tall mangler.", "No numbers are missing."),
    # a message on a changed status
    "status.subject.one": ("{name}: 1 status er endret", "{name}: 1 status has changed"),
    "status.subject.many": ("{name}: {n} statuser er endret", "{name}: {n} statuses have changed"),
    "status.line": (
        "{title} er {status}, før {old}. {explanation}",
        "{title} is {status}, before it was {old}. {explanation}",
    ),
    "reminder.subject": ("{name}: tall som mangler", "{name}: numbers that are missing"),
}


def say(language: Language, key: str, **values: object) -> str:
    """Return a text with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return TEXTS[key][language == "en"].format(**values)


def count(language: Language, key: str, n: int, **values: object) -> str:
    """Return the form of a text that fits a count."""
    return say(language, f"{key}.one" if n == 1 else f"{key}.many", n=n, **values)
