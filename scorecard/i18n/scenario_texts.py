"""The words of what-ifs, in Norwegian and English; `messages` says them."""

from collections.abc import Mapping

SCENARIO_TEXTS: Mapping[str, tuple[str, str]] = {
    # what if
    "whatif.now": ("Som det går nå", "As it goes now"),
    "whatif.needed": ("Det som trengs: {pace} fra nå", "What it takes: {pace} from now"),
    "whatif.room": ("Det det er rom for: {pace} fra nå", "What there is room for: {pace} from now"),
    "whatif.per_day": ("{pace} fra nå", "{pace} from now"),
    "whatif.repeat_last.one": ("Neste {n} dag som den siste", "The next {n} day like the last"),
    "whatif.repeat_last.many": ("De neste {n} dagene som de {n} siste", "The next {n} days like the last {n}"),
    "whatif.target": ("Et mål på {target}", "A target of {target}"),
    "whatif.no_pace": (
        "bare summer og nivåer som er i gang og har et mål, har et tempo om dagen",
        "only totals and levels that are under way and have a target have a pace a day",
    ),
    "whatif.no_target": (
        "det som skal holdes mellom to grenser, eller dømmes etter andelen, har ikke ett mål å flytte",
        "what is to be kept between two bounds, or is judged by the share, has no one target to move",
    ),
    "whatif.not_that_long": (
        "så mange dager er det ikke igjen mellom start og frist",
        "there are not so many days left between start and due",
    ),
    "whatif.not_that_known": ("så mange dager er ikke kjent", "not so many days are known"),
    "whatif.no_such_windows": (
        "dagene må være hele perioder av den lengden som bedømmes, og så mange må være kjent og gjenstå",
        "the days must be whole windows of the judged length, and as many must be known and left",
    ),
}
