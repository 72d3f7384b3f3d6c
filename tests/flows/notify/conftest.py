"""Fixtures of the tests of messages: a folder whose key result falls behind, and servers that take messages."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback, Reply
from tests.flows.made_once import MadeOnce
from tests.flows.notify.mail import MailServer
from tests.flows.project_folder import AUTUMN, FILE_SOURCE, Folder

FIRST = date(2026, 9, 20)


@pytest.fixture
def hook(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that takes what is posted to it."""
    running = Loopback(world, tmp_path)
    running.script = lambda _: Reply(b"ok")
    yield running
    running.stop()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Start a mail server."""
    running = MailServer()
    yield running
    running.stop()


@pytest.fixture
def team(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that ran a week ago, when 2 were sold every day; none has been since."""
    return made_once.copy(a_team, tmp_path / "project", world, clock)


def a_team(home: Path, clock: Clock) -> Folder:
    """Make that folder."""
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    goals = AUTUMN.replace("title: Sales,", "title: Sales, owner: Kari,").replace("target: 200", "target: 180")
    folder.write("okr_config/objectives/term.yaml", goals)
    sell(folder, days=58)
    clock.move(days=-7)
    folder.run()
    clock.move(days=7)
    sell(folder, days=58, idle=7)
    return folder


def a_team_behind(home: Path, clock: Clock) -> Folder:
    """Make it and run it again: sales off track, members without a number, calls achieved."""
    folder = a_team(home, clock)
    folder.run()
    return folder


def sell(folder: Folder, days: int, idle: int = 0) -> None:
    """Write the sheet: 2 of each a day, then none for some days."""
    sold = [2] * days + [0] * idle
    rows = [
        f"sheet.{name},{FIRST + timedelta(days=n)},{value}"
        for n, value in enumerate(sold)
        for name in ("sales", "calls")
    ]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")


def notify(folder: Folder, address: str, entry: str = "on: [digest]") -> None:
    """Write whom to notify, the address as a variable."""
    folder.write("okr_config/project.yaml", f"notify:\n  - {{to: '${{HOOK}}', {entry}}}\n")
    folder.environ["HOOK"] = address
