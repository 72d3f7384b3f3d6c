"""Targets for a new project folder whose sources have been read before: those with an even chance."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from flows.goals.lookahead import look
from flows.project.project import open_project
from okr_config.errors import UsageError
from okr_config.goal_editing import holds, move_goal
from okr_config.models import KeyResult
from okr_config.world import World
from scorecard.best_period import best_period, is_far_above
from scorecard.forecasting.model import forecast
from scorecard.i18n.messages import in_language
from scorecard.suggestions import suggest

_EVEN = 0.5


def propose_targets(home: Path, written: Sequence[Path], environ: Mapping[str, str], world: World) -> list[str]:
    """
    Give each key result of files just written the target that what is published makes an even chance.

    Where that lies far above the best period seen, the best period is the target.

    Returns:
        What was set, a text for each. Key results that nothing is known of keep the template's target.
    """
    project = open_project(home, environ, world)
    if not project.published.exists():
        return []
    config = project.config(need_secrets=False)
    try:
        lookahead = look(project, config.definitions(), since=world.clock())
    except UsageError:  # published, but never scored
        return []
    found = suggest(lookahead.foreseen, forecast, recalibration=lookahead.recalibration, levels=(_EVEN,), planned=False)
    proposed, beyond = {}, {}
    for one, suggestions in zip(lookahead.foreseen, found, strict=True):
        name = one.case.standing.subject.key_result.id
        if suggestions and one.question and isinstance(target := suggestions[0].target, Decimal):
            proposed[name] = target
            if is_far_above(one.question, float(target)):
                # a first target is not a guess: nothing like it has ever been seen
                proposed[name] = Decimal(round(best_period(one.question) or 0))
                beyond[name] = f" (the best of as long a time so far; the forecast leads to {target:f})"
    told = []
    for path in written:
        if path.parent.name != "objectives":
            continue
        text = path.read_text(encoding="utf-8")
        for definition in config.definitions():
            name = definition.key_result.id
            if name in proposed and holds(text, path.name, name):
                title = in_language(definition.key_result.title, definition.language)
                text = _retitled(text, title, definition.key_result, proposed[name])
                text = move_goal(text, path.name, name, key="target", value=proposed[name])
                told.append(f"{name} {proposed[name]:f}{beyond.get(name, '')}")
        world.write(path, text.encode(), 0o644)
    return told


def _retitled(text: str, title: str, key_result: KeyResult, target: Decimal) -> str:
    """Let the template's title say the new number."""
    return text.replace(f"title: {title}\n", f"title: {title.replace(f'{key_result.target:f}', f'{target:f}', 1)}\n", 1)
