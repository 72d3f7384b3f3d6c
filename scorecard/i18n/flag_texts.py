"""The words of the flags beside a status, whole sentences in Norwegian and English; `page_messages` says them."""

from collections.abc import Mapping

FLAG_TEXTS: Mapping[str, tuple[str, str]] = {
    "flag.stale.one": (
        "Tallet er utdatert: nyeste måling fra {source} er fra {when}, én dag gammel.",
        "Out of date: the newest number of {source} is from {when}, a day old.",
    ),
    "flag.stale.many": (
        "Tallet er utdatert: nyeste måling fra {source} er fra {when}, {n} dager gammel.",
        "Out of date: the newest number of {source} is from {when}, {n} days old.",
    ),
    "flag.stale.lost.one": (
        "Mangler data: nyeste måling fra {source} er fra {when}, én dag gammel, og for gammel til å stå inne for.",
        "Missing data: the newest number of {source} is from {when}, a day old, and too old to stand by.",
    ),
    "flag.stale.lost.many": (
        "Mangler data: nyeste måling fra {source} er fra {when}, {n} dager gammel, og for gammel til å stå inne for.",
        "Missing data: the newest number of {source} is from {when}, {n} days old, and too old to stand by.",
    ),
    "flag.stale.unknown": ("Tallet er utdatert.", "The number is out of date."),
    "flag.source": ("kilden", "its source"),
    "flag.partial.reason": ("Ufullstendig: {reason}", "Partial: {reason}"),
    "flag.partial.days": (
        "Ufullstendig: for {days} har {source} ingen tall.",
        "Partial: for {days}, {source} has no numbers.",
    ),
    "flag.partial": ("Ufullstendig: noe av grunnlaget mangler.", "Partial: some of what it counts is missing."),
    "flag.days.range": ("{first} til {last}", "{first} to {last}"),
    "flag.days.more": (
        "{n} dager mellom {first} og {last}",
        "{n} days between {first} and {last}",
    ),
    "flag.provisional.days": (
        "Foreløpig: tallene for {days} kan {source} ennå endre.",
        "Provisional: the numbers for {days} may still be revised by {source}.",
    ),
    "flag.provisional.open.day": ("Foreløpig: dagen er ikke slutt.", "Provisional: the day is not over."),
    "flag.provisional.open.week": ("Foreløpig: uken er ikke slutt.", "Provisional: the week is not over."),
    "flag.provisional.open.month": ("Foreløpig: måneden er ikke slutt.", "Provisional: the month is not over."),
    "flag.provisional": ("Foreløpig: tallet kan endre seg.", "Provisional: the number may still change."),
    "flag.prior_only": (
        "Ingen målinger ennå: sjansen er teamets eget anslag.",
        "No measurements yet: the chance is the team's own estimate.",
    ),
    "flag.prior_only.few.one": (
        "Bare {n} måling ennå: sjansen er mest teamets eget anslag.",
        "Only {n} measurement yet: the chance is mostly the team's own estimate.",
    ),
    "flag.prior_only.few.many": (
        "Bare {n} målinger ennå: sjansen er mest teamets eget anslag.",
        "Only {n} measurements yet: the chance is mostly the team's own estimate.",
    ),
    "flag.met_now": (
        "Målet er nådd nå, men kan tapes igjen.",
        "The target is met now, but may be lost again.",
    ),
    "flag.target_changed": (
        "Målet er endret underveis, opprinnelig {target}.",
        "The target was changed on the way, originally {target}.",
    ),
    "flag.target_changed.on": (
        "Målet ble endret {when}, fra {old} til {new}.",
        "The target was changed on {when}, from {old} to {new}.",
    ),
    "flag.disagreement": (
        "Teamet og tallene er uenige: teamet sier {stated} av 10, tallene {measured}.",
        "The team and the numbers disagree: the team says {stated} of 10, the numbers {measured}.",
    ),
    "flag.failing_source.since": (
        "{source} har ikke svart siden {when}: siste kjente tall vises.",
        "{source} has not answered since {when}: the last known number is shown.",
    ),
    "flag.failing_source": (
        "En kilde svarer ikke: siste kjente tall vises.",
        "A source does not answer: the last known number is shown.",
    ),
    "flag.no_rate": ("En valutakurs mangler.", "An exchange rate is missing."),
    "flag.no_rate.reason": ("Kan ikke regnes om: {reason}.", "Cannot be converted: {reason}."),
}
