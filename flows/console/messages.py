"""What commands ask and answer in a conversation, in Norwegian and English, side by side."""

from collections.abc import Mapping

from scorecard.i18n.language import Language

TEXTS: Mapping[str, tuple[str, str]] = {
    # okr init
    "init.language": ("Språk (nb, en)", "Language (nb, en)"),
    "init.things": ("Hva selger dere (i flertall, som kopper)", "What do you sell (in the plural, such as mugs)"),
    "init.shop": (
        "Hvilken nettbutikk (et navn, ? for alle, - for ingen)",
        "Which shop (a name, ? for all, - for none)",
    ),
    "init.analytics": (
        "Hvilket verktøy teller besøk (et navn, ? for alle, - for ingen)",
        "What counts visits (a name, ? for all, - for none)",
    ),
    "init.social": (
        "Hvilke sosiale kontoer (navn med komma mellom, ? for alle, - for ingen)",
        "Which social accounts (names with commas between, ? for all, - for none)",
    ),
    "init.weeks": ("Hvor mange uker fra i dag", "How many weeks from today"),
    "init.sales": ("Hvor mange {things} skal selges i løpet av ukene", "How many {things} to sell in those weeks"),
    "init.visitors": ("Hvor mange besøkende i uken til slutt", "How many visitors a week in the end"),
    "init.followers": ("Hvor mange følgere til sammen til slutt", "How many followers together in the end"),
    "init.hard": (
        "Sett målene så høyt at sjansen for hvert av dem er jevn, 5 av 10. De kan endres senere.",
        "Set the targets so high that the chance of each is even, 5 of 10. They can be changed later.",
    ),
    "init.until": ("perioden varer til og med {end}", "the period lasts to {end}"),
    "units": ("enheter", "units"),
    "sales": ("Selge {target} {things}", "Sell {target} {things}"),
    # okr add
    "add.title": ("Hva skal nås (en setning)", "What is to be reached (a sentence)"),
    "add.metric": ("Hvilket måltall (? viser dem)", "Which metric (? shows them)"),
    "add.target": ("Hvilket tall er målet", "Which number is the target"),
    "wrong.metric": ("'{name}' er ikke et måltall: {hint}", "'{name}' is no metric: {hint}"),
    "wrong.target": ("skriv et tall", "type a number"),
    # answers that do not fit
    "wrong.number": ("skriv et helt tall fra {least} til {most}", "type a whole number from {least} to {most}"),
    "wrong.choice": ("skriv {choices}", "type {choices}"),
    "wrong.connector": ("'{name}' er ikke blant {kind}: {hint}", "'{name}' is none of {kind}: {hint}"),
    "wrong.near": ("mente du {near}?", "did you mean {near}?"),
    "wrong.setting": ("{name} passer ikke: {why}", "{name} does not fit: {why}"),
    "wrong.empty": ("{name} trengs", "{name} is needed"),
    "example": ("for eksempel {example}", "for example {example}"),
    "shops": ("butikkene", "the shops"),
    "analytics": ("tellerne", "what counts visits"),
    "social": ("de sosiale", "the social ones"),
    # okr connect
    "connect.label": ("{name}", "{name}"),
    "connect.either": ("Hvilken vei inn: {ways}", "Which way in: {ways}"),
    "connect.and": (" og ", " and "),
    "connect.optional": ("tomt utelater den", "empty leaves it out"),
    "connect.keep": ("tomt beholder den gamle", "empty keeps the old one"),
    "connect.completed": ("{name}: {value}", "{name}: {value}"),
    "connect.open": (
        "åpne denne adressen i nettleseren, og tillat det den spør om:",
        "open this address in your browser and allow what it asks:",
    ),
    "connect.paste": (
        "Lim inn adressen som nettleseren endte på (at siden ikke kan vises, gjør ikke noe)",
        "Paste the address that the browser ended at (that the page cannot be shown does not matter)",
    ),
    "connect.works": ("{source} virker", "{source} works"),
    "connect.wrote": ("skrev {file}:", "wrote {file}:"),
    "connect.configured": (
        "kilden {source} er satt opp: okr connect {source} fornyer tilgangen",
        "source {source} is configured: okr connect {source} renews its credentials",
    ),
    "connect.renewing": (
        "ny tilgang for kilden {source}; historien går videre",
        "new credentials for source {source}; its history goes on",
    ),
    "connect.scopes": ("tilganger", "scopes"),
    "connect.again": (
        "det gikk ikke; svar en gang til, eller bare Enter for å prøve det samme",
        "that did not work; answer once more, or only Enter to try the same again",
    ),
}


def text(key: str, language: Language, **words: object) -> str:
    """Return a text in a language, with its words filled in."""
    norwegian, english = TEXTS[key]
    return (norwegian if language == "nb" else english).format(**words)
