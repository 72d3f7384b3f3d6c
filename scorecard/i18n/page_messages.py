"""
Every word on the page, in Norwegian and English, side by side so that neither can lack what the other has.

Sentences are whole: a count that changes the grammar picks between `.one` and `.many`, nothing is glued together. A
tilde is a space that does not break.
"""

from collections.abc import Mapping

from markupsafe import Markup

from scorecard.i18n.language import Language

TEXTS: Mapping[str, tuple[str, str]] = {
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
    # status, as a word
    "status.not_started": ("Ikke startet", "Not started"),
    "status.no_data": ("Mangler data", "No data"),
    "status.lost": ("mangler data", "missing data"),
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
    "sources_late.one": ("Én kilde er utdatert ({names}).", "One source is out of date ({names})."),
    "sources_late.many": ("{n} kilder er utdatert ({names}).", "{n} sources are out of date ({names})."),
    # overview
    "overview": ("Oversikt, det som trenger blikk først", "Overview, what needs a look first"),
    "status": ("Status", "Status"),
    "key_result": ("Nøkkelresultat", "Key result"),
    "now": ("Nå", "Now"),
    "target": ("Mål", "Target"),
    "of_the_way": ("Av veien", "Of the way"),
    "of_the_time": ("Av tiden", "Of the time"),
    "chance": ("Sjanse", "Chance"),
    "week_change": ("Siste uke, prosentpoeng", "Past week, percentage points"),
    # legend
    "legend.observed": ("målt", "measured"),
    "legend.pace": ("forventet tempo", "expected pace"),
    "legend.fan": ("prognose (50 og 90 %)", "forecast (50 and 90%)"),
    "legend.target": ("mål", "target"),
    "legend.today": ("per {day}", "as of {day}"),
    "legend.dots": (
        "20 prikker er 20 like sannsynlige utfall ved fristen",
        "20 dots are 20 equally likely outcomes at the deadline",
    ),
    # objective
    "objective": ("Mål: {title}", "Objective: {title}"),
    "roll_up.score": ("Score {score} av 1.", "Score {score} of 1."),
    "roll_up.coverage": ("Tall finnes for {share} av vekten.", "There are numbers for {share} of the weight."),
    "roll_up.hits": ("{hits} av {of} ventes nådd.", "{hits} of {of} are expected to be reached."),
    "roll_up.all": ("Sjansen for å nå alle er {chance}.", "The chance of reaching all is {chance}."),
    # card
    "card.of": ("av {target}", "of {target}"),
    "card.from": ("fra {baseline}", "from {baseline}"),
    "card.way": (
        "{way}~av~veien, {time}~av~tiden",
        "{way}~of~the~way, {time}~of~the~time",
    ),
    "card.on_plan": ("Akkurat på plan.", "Right on plan."),
    "card.behind": ("{gap} bak plan.", "{gap} behind plan."),
    "card.ahead": ("{gap} foran plan.", "{gap} ahead of plan."),
    "card.points.one": ("{n} prosentpoeng", "{n} percentage point"),
    "card.points.many": ("{n} prosentpoeng", "{n} percentage points"),
    "card.forecast": ("Prognosen for {when} er rundt {value}.", "The forecast for {when} is about {value}."),
    "card.rate": ("For å nå målet trengs rundt {value} om dagen.", "Reaching the target takes about {value} a day."),
    "card.dots.one": ("1 av 20 utfall når målet", "1 of 20 outcomes reaches the target"),
    "card.dots.many": ("{n} av 20 utfall når målet", "{n} of 20 outcomes reach the target"),
    "card.dots.few": ("færre enn 1 av 20 utfall når målet", "fewer than 1 of 20 outcomes reach the target"),
    "card.dots.most": ("flere enn 19 av 20 utfall når målet", "more than 19 of 20 outcomes reach the target"),
    "card.dots.label": (
        "Når målet i {n} av 20 like sannsynlige utfall",
        "Reaches the target in {n} of 20 equally likely outcomes",
    ),
    "card.up": ("▲ fra {chance} forrige uke", "▲ from {chance} last week"),
    "card.down": ("▼ fra {chance} forrige uke", "▼ from {chance} last week"),
    "card.chart.target": ("mål {value}", "target {value}"),
    "card.no_chart": ("Ikke nok data til å vise graf.", "Not enough data to draw a chart."),
    "card.no_fan": ("Ikke nok data til å vise prognose.", "Not enough data to show a forecast."),
    "card.owner": ("Ansvarlig: {owner}", "Owner: {owner}"),
    "card.measure": ("Måling: {metric}", "Metric: {metric}"),
    "card.updated": ("sist oppdatert {when}", "last updated {when}"),
    "card.stated": (
        "lagets tillit: {n}~av~10",
        "the team's confidence: {n}~of~10",
    ),
    "card.check_in": ("{author}, {when}: «{note}»", "{author}, {when}: “{note}”"),
    "card.table": ("Vis tallene som tabell", "Show the numbers as a table"),
    "card.query": ("Se selv:", "See for yourself:"),
    "card.fan": (
        "Prognose {when}: {mid}, med 90 % sjanse for mellom {low} og {high}.",
        "Forecast for {when}: {mid}, with a 90% chance of between {low} and {high}.",
    ),
    "table.day": ("Dato", "Date"),
    "table.value": ("Verdi", "Value"),
    "table.plan": ("Etter planen", "Planned"),
    "exact": ("Tallene bak, uten avrunding", "The numbers behind it, not rounded"),
    "exact.value": ("Siste verdi", "Latest value"),
    "exact.baseline": ("Startverdi", "Baseline"),
    "exact.target": ("Målverdi", "Target"),
    "exact.target_original": ("Opprinnelig målverdi", "Original target"),
    "exact.progress_raw": ("Av veien", "Of the way"),
    "exact.expected": ("Forventet av veien", "Expected of the way"),
    "exact.probability": ("Sannsynlighet for å nå målet", "Chance of reaching the target"),
    "exact.confidence": ("Tillit etter tallene, av 10", "Confidence by the numbers, of 10"),
    "exact.confidence_stated": ("Lagets egen tillit, av 10", "The team's own confidence, of 10"),
    "exact.forecast_p10": ("Prognose, 10 % havner under", "Forecast, 10% end below"),
    "exact.forecast_p50": ("Prognose, halvparten havner under", "Forecast, half end below"),
    "exact.forecast_p90": ("Prognose, 90 % havner under", "Forecast, 90% end below"),
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
    "index.before": ("Forrige: {period}", "Previous: {period}"),
    "index.after": ("Neste: {period}", "Next: {period}"),
    # flags, as whole sentences
    "flag.stale.one": (
        "Tallet er utdatert: nyeste måling er fra {when}, én dag gammel.",
        "Out of date: the newest number is from {when}, a day old.",
    ),
    "flag.stale.many": (
        "Tallet er utdatert: nyeste måling er fra {when}, {n} dager gammel.",
        "Out of date: the newest number is from {when}, {n} days old.",
    ),
    "flag.stale.lost.one": (
        "Mangler data: nyeste måling er fra {when}, én dag gammel, og for gammel til å stå inne for.",
        "Missing data: the newest number is from {when}, a day old, and too old to stand by.",
    ),
    "flag.stale.lost.many": (
        "Mangler data: nyeste måling er fra {when}, {n} dager gammel, og for gammel til å stå inne for.",
        "Missing data: the newest number is from {when}, {n} days old, and too old to stand by.",
    ),
    "flag.stale.unknown": ("Tallet er utdatert.", "The number is out of date."),
    "flag.partial.reason": ("Ufullstendig: {reason}", "Partial: {reason}"),
    "flag.partial": ("Ufullstendig: noe av grunnlaget mangler.", "Partial: some of what it counts is missing."),
    "flag.provisional": ("Foreløpig: tallet kan endre seg.", "Provisional: the number may still change."),
    "flag.prior_only": (
        "Ingen målinger ennå: sjansen er lagets eget anslag.",
        "No measurements yet: the chance is the team's own estimate.",
    ),
    "flag.target_changed": (
        "Målet er endret underveis, opprinnelig {target}.",
        "The target was changed on the way, originally {target}.",
    ),
    "flag.disagreement": (
        "Laget og tallene er uenige: laget sier {stated} av 10, tallene {measured}.",
        "The team and the numbers disagree: the team says {stated} of 10, the numbers {measured}.",
    ),
    "flag.failing_source": (
        "En kilde svarer ikke: siste kjente tall vises.",
        "A source does not answer: the last known number is shown.",
    ),
    "flag.no_rate": ("En valutakurs mangler.", "An exchange rate is missing."),
    # what changed
    "changed": ("Hva har endret seg", "What changed"),
    "changed.status": (
        "«{title}» gikk siste uke fra «{old}» til «{new}».",
        "“{title}” went from “{old}” to “{new}” in the past week.",
    ),
    "changed.up": (
        "Sjansen for «{title}» økte siste uke fra {old} til {new}.",
        "The chance of “{title}” rose from {old} to {new} in the past week.",
    ),
    "changed.down": (
        "Sjansen for «{title}» falt siste uke fra {old} til {new}.",
        "The chance of “{title}” fell from {old} to {new} in the past week.",
    ),
    "changed.nothing": ("Ingen store endringer siste uke.", "No large changes in the past week."),
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
        "«Av veien» er hvor langt vi er kommet fra startverdi til målverdi; forventet tempo er planen for samme dag.",
        "“Of the way” is how far we have come from baseline to target; expected pace is the plan for the same day.",
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
        "Status holder sjansen opp mot lagets egen tillit: et dristig mål trenger ikke være sikkert for å være i rute.",
        "Status holds the chance against the team's own confidence: a bold target need not be certain to be on track.",
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
        "Sjanse: for målet under forutsetningen. Sannsynlig: for et slikt tempo eller et bedre.",
        "Chance: of the target under the assumption. Comes true: the chance of such a pace, or a better one.",
    ),
    "whatif.comes_true": ("Sannsynlig", "Comes true"),
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
