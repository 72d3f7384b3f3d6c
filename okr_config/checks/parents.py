"""Checks of who serves whom: a parent is an objective that there is, nobody serves itself, and all are measured."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from okr_config.documents import Items, Node, Spot, child, items_of, text_of
from okr_config.errors import Problem
from okr_config.hints import name_hint

GIVE_WEIGHT = "give one of them a weight above 0, or none: it is 1 then"


def parent_problems(files: Sequence[Spot]) -> Iterator[Problem]:
    """Yield a problem for each objective whose parent is not there or serves it in turn, and that nothing measures."""
    spots = {
        name: spot
        for file in files
        for index in range(len(items_of(file.node, "objectives")))
        if (name := text_of((spot := file.at("objectives", index)).node, "id"))
    }
    parents = {name: parent for name, spot in spots.items() if (parent := text_of(spot.node, "parent"))}
    told: set[str] = set()
    for name, spot in spots.items():
        parent = parents.get(name)
        if parent and parent not in spots:
            others = (other for other in spots if other != name)
            yield from spot.at("parent").tell(f"unknown parent '{parent}'", hint=name_hint(parent, others))
        elif name not in told and (circle := _circle(name, parents)):
            told |= {*circle}
            what = "an objective is its own parent" if len(circle) == 1 else "parents in a circle"
            yield from spot.at("parent").tell(
                what,
                hint=" -> ".join((*circle, name)),
                next_step="take parent out of the one that serves none of the others",
            )
        below = [other for other, above in parents.items() if above == name]
        parts = [*items_of(spot.node, "key_results"), *(spots[other].node for other in below)]
        if parts and all(_weighs_nothing(part) for part in parts):
            what = "all key results weigh 0" if not below else "all that the objective consists of weighs 0"
            hint = "its score is their mean by weight"
            yield from spot.at("key_results").tell(what, hint=hint, next_step=GIVE_WEIGHT)
        if _has_none(spot) and name not in parents.values():
            hint = "an objective needs at least one, or others that name it as their parent"
            yield from spot.at("key_results").tell("no key results", hint=hint)


def _circle(name: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return the objectives on the way from one back to itself; none where the way ends elsewhere."""
    way = [name]
    while (parent := parents.get(way[-1])) and parent not in way:
        way.append(parent)
    return tuple(way) if parent == name else ()


def _weighs_nothing(part: Node) -> bool:
    """Whether a weight of 0 is written; what is not there is 1, what is no number is told of elsewhere."""
    try:
        return Decimal(text_of(part, "weight") or 1) == 0
    except InvalidOperation:
        return False


def _has_none(spot: Spot) -> bool:
    """Whether no key results are written; something else in their place is told of where the file is read."""
    found = child(spot.node, "key_results")
    return found is None or (isinstance(found, Items) and not found.items)
