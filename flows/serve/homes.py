"""
Many project folders in one process: which there are, when each is due, and what came of its last run.

Nothing of one reaches another: each has its own lock, its own clock, and variables from its own `.env` alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from glob import iglob
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.project.project import SANDBOX_URL, Project, open_project
from flows.serve.health import Health
from okr_config.errors import OkrError, UsageError
from okr_config.world import World
from warehouse.locking import hold_lock

_SHARED = ("HOME", "LANG", "LC_ALL", "LC_MESSAGES", "PATH", "TZ", SANDBOX_URL)
"""What a folder sees of the environment: no secret of another."""


@dataclass
class Served:
    """
    A folder that is served. name: its own among all. due_at: when it is to run next, None while one is going on.

    trouble: why its last run did not come about, or why it is not run at all; None where it did.
    """

    name: str
    project: Project
    cron: str
    timezone: str
    health: Health
    due_at: datetime | None
    trouble: str | None = None
    lock: ExitStack = field(default_factory=ExitStack, repr=False)

    def due_after(self, now: datetime) -> datetime:
        """Return the first instant after one at which the schedule is due."""
        from croniter import croniter

        due: datetime = croniter(self.cron, now.astimezone(ZoneInfo(self.timezone))).get_next(datetime)
        return due


@dataclass
class Homes:
    """
    The folders that match some patterns, looked up again now and then.

    served: by name. refused: folders that cannot be served, with the reason. say: tells a person.
    """

    patterns: Sequence[str]
    environ: Mapping[str, str]
    world: World
    say: Callable[[str], None]
    served: dict[str, Served] = field(default_factory=dict)
    refused: dict[Path, str] = field(default_factory=dict)

    def look(self) -> None:
        """
        Take in new folders, leave out those that have gone, and try again those that could not be served.

        Raises:
            UsageError: at the first look, when there is no folder at all.
        """
        found = find_homes(self.patterns)
        if not found and not self.served:
            raise UsageError(
                "no project folder is there: none holds okr_config/",
                where=f"looked for {', '.join(self.patterns)}",
                next_step="okr init DIR, or name other folders with --homes (in quotes, so that new ones are seen)",
            )
        known = {one.project.home: name for name, one in self.served.items()}
        for home in known.keys() - set(found):
            gone = self.served[known[home]]
            # replaced as a whole: others read it in the meantime
            self.served = {name: one for name, one in self.served.items() if one is not gone}
            gone.lock.close()
            self.say(f"{known[home]}  has gone: it is served no longer")
        self.refused = {home: text for home, text in self.refused.items() if home in found}
        for home in found:
            if home not in known:
                self._take_in(home)

    def _take_in(self, home: Path) -> None:
        try:
            one = _open(home, isolated(self.environ), self.world)
            if one.name in self.served:
                other = self.served[one.name].project.home
                raise UsageError(
                    f"two folders have the same name, {one.name}",
                    where=f"{home}, and {other}, which is served",
                    next_step=f"give one an id of its own in {home / 'okr_config' / 'project.yaml'}",
                )
            one.lock.enter_context(
                hold_lock(home / ".okr" / "serve.lock", "this folder is being served already", world=self.world)
            )
        except OkrError as error:
            if self.refused.get(home) != str(error):
                self.say(f"{home.name}  is not served: {error}")
            self.refused = {**self.refused, home: str(error)}
            return
        self.refused = {other: text for other, text in self.refused.items() if other != home}
        self.served = {**self.served, one.name: one}

    def close(self) -> None:
        """Let go of all folders."""
        for one in self.served.values():
            one.lock.close()


def find_homes(patterns: Iterable[str]) -> list[Path]:
    """Return the project folders that match, each once, in order."""
    found = {Path(text).resolve() for pattern in patterns for text in iglob(pattern)}  # noqa: PTH207 - absolute patterns too
    return sorted(home for home in found if (home / "okr_config").is_dir())


def isolated(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return what every folder may see of an environment."""
    return {name: environ[name] for name in _SHARED if name in environ}


def _open(home: Path, environ: Mapping[str, str], world: World) -> Served:
    project = open_project(home, environ, world)
    config = project.config(need_secrets=False)
    schedule = config.project.schedule
    timezone = schedule.timezone or config.timezone
    health = Health(project.reading, schedule.cron, timezone)
    health.schedule = "running"
    one = Served(_name_of(project), project, schedule.cron, timezone, health, due_at=None)
    now = project.world.clock()
    begun = _last_begun(project)
    # what was missed while nothing served is made up for by one run
    one.due_at = now if begun is None else min(one.due_after(begun), one.due_after(now))
    return one


def _name_of(project: Project) -> str:
    """Return the project's own id, else its folder's name, as an address takes it."""
    return project.settings.id or re.sub(r"[^a-z0-9_-]+", "-", project.home.name.lower()).strip("-_") or "okr"


def _last_begun(project: Project) -> datetime | None:
    if not project.published.exists():
        return None
    from warehouse.runs import newest_begun

    return newest_begun(project.published)


def in_turn(served: Iterable[Served]) -> Iterator[Served]:
    """Yield the folders that wait for a run, the one that has waited longest first."""
    waiting = [(one.due_at, one.name, one) for one in served if one.due_at is not None]
    yield from (one for _, _, one in sorted(waiting, key=lambda each: each[:2]))
