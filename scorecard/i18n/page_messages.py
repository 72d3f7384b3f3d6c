"""
Every word on the page, in Norwegian and English, side by side so that neither can lack what the other has.

Sentences are whole: a count that changes the grammar picks between `.one` and `.many`, nothing is glued together. A
tilde is a space that does not break.
"""

from collections.abc import Mapping

from markupsafe import Markup

from scorecard.i18n.card_texts import CARD_TEXTS
from scorecard.i18n.flag_texts import FLAG_TEXTS
from scorecard.i18n.language import Language
from scorecard.i18n.record_texts import RECORD_TEXTS
from scorecard.i18n.sharing_texts import SHARING_TEXTS

TEXTS: Mapping[str, tuple[str, str]] = {
    **CARD_TEXTS,
    **FLAG_TEXTS,
    **RECORD_TEXTS,
    **SHARING_TEXTS,
    # heading
    "page_title": ("Mål og nøkkelresultater", "Objectives and key results"),
    "period": ("{first} til {last}", "{first} to {last}"),
    "as_of": ("Per {when}", "As of {when}"),
    "week": ("uke~{n}", "week~{n}"),
    "days_left.one": ("1~dag~igjen", "1~day~left"),
    "days_left.many": ("{n}~dager~igjen", "{n}~days~left"),
    "last_day": ("siste dag", "the last day"),
    "period_not_begun": ("perioden har ikke begynt", "the period has not begun"),
    "period_over": ("perioden er slutt", "the period is over"),
    "past": (
        "En side om fortiden: regnet på nytt per {when}, med det som var kjent {known}.",
        "A page of the past: worked out again as of {when}, with what was known on {known}.",
    ),
    "past.now": (
        "En side om fortiden: regnet på nytt per {when}, med alt som er kjent i dag, {known}.",
        "A page of the past: worked out again as of {when}, with all that is known today, {known}.",
    ),
    "no_key_results": ("Ingen nøkkelresultater er beregnet ennå.", "No key results have been scored yet."),
    "led": (
        "Målene måles av målene som tjener dem: tabellen under har dem.",
        "These objectives are measured by those that serve them: the table below has them.",
    ),
    # status, as a word
    "status.not_started": ("Ikke startet", "Not started"),
    "status.no_data": ("Mangler data", "No data"),
    "status.on_track": ("I rute", "On track"),
    "status.at_risk": ("I faresonen", "At risk"),
    "status.off_track": ("Ute av rute", "Off track"),
    "status.achieved": ("Nådd", "Achieved"),
    "status.missed": ("Ikke nådd", "Missed"),
    # status, counted: the first sentence says of how many
    "only.achieved": ("Nøkkelresultatet er nådd.", "The key result has been achieved."),
    "only.on_track": ("Nøkkelresultatet er i rute.", "The key result is on track."),
    "only.at_risk": ("Nøkkelresultatet er i faresonen.", "The key result is at risk."),
    "only.off_track": ("Nøkkelresultatet er ute av rute.", "The key result is off track."),
    "only.missed": ("Nøkkelresultatet ble ikke nådd.", "The key result was missed."),
    "only.no_data": ("Nøkkelresultatet mangler data.", "The key result lacks data."),
    "only.not_started": ("Nøkkelresultatet er ikke startet.", "The key result has not started."),
    "first.achieved.one": ("1 av {of} nøkkelresultater er nådd.", "1 of {of} key results has been achieved."),
    "first.achieved.many": ("{n} av {of} nøkkelresultater er nådd.", "{n} of {of} key results have been achieved."),
    "first.on_track.one": ("1 av {of} nøkkelresultater er i rute.", "1 of {of} key results is on track."),
    "first.on_track.many": ("{n} av {of} nøkkelresultater er i rute.", "{n} of {of} key results are on track."),
    "first.at_risk.one": ("1 av {of} nøkkelresultater er i faresonen.", "1 of {of} key results is at risk."),
    "first.at_risk.many": ("{n} av {of} nøkkelresultater er i faresonen.", "{n} of {of} key results are at risk."),
    "first.off_track.one": ("1 av {of} nøkkelresultater er ute av rute.", "1 of {of} key results is off track."),
    "first.off_track.many": ("{n} av {of} nøkkelresultater er ute av rute.", "{n} of {of} key results are off track."),
    "first.missed.one": ("1 av {of} nøkkelresultater ble ikke nådd.", "1 of {of} key results was missed."),
    "first.missed.many": ("{n} av {of} nøkkelresultater ble ikke nådd.", "{n} of {of} key results were missed."),
    "first.no_data.one": ("1 av {of} nøkkelresultater mangler data.", "1 of {of} key results lacks data."),
    "first.no_data.many": ("{n} av {of} nøkkelresultater mangler data.", "{n} of {of} key results lack data."),
    "first.not_started.one": ("1 av {of} nøkkelresultater er ikke startet.", "1 of {of} key results has not started."),
    "first.not_started.many": (
        "{n} av {of} nøkkelresultater er ikke startet.",
        "{n} of {of} key results have not started.",
    ),
    "next.achieved.one": ("1 er nådd.", "1 has been achieved."),
    "next.achieved.many": ("{n} er nådd.", "{n} have been achieved."),
    "next.on_track.one": ("1 er i rute.", "1 is on track."),
    "next.on_track.many": ("{n} er i rute.", "{n} are on track."),
    "next.at_risk.one": ("1 er i faresonen.", "1 is at risk."),
    "next.at_risk.many": ("{n} er i faresonen.", "{n} are at risk."),
    "next.off_track.one": ("1 er ute av rute.", "1 is off track."),
    "next.off_track.many": ("{n} er ute av rute.", "{n} are off track."),
    "next.missed.one": ("1 ble ikke nådd.", "1 was missed."),
    "next.missed.many": ("{n} ble ikke nådd.", "{n} were missed."),
    "next.no_data.one": ("1 mangler data.", "1 lacks data."),
    "next.no_data.many": ("{n} mangler data.", "{n} lack data."),
    "next.not_started.one": ("1 er ikke startet.", "1 has not started."),
    "next.not_started.many": ("{n} er ikke startet.", "{n} have not started."),
    # on track by default alone: told apart
    "only.early": ("Det er for tidlig å si noe om nøkkelresultatet.", "It is too early to tell of the key result."),
    "first.early.one": (
        "For 1 av {of} nøkkelresultater er det for tidlig å si.",
        "It is too early to tell of 1 of {of} key results.",
    ),
    "first.early.many": (
        "For {n} av {of} nøkkelresultater er det for tidlig å si.",
        "It is too early to tell of {n} of {of} key results.",
    ),
    "next.early.one": ("For 1 er det for tidlig å si.", "It is too early to tell of 1."),
    "next.early.many": ("For {n} er det for tidlig å si.", "It is too early to tell of {n}."),
    "sources_late.one": ("Én kilde er utdatert ({names}).", "One source is out of date ({names})."),
    "sources_late.many": ("{n} kilder er utdatert ({names}).", "{n} sources are out of date ({names})."),
    # overview
    "overview": ("Oversikt, det som trenger blikk først", "Overview, what needs a look first"),
    "status": ("Status", "Status"),
    "key_result": ("Nøkkel\N{SOFT HYPHEN}resultat", "Key result"),
    "now": ("Nå", "Now"),
    "target": ("Mål", "Target"),
    "ended_at": ("Endte på", "Ended at"),
    "grade": ("Karakter", "Grade"),
    "of_the_way": ("Av veien", "Of the way"),
    "of_the_time": ("Av tiden", "Of the time"),
    "chance": ("Sjanse", "Chance"),
    "week_change": ("Siste uke, prosentpoeng", "Past week, percentage points"),
    "week_change.since": ("Siste {n} dager, prosentpoeng", "Past {n} days, percentage points"),
    # table of objectives, and ways to find a key result
    "objectives": ("Målene", "Objectives"),
    "objective_title": ("Mål", "Objective"),
    "expected_hits": ("Ventes nådd", "Expected to be reached"),
    "reached": ("Nådd", "Reached"),
    "coverage": ("Tall for", "Numbers for"),
    "owner": ("Ansvarlig", "Owner"),
    "find": ("Vis bare noen nøkkelresultater", "Show only some key results"),
    "find.on": ("resten er skjult", "the rest is hidden"),
    "find.all": ("Alle", "All"),
    "find.reset": ("Vis alle", "Show all"),
    "find.status": ("Etter status", "By status"),
    "find.owner": ("Etter ansvarlig", "By owner"),
    "find.tag": ("Etter merke", "By tag"),
    # legend
    "legend.observed": ("målt", "measured"),
    "legend.pace": ("planen", "the plan"),
    "legend.fan": ("prognose (50 og 90 %)", "forecast (50 and 90%)"),
    "legend.target": ("mål", "target"),
    "legend.today": ("per {day}", "as of {day}"),
    "legend.dots": (
        "20 prikker er 20 like sannsynlige utfall ved fristen; streken viser hva dere siktet på",
        "20 dots are 20 equally likely outcomes at the deadline; the mark is what you aimed at",
    ),
    # objective
    "objective": ("Mål: {title}", "Objective: {title}"),
    "roll_up.below": (
        "Mål som bidrar til dette, er regnet med: {titles}.",
        "Objectives that serve it are counted in: {titles}.",
    ),
    "roll_up.above": ("Bidrar til {title}.", "It serves {title}."),
    "roll_up.owner": ("Ansvarlig: {owner}.", "Owner: {owner}."),
    "roll_up.tags": ("Merket: {tags}.", "Tagged: {tags}."),
    "roll_up.score": ("Score {score} av 1.", "Score {score} of 1."),
    "roll_up.grade": ("Karakter {score} av 1.", "Grade {score} of 1."),
    "roll_up.reached": ("{hits} av {of} ble nådd.", "{hits} of {of} were reached."),
    # the bands of a grade: from 0.7, from 0.4, below
    "band.good": ("Godt", "Good"),
    "band.partly": ("Delvis", "Partly there"),
    "band.weak": ("Langt unna", "Far off"),
    "roll_up.coverage": ("Tall finnes for {share} av vekten.", "There are numbers for {share} of the weight."),
    "roll_up.hits": ("{hits} av {of} ventes nådd.", "{hits} of {of} are expected to be reached."),
    "roll_up.all": ("Sjansen for å nå alle er {chance}.", "The chance of reaching all is {chance}."),
    # index over periods
    "index": ("Alle perioder", "All periods"),
    "index.lead.one": ("Én periode er beregnet.", "One period has been scored."),
    "index.lead.many": ("{n} perioder er beregnet.", "{n} periods have been scored."),
    "index.period": ("Periode", "Period"),
    "index.days": ("Fra og til", "From and to"),
    "index.key_results": ("Nøkkelresultater", "Key results"),
    "index.score": ("Score", "Score"),
    "index.count": ("{n} {status}", "{n} {status}"),
    "index.standing": ("Slik står det", "How it stands"),
    "index.retrospective": ("Tilbakeblikk", "Retrospective"),
    "index.under_way": ("{period}, nå", "{period}, now"),
    "index.before": ("Forrige: {period}", "Previous: {period}"),
    "index.after": ("Neste: {period}", "Next: {period}"),
    # what changed
    "changed": ("Hva har endret seg", "What changed"),
    "changed.status": (
        "«{title}» gikk siste uke fra «{old}» til «{new}».",
        "“{title}” went from “{old}” to “{new}” in the past week.",
    ),
    "changed.status.since": (
        "Siden forrige rapport, for {n} dager siden, gikk «{title}» fra «{old}» til «{new}».",
        "“{title}” went from “{old}” to “{new}” since the last report, {n} days ago.",
    ),
    "changed.up": (
        "Sjansen for «{title}» økte siste uke fra {old} til {new}.",
        "The chance of “{title}” rose from {old} to {new} in the past week.",
    ),
    "changed.up.since": (
        "Siden forrige rapport, for {n} dager siden, økte sjansen for «{title}» fra {old} til {new}.",
        "The chance of “{title}” rose from {old} to {new} since the last report, {n} days ago.",
    ),
    "changed.down": (
        "Sjansen for «{title}» falt siste uke fra {old} til {new}.",
        "The chance of “{title}” fell from {old} to {new} in the past week.",
    ),
    "changed.down.since": (
        "Siden forrige rapport, for {n} dager siden, falt sjansen for «{title}» fra {old} til {new}.",
        "The chance of “{title}” fell from {old} to {new} since the last report, {n} days ago.",
    ),
    "changed.nothing": ("Ingen store endringer siste uke.", "No large changes in the past week."),
    "changed.nothing.since": (
        "Ingen store endringer siden forrige rapport, for {n} dager siden.",
        "No large changes since the last report, {n} days ago.",
    ),
    "changed.restated": (
        "«{title}» ble rettet i ettertid: {new} i stedet for {old} per {when} ({source}).",
        "“{title}” was corrected after the fact: {new} instead of {old} for {when} ({source}).",
    ),
    "changed.restated.status": (
        "Det gikk fra «{old}» til «{new}».",
        "It went from “{old}” to “{new}”.",
    ),
    "changed.target": (
        "Målet for «{title}» ble endret fra {old} til {new} {when}.",
        "The target of “{title}” was changed from {old} to {new} on {when}.",
    ),
    "changed.definition": ("«{title}» ble endret {when}.", "“{title}” was changed on {when}."),
    "changed.repaired": (
        "Kilden {source} svarer igjen siden {when}.",
        "The source {source} answers again since {when}.",
    ),
    # sources
    "sources": ("Hvor tallene kommer fra", "Where the numbers come from"),
    "source": ("Kilde", "Source"),
    "stream": ("Strøm", "Stream"),
    "findings": ("Hva som ser galt ut i tallene:", "What looks wrong in the numbers:"),
    "state": ("Tilstand", "State"),
    "state.fresh": ("Oppdatert", "Up to date"),
    "state.stale": ("Utdatert", "Out of date"),
    "state.failing": ("Svarer ikke", "Failing"),
    "state.never": ("Aldri hentet", "Never pulled"),
    "newest": ("Nyeste tall", "Newest data"),
    "last_success": ("Sist hentet", "Last pulled"),
    "rows": ("Rader", "Rows"),
    "refused": ("Avvist", "Refused"),
    "no_sources": ("Ingen kilder er hentet ennå.", "No source has been pulled yet."),
    # method
    "method": ("Slik er det regnet", "How it is worked out"),
    "method.pace": (
        "«Av veien» er hvor langt vi er kommet fra startverdi til målverdi; planen sier hvor langt det skulle vært.",
        "“Of the way” is how far we have come from baseline to target; the plan says how far that should be by now.",
    ),
    "method.forecast": (
        "Prognosen bygger på målingenes egen historie og viser hvor verdien ender i 50 og 90 av 100 tilfeller.",
        "The forecast follows from the history of the numbers; its bands hold the outcome in 50 and 90 of 100 cases.",
    ),
    "method.chance": (
        "Sjansen er den delen av prognosens utfall som når målet ved fristen.",
        "The chance is the share of the forecast's outcomes that reach the target at the deadline.",
    ),
    "method.status": (
        "Status holder sjansen opp mot den dere siktet på: et dristig mål trenger ikke være sikkert for å være i rute.",
        "Status holds the chance against the one you aimed at: a bold target need not be certain to be on track.",
    ),
    "calibration.learnt": (
        "Sjansene er justert etter {n} avsluttede nøkkelresultater.",
        "Chances are adjusted by what {n} closed key results have taught.",
    ),
    "calibration.one": (
        "Den ene gangen vi sa {low} til {high}, nådde {hits} målet.",
        "The one time we said {low} to {high}, {hits} reached the target.",
    ),
    "calibration.many": (
        "Av de {n} gangene vi sa {low} til {high}, nådde {hits} målet.",
        "Of the {n} times we said {low} to {high}, {hits} reached the target.",
    ),
    # what if
    "whatif": ("Hva om", "What if"),
    "whatif.assumed": ("Forutsetning", "Assumption"),
    "whatif.at": ("Ender på", "Lands at"),
    "whatif.about": (
        "Sjanse: for målet under forutsetningen. Slår til: sjansen for et slikt tempo eller et bedre.",
        "Chance: of the target under the assumption. Comes true: the chance of such a pace, or a better one.",
    ),
    "whatif.comes_true": ("Slår til", "Comes true"),
    "made_by.short": ("Laget av okr {version}.", "Made by okr {version}."),
    "made_by": (
        "Laget av okr {version}, kjøring {run}, oppsett {config}. Tider er i {zone}.",
        "Made by okr {version}, run {run}, config {config}. Times are in {zone}.",
    ),
}


def say(language: Language, key: str, **values: object) -> Markup:
    """Return a text with its values filled in and escaped. Raises KeyError for an unknown key or a missing value."""
    template = TEXTS[key][language == "en"].replace("~", "\N{NO-BREAK SPACE}")
    return Markup(template).format(**values)  # noqa: S704  # the templates are this module's own


def count(language: Language, key: str, n: int, **values: object) -> Markup:
    """Return the form of a text that fits a count."""
    return say(language, f"{key}.one" if n == 1 else f"{key}.many", n=n, **values)
