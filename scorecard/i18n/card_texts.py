"""The words of a key result's card, in Norwegian and English; `page_messages` says them."""

from collections.abc import Mapping

CARD_TEXTS: Mapping[str, tuple[str, str]] = {
    # card
    "card.of": ("av {target}", "of {target}"),
    "card.from": ("fra {baseline}", "from {baseline}"),
    "card.way": (
        "{way}~av~veien, {time}~av~tiden",
        "{way}~of~the~way, {time}~of~the~time",
    ),
    "card.each.day": ("{noun} om dagen", "{noun} a day"),
    "card.each.week": ("{noun} i uken", "{noun} a week"),
    "card.each.month": ("{noun} i måneden", "{noun} a month"),
    "card.steps_done.one": ("{n} av {of} steg", "{n} of {of} steps"),
    "card.steps_done.many": ("{n} av {of} steg", "{n} of {of} steps"),
    "card.time": ("{time}~av~tiden", "{time}~of~the~time"),
    "card.part": ("{way}~av~målet", "{way}~of~the~target"),
    "card.grade": ("karakter~{grade}", "grade~{grade}"),
    # where it stands; `yet` and `still`: status and pace point different ways, and the words say which one counts
    "card.on_plan": ("Akkurat på plan.", "Right on plan."),
    "card.on_plan.yet": (
        "Akkurat på plan, men mindre sannsynlig enn dere siktet på.",
        "Right on plan, yet less likely than you aimed for.",
    ),
    "card.ahead": ("{gap} foran plan.", "{gap} ahead of plan."),
    "card.ahead.yet": (
        "{gap} foran plan, men mindre sannsynlig enn dere siktet på.",
        "{gap} ahead of plan, yet less likely than you aimed for.",
    ),
    "card.behind": ("{gap} bak plan.", "{gap} behind plan."),
    "card.behind.still": (
        "{gap} bak plan, men fortsatt innenfor det dere siktet på.",
        "{gap} behind plan, still within what you aimed for.",
    ),
    "card.behind.near": (
        "{gap} bak plan, nær nok til å være i rute.",
        "{gap} behind plan, near enough to be on track.",
    ),
    "card.over": ("Over målet nå; det må holde til {when}.", "Over the target now; it has to hold until {when}."),
    "card.under": ("Under målet nå; det må holde til {when}.", "Below the target now; it has to hold until {when}."),
    "card.at": ("På målet nå; det må holde til {when}.", "At the target now; it has to hold until {when}."),
    "state.over": ("over målet nå", "over the target now"),
    "state.under": ("under målet nå", "below the target now"),
    "state.at": ("på målet nå", "at the target now"),
    "state.lost": ("mangler data", "missing data"),
    "state.early": ("for tidlig å si", "too early to tell"),
    "card.points.one": ("{n} prosentpoeng", "{n} percentage point"),
    "card.points.many": ("{n} prosentpoeng", "{n} percentage points"),
    "card.forecast": ("Ender trolig på rundt {value}.", "Likely to end at about {value}."),
    "card.rate": ("For å nå målet trengs rundt {value} om dagen.", "Reaching the target takes about {value} a day."),
    "card.dots.one": ("1 av 20 utfall når målet", "1 of 20 outcomes reaches the target"),
    "card.dots.many": ("{n} av 20 utfall når målet", "{n} of 20 outcomes reach the target"),
    "card.dots.few": ("færre enn 1 av 20 utfall når målet", "fewer than 1 of 20 outcomes reach the target"),
    "card.dots.most": ("flere enn 19 av 20 utfall når målet", "more than 19 of 20 outcomes reach the target"),
    "card.dots.label": (
        "Når målet i {n} av 20 like sannsynlige utfall",
        "Reaches the target in {n} of 20 equally likely outcomes",
    ),
    "card.aimed": ("dere siktet på {plan}", "you aimed at {plan}"),
    "card.aimed.unstated": ("{plan} regnes som planen", "{plan} is taken as the plan"),
    "card.estimate": ("Teamets eget anslag", "The team's own estimate"),
    "card.estimate.mostly": ("Mest teamets eget anslag", "Mostly the team's own estimate"),
    "card.up": ("▲ fra {chance} forrige uke", "▲ from {chance} last week"),
    "card.down": ("▼ fra {chance} forrige uke", "▼ from {chance} last week"),
    "card.chart.target": ("mål {value}", "target {value}"),
    "card.no_chart": ("Ikke nok data til å vise graf.", "Not enough data to draw a chart."),
    "card.no_fan": ("Ikke nok data til å vise prognose.", "Not enough data to show a forecast."),
    "card.wide": (
        "Prognosen er for vid til å tegnes helt: med 90 % sjanse mellom {low} og {high}.",
        "The forecast is too wide to be drawn whole: with a 90% chance between {low} and {high}.",
    ),
    "card.noted": ("Notert", "Noted"),
    "card.noted.line": ("{day}: {note} ({author})", "{day}: {note} ({author})"),
    "card.steps": ("Steg", "Steps"),
    "step.done": ("gjort", "done"),
    "step.open": ("ikke gjort", "not done"),
    "step.unknown": ("ukjent", "unknown"),
    "step.by_hand": ("for hånd {when}", "by hand, {when}"),
    "step.not_yet": ("ikke ennå", "not yet"),
    "step.planned": ("satt til {when}", "set for {when}"),
    "step.proved": ("{metric}: {value}, siden {when}", "{metric}: {value}, since {when}"),
    "step.lacking": ("{metric}: {value} av {wanted}", "{metric}: {value} of {wanted}"),
    "step.no_numbers": ("ingen tall for {metric} ennå", "no numbers for {metric} yet"),
    "today": ("i dag", "today"),
    "today.at": ("i dag kl.~{clock}", "today at~{clock}"),
    "card.source": ("Kilde: {sources}", "Source: {sources}"),
    "card.owner": ("Ansvarlig: {owner}", "Owner: {owner}"),
    "card.tags": ("merket: {tags}", "tagged: {tags}"),
    "card.measure": ("Måling: {metric}", "Metric: {metric}"),
    "card.updated": ("sist oppdatert {when}", "last updated {when}"),
    "card.stated": (
        "teamets tillit: {n}~av~10",
        "the team's confidence: {n}~of~10",
    ),
    "card.check_in": ("{author}, {when}: «{note}»", "{author}, {when}: “{note}”"),
    "card.table": ("Vis tallene som tabell", "Show the numbers as a table"),
    "card.week": (
        (
            "Sju dager fra {day}: {came}. Uken før: {before}; snitt av fire uker: {usual}; samme uke i fjor:"
            " {year_ago}. Tilfeldigheter alene gir {low} til {high}: {verdict}."
        ),
        (
            "Seven days from {day}: {came}. The week before: {before}; mean of four weeks: {usual}; same week last"
            " year: {year_ago}. Chance alone brings {low} to {high}: {verdict}."
        ),
    ),
    "card.week.growth": (
        (
            "Vekst på sju dager fra {day}: {came}. Uken før: {before}; snitt av fire uker: {usual}; samme uke i fjor:"
            " {year_ago}. Tilfeldigheter alene gir {low} til {high}: {verdict}."
        ),
        (
            "Growth in seven days from {day}: {came}. The week before: {before}; mean of four weeks: {usual}; same week"
            " last year: {year_ago}. Chance alone brings {low} to {high}: {verdict}."
        ),
    ),
    "card.week.usual": ("dette er innenfor", "this is within it"),
    "card.week.more": ("dette er mer", "this is more"),
    "card.week.less": ("dette er mindre", "this is less"),
    "card.query": ("Se selv:", "See for yourself:"),
    "card.fan": (
        "Prognose {when}: {mid}, med 90 % sjanse for mellom {low} og {high}.",
        "Forecast for {when}: {mid}, with a 90% chance of between {low} and {high}.",
    ),
    "table.day": ("Dato", "Date"),
    "table.value": ("Verdi", "Value"),
    "table.plan": ("Etter planen", "Planned"),
    "exact.value": ("Siste verdi", "Latest value"),
    "exact.baseline": ("Startverdi", "Baseline"),
    "exact.target": ("Målverdi", "Target"),
    "exact.target_original": ("Opprinnelig målverdi", "Original target"),
    "exact.progress_raw": ("Av veien", "Of the way"),
    "exact.expected": ("Av veien etter planen", "Of the way as planned"),
    "exact.probability": ("Sjanse for å nå målet", "Chance of reaching the target"),
    "exact.confidence": ("Tillit etter tallene, av 10", "Confidence by the numbers, of 10"),
    "exact.confidence_stated": ("Teamets egen tillit, av 10", "The team's own confidence, of 10"),
    "exact.forecast_p10": ("Prognose, 10 % havner under", "Forecast, 10% end below"),
    "exact.forecast_p50": ("Prognose, halvparten havner under", "Forecast, half end below"),
    "exact.forecast_p90": ("Prognose, 90 % havner under", "Forecast, 90% end below"),
}
