"""The words of the wall and of the list of addresses, in Norwegian and English, side by side; as `page_messages`."""

from collections.abc import Mapping

SHARING_TEXTS: Mapping[str, tuple[str, str]] = {
    "wall.of": ("{page} av {of}", "{page} of {of}"),
    "wall.number": ("Nå, av målet", "Now, of target"),
    "wall.scored": ("Regnet {when}, {ago}", "Scored {when}, {ago}"),
    "wall.newest": ("nyeste tall {when}", "newest data {when}"),
    "wall.late": ("Tallene kan være gamle: kjøringer mangler", "Numbers may be old: runs are missing"),
    "wall.stale": ("utdatert", "out of date"),
    "wall.empty": ("Ingen periode er beregnet ennå.", "No period has been scored yet."),
    "ago.moment": ("nå nettopp", "just now"),
    "ago.minutes.one": ("for 1~minutt siden", "1~minute ago"),
    "ago.minutes.many": ("for {n}~minutter siden", "{n}~minutes ago"),
    "ago.hours.one": ("for 1~time siden", "1~hour ago"),
    "ago.hours.many": ("for {n}~timer siden", "{n}~hours ago"),
    "ago.days.one": ("for 1~dag siden", "1~day ago"),
    "ago.days.many": ("for {n}~dager siden", "{n}~days ago"),
    "share": ("Til deling", "To share"),
    "share.about": (
        "Hver adresse virker alene, uten pålogging: gi den bare til dem som kan se det den viser.",
        "Each address works by itself, without signing in: give it only to those who may see what it shows.",
    ),
    "share.wall": ("Tavle for en skjerm på veggen", "Wall for a screen"),
    "share.page": ("Siden", "The page"),
    "share.calendar": ("Kalender med frister og innsjekk", "Calendar of due dates and check-ins"),
    "share.badges": ("Merker, til en wiki eller en README", "Badges, for a wiki or a README"),
    "share.what": ("Hva", "What"),
    "share.address": ("Adresse", "Address"),
    "share.back": ("Til siden", "Back to the page"),
}
