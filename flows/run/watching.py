"""Telling the dead-man address of a project how its runs go; that it does not hear fails no run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.project.project import Project
from flows.run.events import Event, Tell
from flows.run.steps import Options
from okr_config.errors import LockHeldError

if TYPE_CHECKING:
    from connectors.pinging import Signal


@dataclass
class Watch:
    """What a run has told so far. is_good: whether all went well, which the end tells."""

    project: Project
    tell: Tell
    is_heard: bool
    is_good: bool = False

    def send(self, signal: "Signal", tell: Tell | None = None) -> None:
        """Tell a signal, and remark where it was not heard."""
        address = self.project.settings.ping
        if address is None or not self.is_heard:
            return
        from connectors.pinging import ping

        if problem := ping(address, signal, self.project.world):
            (tell or self.tell)(Event("log", problem))


@contextmanager
def watched(project: Project, options: Options, tell: Tell) -> Iterator[Watch]:
    """
    Tell how a run ends; nothing of one that gave way to another, or that a person has stopped.

    A run of some sources, or of a day gone by, is no sign of life.
    """
    watch = Watch(project, tell, is_heard=not options.only and options.as_of is None)
    try:
        yield watch
    except LockHeldError:
        raise
    except Exception:
        if not project.world.stop.is_set():
            watch.send("failure")
        raise
    watch.send("success" if watch.is_good else "failure")
