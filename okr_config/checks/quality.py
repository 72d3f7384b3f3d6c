"""What checks.yaml gets wrong."""

from collections.abc import Collection, Iterable, Iterator

from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.hints import did_you_mean
from okr_config.quality import BUILT_IN_CHECKS, TeamCheck


def quality_problems(checks: Iterable[tuple[TeamCheck, Spot]], sources: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is wrong with entries of checks.yaml. `sources`: ids of all sources, None if unknown."""
    first: dict[str, Spot] = {}
    for check, spot in checks:
        if check.sql is not None:
            yield from _own_problems(check, spot, first)
        elif check.id not in BUILT_IN_CHECKS:
            near = did_you_mean(check.id, BUILT_IN_CHECKS)
            names = ", ".join(BUILT_IN_CHECKS)
            yield from spot.at("id").tell(
                f"a check needs sql; '{check.id}' is no built-in one", hint=near or f"built-in checks: {names}"
            )
        elif check.silenced is None and check.severity is None:
            yield from spot.tell("the entry says nothing of the check", hint="give it severity or silenced")
        for index, name in enumerate(check.sources):
            if sources is not None and name not in sources:
                yield from spot.at("sources", index).tell("no such source", hint=did_you_mean(name, sources) or "")


def _own_problems(check: TeamCheck, spot: Spot, first: dict[str, Spot]) -> Iterator[Problem]:
    if check.id in BUILT_IN_CHECKS:
        yield from spot.at("id").tell(f"'{check.id}' is built in", hint="give the team's check another name")
    elif check.id in first:
        yield from spot.at("id").tell(
            f"two checks have the same id '{check.id}'", hint=f"first at {first[check.id].where}"
        )
    first.setdefault(check.id, spot.at("id"))
    if not (check.sql or "").strip():
        yield from spot.at("sql").tell("sql is empty")
    if check.sources:
        yield from spot.at("sources").tell("a check of your own reads what its sql names", hint="leave sources out")
