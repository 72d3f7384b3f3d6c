"""The words of the calendar, in Norwegian and English, side by side. Plain text."""

from collections.abc import Mapping

AGENDA_TEXTS: Mapping[str, tuple[str, str]] = {
    "agenda.name": ("Mål og nøkkelresultater", "Objectives and key results"),
    "agenda.name.of": ("Mål: {name}", "OKRs: {name}"),
    "agenda.due": ("Frist: {title}", "Due: {title}"),
    "agenda.due.target": ("{title}: mål {target}", "{title}: target {target}"),
    "agenda.check_in": ("Innsjekk: {period}", "Check-in: {period}"),
    "agenda.check_in.how": ("okr review, verst først", "okr review, worst first"),
    "agenda.close": ("Avslutning: {period}", "Close: {period}"),
    "agenda.close.how": (
        "Perioden er over: okr close {period}, og hva lærte vi?",
        "The period is over: okr close {period}, and what did we learn?",
    ),
}
