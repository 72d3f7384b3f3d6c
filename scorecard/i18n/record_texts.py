"""The words of the record's page, in Norwegian and English; `page_messages` says them."""

from collections.abc import Mapping

RECORD_TEXTS: Mapping[str, tuple[str, str]] = {
    "record": ("Hvordan sjansene slo til", "How the chances came true"),
    "record.lead.one": (
        (
            "Ett avsluttet nøkkelresultat, {chances} sjanser som ble gitt mens det pågikk. Brier-skåren til våre"
            " sjanser er {brier}; den som alltid sier femti prosent, får 0,250."
        ),
        (
            "One closed key result, {chances} chances that were published while it ran. The Brier score of our chances"
            " is {brier}; always saying even odds gets 0.250."
        ),
    ),
    "record.lead.many": (
        (
            "{n} avsluttede nøkkelresultater, {chances} sjanser som ble gitt mens de pågikk. Brier-skåren til"
            " våre sjanser er {brier}; den som alltid sier femti prosent, får 0,250."
        ),
        (
            "{n} closed key results, {chances} chances that were published while they ran. The Brier score"
            " of our chances is {brier}; always saying even odds gets 0.250."
        ),
    ),
    "record.lead.none": ("Ingen nøkkelresultater er avsluttet ennå.", "No key result has closed yet."),
    "record.who": ("Hvem", "Who"),
    "record.who.ours": ("Vi", "We"),
    "record.who.theirs": ("Teamet", "The team"),
    "record.who.even": ("Femti prosent", "Even odds"),
    "record.brier": ("Brier", "Brier"),
    "record.miscalibration": ("Feilkalibrering", "Miscalibration"),
    "record.resolution": ("Oppløsning", "Resolution"),
    "record.uncertainty": ("Usikkerhet", "Uncertainty"),
    "record.key_results": ("Nøkkelresultater", "Key results"),
    "record.terms": (
        (
            "Brier er feilkalibrering minus oppløsning pluss usikkerhet; 0 er perfekt. I parentes står et"
            " 95 %-intervall som teller nøkkelresultater, ikke sjanser. Til sammenligning: ansatte i en stor stiftelse"
            " fikk 0,217 på sine egne spådommer, et myntkast får 0,250."
        ),
        (
            "Brier is miscalibration minus resolution plus uncertainty; 0 is perfect. In brackets stands a 95% interval"
            " that counts key results, not chances. To compare with: the staff of a large funder got 0.217 on forecasts"
            " of their own, a coin gets 0.250."
        ),
    ),
    "record.reliability": ("Sagt og skjedd", "Said and happened"),
    "record.reliability.label.one": (
        "Av det vi sa hadde {said} sjanse, ble {came} nådd ({low} til {high}; ett nøkkelresultat).",
        "Of what we said had a chance of {said}, {came} came true ({low} to {high}; one key result).",
    ),
    "record.reliability.label.many": (
        "Av det vi sa hadde {said} sjanse, ble {came} nådd ({low} til {high}; {n} nøkkelresultater).",
        "Of what we said had a chance of {said}, {came} came true ({low} to {high}; {n} key results).",
    ),
    "record.rows": ("Hver sjanse", "Every chance"),
    "record.key_result": ("Nøkkelresultat", "Key result"),
    "record.at": ("Tid brukt", "Time gone"),
    "record.said": ("Vi sa", "We said"),
    "record.stated": ("Teamet sa", "The team said"),
    "record.came": ("Nådd", "Came true"),
    "record.yes": ("ja", "yes"),
    "record.no": ("nei", "no"),
    "record.score": ("Publisert", "Published"),
    "record.private": ("Privat {n}", "Private {n}"),
    "record.check": (
        "Alt dette, slik det kan kontrolleres med «okr record verify»",
        "All of this, as «okr record verify» checks it",
    ),
}
