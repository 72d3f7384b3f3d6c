"""The words of a key result's card and of its flags, in Norwegian and English; `page_messages` says them."""

from collections.abc import Mapping

CARD_TEXTS: Mapping[str, tuple[str, str]] = {
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
    "card.tags": ("merket: {tags}", "tagged: {tags}"),
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
    "flag.prior_only.few": (
        "Få målinger ennå: sjansen er mest lagets eget anslag.",
        "Few measurements yet: the chance is mostly the team's own estimate.",
    ),
    "flag.met_now": (
        "Målet er nådd nå, men kan tapes igjen.",
        "The target is met now, but may be lost again.",
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
}
