"""What it takes and what there is, in Norwegian and English; `messages` says them."""

from collections.abc import Mapping

OUTLOOK_TEXTS: Mapping[str, tuple[str, str]] = {
    # what it takes, and what there is
    "outlook.need.one": (
        "Det trengs {need} den neste dagen; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} for the next day; lately {have}. Chance {tenths}.",
    ),
    "outlook.need.many": (
        "Det trengs {need} de neste {n} dagene; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} for the next {n} days; lately {have}. Chance {tenths}.",
    ),
    "outlook.need.today": (
        "Det trengs {need} i dag; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} today; lately {have}. Chance {tenths}.",
    ),
    "outlook.room.one": (
        "Det er rom for {need} den neste dagen; i det siste {have}. Sjanse: {tenths}.",
        "Room for {need} for the next day; lately {have}. Chance {tenths}.",
    ),
    "outlook.room.many": (
        "Det er rom for {need} de neste {n} dagene; i det siste {have}. Sjanse: {tenths}.",
        "Room for {need} for the next {n} days; lately {have}. Chance {tenths}.",
    ),
    "outlook.room.today": (
        "Det er rom for {need} i dag; i det siste {have}. Sjanse: {tenths}.",
        "Room for {need} today; lately {have}. Chance {tenths}.",
    ),
    "outlook.window.last": (
        "Det trengs {need} til slutt; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} at the end; lately {have}. Chance {tenths}.",
    ),
    "outlook.window.best": (
        "Det trengs {need} én gang på {left}; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} once in {left}; lately {have}. Chance {tenths}.",
    ),
    "outlook.window.mean": (
        "Det trengs {need} i {left}; i det siste {have}. Sjanse: {tenths}.",
        "Needs {need} for {left}; lately {have}. Chance {tenths}.",
    ),
    "outlook.but": ("{have}, {expected} ventet", "{have}, {expected} expected"),
    "outlook.keep.day": (
        "Det trengs {bounds} på {more} av {left} som gjenstår. Sjanse: {tenths}.",
        "Needs {bounds} on {more} of {left} left. Chance {tenths}.",
    ),
    "outlook.keep.window": (
        "Det trengs {bounds} i {more} av {left} som gjenstår. Sjanse: {tenths}.",
        "Needs {bounds} in {more} of {left} left. Chance {tenths}.",
    ),
    "outlook.keep.there": ("Allerede holdt ofte nok.", "Kept often enough already."),
    "outlook.ends": ("Ender {bounds}: {tenths}.", "Ends {bounds}: {tenths}."),
    "outlook.there": ("Allerede nådd.", "Reached already."),
    "outlook.beyond": (
        "Langt over det beste på like lang tid til nå: {best}.",
        "Far above the best of as long a time so far: {best}.",
    ),
    "outlook.chance": ("Sjansen er {tenths}.", "The chance is {tenths}."),
    "outlook.season.more": (
        "I fjor ga de samme dagene mer enn dagene før dem.",
        "Last year these days brought more than those before them.",
    ),
    "outlook.season.less": (
        "I fjor ga de samme dagene mindre enn dagene før dem.",
        "Last year these days brought less than those before them.",
    ),
    "outlook.holidays.one": (
        "{first} er helligdag og regnes som en femtedels dag.",
        "{first} is a public holiday and counts as a fifth of a day.",
    ),
    "outlook.holidays.many": (
        "{number} helligdager før fristen, den første {first}, regnes som en femtedels dag hver.",
        "{number} public holidays before it is due, the first on {first}, count as a fifth of a day each.",
    ),
    "outlook.little": (
        "Bare {span} med tall: sjansen er mest teamets eget anslag.",
        "Only {span} of data: the chance is mostly the team's own estimate.",
    ),
    "outlook.pooled.less": (
        "Bare {span} med tall, som alene gir {tenths}; teamets eget anslag trekker ned.",
        "Only {span} of data, which alone give {tenths}; the team's own estimate lowers it.",
    ),
    "outlook.pooled.more": (
        "Bare {span} med tall, som alene gir {tenths}; teamets eget anslag trekker opp.",
        "Only {span} of data, which alone give {tenths}; the team's own estimate raises it.",
    ),
    "outlook.pooled.same": (
        "Bare {span} med tall; teamets eget anslag er regnet med og sier det samme.",
        "Only {span} of data; the team's own estimate is counted in and says the same.",
    ),
    "tenths": ("{n} av 10", "{n} in 10"),
    "tenths.rare": ("under 1 av 10", "less than 1 in 10"),
    "tenths.sure": ("over 9 av 10", "more than 9 in 10"),
    "per.day": ("{n} om dagen", "{n} a day"),
    "per.week": ("{n} i uken", "{n} a week"),
    "per.month": ("{n} i måneden", "{n} a month"),
    "per.day.more": ("{n} mer om dagen", "{n} more a day"),
    "per.week.more": ("{n} mer i uken", "{n} more a week"),
    "per.month.more": ("{n} mer i måneden", "{n} more a month"),
    "per.day.less": ("{n} mindre om dagen", "{n} less a day"),
    "per.week.less": ("{n} mindre i uken", "{n} less a week"),
    "per.month.less": ("{n} mindre i måneden", "{n} less a month"),
}
