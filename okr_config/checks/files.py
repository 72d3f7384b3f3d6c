"""
What a whole file gets wrong, and what files get wrong between them.

    files         objective files, metrics.yaml, project.yaml, and ids across files
    key_results   one key result: its kind, its metric, its steps
    goals         one key result: its goal, its days
    parents       objectives that serve others
    sources       sources.yaml: accounts, addresses
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from okr_config.checks.key_results import Known, key_result_problems, threshold_problems
from okr_config.checks.parents import GIVE_WEIGHT
from okr_config.config import Config
from okr_config.documents import Spot, items_of, text_of
from okr_config.errors import Problem
from okr_config.holidays import country_problems
from okr_config.metrics import BUILT_IN, Nature
from okr_config.models import Every, Judge, Objective, ObjectiveFile, Period, ProjectSettings, TeamMetric
from okr_config.team_metrics import is_brought_by
from okr_config.zones import is_zone, zone_problems

_CRON_FIELDS = 5


@dataclass(frozen=True)
class FileDraft:
    """
    An objective file, or what could be saved of it.

    file: None where the whole did not come about. objectives: each with the spot it was read from.
    """

    spot: Spot
    file: ObjectiveFile | None
    period: Period | None
    objectives: Sequence[tuple[Objective, Spot]]


def file_problems(draft: FileDraft, known: Known) -> Iterator[Problem]:
    """Yield what is wrong within an objective file."""
    period = draft.period
    if period and period.end < period.start:
        yield from draft.spot.at("period", "end").tell(f"the period ends before it starts, on {period.start}")
    yield from zone_problems(draft.spot.at("timezone"), text_of(draft.spot.node, "timezone"))
    yield from threshold_problems(draft.file.status if draft.file else None, draft.spot)
    if draft.objectives and not any(objective.weight for objective, _ in draft.objectives):
        yield from draft.spot.at("objectives").tell("all objectives weigh 0", next_step=GIVE_WEIGHT)
    for objective, spot in draft.objectives:
        for index, key_result in enumerate(objective.key_results):
            yield from key_result_problems(key_result, spot.at("key_results", index), period, known)


def zone_disagreements(files: Iterable[Spot], project_zone: str | None) -> Iterator[Problem]:
    """Yield a problem for each objective file in another zone than the first, unless the project names one."""
    zones = [(zone, file) for file in files if (zone := text_of(file.node, "timezone")) and is_zone(zone)]
    for zone, file in zones:
        first, where = zones[0]
        if project_zone is None and zone != first:
            yield from file.at("timezone").tell(
                "objective files disagree on the timezone",
                hint=f"{first} at {where.at('timezone').where}",
                next_step="set timezone in okr_config/project.yaml, for sources and schedule",
            )


def duplicate_ids(files: Sequence[Spot], sources: Sequence[Spot], metrics: Sequence[Spot]) -> Iterator[Problem]:
    """Yield a problem for each id that was used before."""
    objectives = [
        file.at("objectives", index) for file in files for index in range(len(items_of(file.node, "objectives")))
    ]
    key_results = [
        objective.at("key_results", index)
        for objective in objectives
        for index in range(len(items_of(objective.node, "key_results")))
    ]
    for word, spots, echo in (
        ("period", [file.at("period") for file in files], True),
        ("objective", objectives, True),
        ("key result", key_results, True),
        ("source", sources, False),
        ("metric", metrics, True),
    ):
        first: dict[str, Spot] = {}
        for spot in spots:
            name = text_of(spot.node, "id")
            if name is None:
                continue
            if name in first:
                named = f" '{name}'" if echo else ""
                yield from spot.at("id").tell(
                    f"two {word}s have the same id{named}", hint=f"first at {first[name].where}"
                )
            first.setdefault(name, spot.at("id"))


def rename_problems(files: Sequence[Spot]) -> Iterator[Problem]:
    """Yield a problem for each key result that carries on one that is there, or that another one carries on."""
    spots = [
        file.at("objectives", place, "key_results", number)
        for file in files
        for place, objective in enumerate(items_of(file.node, "objectives"))
        for number in range(len(items_of(objective, "key_results")))
    ]
    ids = {text_of(spot.node, "id") for spot in spots}
    first: dict[str, Spot] = {}
    for spot in spots:
        old = text_of(spot.node, "renamed_from")
        if old is None:
            continue
        at = spot.at("renamed_from")
        if old in ids:
            yield from at.tell(
                f"renamed_from names '{old}', which is there still", next_step="remove the key result of that id"
            )
        elif old in first:
            yield from at.tell(f"two key results were renamed from '{old}'", hint=f"first at {first[old].where}")
        first.setdefault(old, at)


def metric_problems(metrics: Iterable[tuple[TeamMetric, Spot]], bringing: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is wrong with the team's metrics. `bringing`: sources that bring their own, None if unknown."""
    for metric, spot in metrics:
        if metric.id in BUILT_IN:
            yield from spot.at("id").tell(f"'{metric.id}' is built in", hint="give the team's metric another name")
        if metric.sql is not None and not metric.sql.strip():
            yield from spot.at("sql").tell("sql is empty")
        elif metric.sql is None and bringing is not None and not is_brought_by(metric.id, bringing):
            yield from spot.tell("a metric needs sql, or a source that brings it and that its name begins with")
        if metric.additive and metric.grain == "instant":
            yield from spot.at("grain").tell("values of an instant do not add up", hint="use additive: false")


def cautions(config: Config) -> Iterator[str]:
    """Yield what is not wrong, but will not do what its writer may expect."""
    for definition in config.definitions():
        key_result = definition.key_result
        metric = config.metric(key_result.metric) if key_result.metric else None
        if (
            metric
            and metric.nature is Nature.DISTINCT
            and key_result.every is Every.WEEK
            and definition.week_start != "monday"
        ):
            yield f"{key_result.id}: {metric.id} is counted in weeks from Monday, not from {definition.week_start}"
        if key_result.judge not in {None, Judge.SHARE} and key_result.target is None:
            yield f"{key_result.id}: judge: {key_result.judge} has no effect, a band is judged by the share of windows"


def project_problems(project: ProjectSettings, spot: Spot) -> Iterator[Problem]:
    """Yield what is wrong with project.yaml."""
    yield from zone_problems(spot.at("timezone"), project.timezone)
    yield from zone_problems(spot.at("schedule", "timezone"), project.schedule.timezone)
    yield from country_problems(spot.at("country"), project.country)
    if "schedule" in project.model_fields_set and not _is_cron(project.schedule.cron):
        yield from spot.at("schedule", "cron").tell(
            "not a cron line", hint='five fields: minute hour day month weekday, such as "15 6 * * *"'
        )


def _is_cron(line: str) -> bool:
    from croniter import croniter  # noqa: PLC0415 - a tenth of a second, for projects that name a schedule

    return len(line.split()) == _CRON_FIELDS and croniter.is_valid(line)
