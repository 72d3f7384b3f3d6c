"""The words of effects, in Norwegian and English; `messages` says them."""

from collections.abc import Mapping

EFFECT_TEXTS: Mapping[str, tuple[str, str]] = {
    # what an event brought
    "effect.more": (
        (
            "{metric}, {days}: {came} kom, rundt {foreseen} ville kommet uansett. Det er {effect} mer ({low} til"
            " {high}){share}."
        ),
        (
            "{metric}, {days}: {came} came, about {foreseen} would have come anyway. That is {effect} more ({low} to"
            " {high}){share}."
        ),
    ),
    "effect.fewer": (
        (
            "{metric}, {days}: {came} kom, rundt {foreseen} ville kommet ellers. Det er {effect} mindre ({low} til"
            " {high}){share}."
        ),
        (
            "{metric}, {days}: {came} came, about {foreseen} would have come otherwise. That is {effect} less ({low} to"
            " {high}){share}."
        ),
    ),
    "effect.more.share": (", {share} mer enn ventet", ", {share} more than was to be expected"),
    "effect.fewer.share": (", {share} mindre enn ventet", ", {share} less than was to be expected"),
    "effect.unclear": (
        (
            "{metric}, {days}: kan ikke si det; bare mer enn {detectable} ekstra ville ha vist seg. {came} kom, og alt"
            " fra {low} til {high} kunne kommet uansett."
        ),
        (
            "{metric}, {days}: cannot tell; only more than {detectable} extra would have shown. {came} came, and"
            " anything from {low} to {high} could have come anyway."
        ),
    ),
    "effect.unclear.nothing_before": (
        "{metric}, {days}: kan ikke si det; før dette kom det ingenting å holde det opp mot.",
        "{metric}, {days}: cannot tell; nothing came before that it could be held against.",
    ),
    "effect.days": ("{first} til {last}", "{first} to {last}"),
    "effect.plan": (
        (
            "{metric}: rundt {foreseen} kommer uansett på {counted} ({low} til {high}). En hendelse må bringe mer enn"
            " {detectable} ekstra{share} for å vise seg fire av fem ganger."
        ),
        (
            "{metric}: about {foreseen} come anyway in {counted} ({low} to {high}). An event must bring more than"
            " {detectable} extra{share} to show four times of five."
        ),
    ),
    "effect.plan.nothing_before": (
        "{metric}: ingenting er kommet før, så ingen vet hvor mye som må til for å vise seg.",
        "{metric}: nothing has come before, so nobody knows how much it takes to show.",
    ),
    "effect.chance": (
        "Sjansen for «{title}» er {now}; uten dette ville den vært {without}.",
        "The chance of «{title}» is {now}; without this it would be {without}.",
    ),
    "effect.together": (
        "{names} overlapper og regnes som én hendelse.",
        "{names} overlap and are told as one event.",
    ),
    "effect.so_far": (
        "Den er ikke over: {known} av {all} dager er talt.",
        "It is not over: {known} of {all} days count.",
    ),
    "effect.untold": (
        "{known} av {all} dager er kjent; resten er utelatt på begge sider.",
        "{known} of {all} days are known; the rest are left out on both sides.",
    ),
    "effect.control": (
        "Holdt opp mot {control}; det lar {share} av usikkerheten stå igjen.",
        "Held against {control}, which leaves {share} of the uncertainty.",
    ),
    "effect.control.unlike": (
        "{control} svinger på sin egen måte og gjør ikke området smalere.",
        "{control} goes up and down in its own way and makes the range no narrower.",
    ),
    "effect.not_yet": (
        "{metric}: det begynner {day}, etter siste kjente dag ({newest}); det er ikke noe å måle ennå.",
        "{metric}: it begins on {day}, after the newest day known ({newest}); there is nothing to measure yet.",
    ),
    "effect.outside": (
        "{metric}: det begynner {day}, og før den dagen er ingenting kjent; tallene begynner {first}",
        "{metric}: it begins on {day}, and nothing is known of before that day; the numbers begin on {first}",
    ),
    "effect.too_long": (
        "{metric}: det varer {all} dager, og bare {before} er kjent før det",
        "{metric}: it takes {all} days, and only {before} are known before it",
    ),
    "effect.silent": (
        "{metric}: ingen av de {all} dagene fra {day} er kjent",
        "{metric}: of the {all} days from {day} none is known",
    ),
    "effect.unknown": ("{metric}: ingen dag er kjent", "{metric}: no day is known"),
    "effect.not_daily": (
        (
            "{metric}: en effekt måles på det som legges sammen eller vokser, dag for dag; ikke på et forhold, et av/på"
            " eller det folk sier"
        ),
        (
            "{metric}: an effect is measured on what adds up or grows day by day; not on a ratio, an on/off or what"
            " people say"
        ),
    ),
    "effect.by_chance": (
        "Av {n} tall viser omtrent ett av ti noe ved en tilfeldighet.",
        "Of {n} numbers, about one in ten shows something by chance alone.",
    ),
}
