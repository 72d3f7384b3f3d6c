"""A dead-man address hears of each run (flows.run.watching)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.errors import LockHeldError, WarehouseError
from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import Folder
from warehouse.locking import hold_run_lock

SECRET = "5f2b7c1e-9d3a-4e61"


@pytest.fixture
def watcher(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a service that waits to be asked."""
    running = Loopback(world, tmp_path / "watcher")
    running.script = lambda _: Reply(b"OK")
    yield running
    running.stop()


@pytest.fixture
def watched(folder: Folder, watcher: Loopback) -> Folder:
    """Return a folder that tells that service of its runs."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\nping: {url: '${PING_URL}'}\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-20,1\n")
    folder.environ["PING_URL"] = f"{watcher.url}/{SECRET}"
    return folder


def _signals(watcher: Loopback) -> list[str]:
    return [request.path.removeprefix(f"/{SECRET}") for request in watcher.seen]


def test_a_good_run_begins_and_ends_well(watched: Folder, watcher: Loopback) -> None:
    """It is told at its begin, and once all is published."""
    watched.run()

    assert ["/start", ""] == _signals(watcher)


def test_a_run_that_lacks_a_source_has_failed(watched: Folder, watcher: Loopback) -> None:
    """Somebody is told, though the rest is scored and published."""
    (watched.home / "numbers" / "numbers.csv").unlink()

    watched.run()

    assert ["/start", "/fail"] == _signals(watcher)


def test_a_run_that_cannot_begin_has_failed(watched: Folder, watcher: Loopback) -> None:
    """A warehouse that cannot be used is a failure without a begin."""
    watched.run()
    watcher.seen.clear()
    watched.project().warehouse.path.write_bytes(b"not a database")

    with pytest.raises(WarehouseError):
        watched.run()

    assert ["/fail"] == _signals(watcher)


def test_a_run_that_gives_way_tells_nothing(watched: Folder, watcher: Loopback) -> None:
    """The run that is going on does."""
    with hold_run_lock(watched.project().warehouse.path.parent, world=watched.world), pytest.raises(LockHeldError):
        watched.run()

    assert [] == _signals(watcher)


def test_a_run_of_some_sources_or_of_another_day_is_no_sign_of_life(watched: Folder, watcher: Loopback) -> None:
    """What a person does by hand does not quieten the alarm."""
    watched.run(only=("sheet",))
    watched.run(as_of=watched.world.clock())

    assert [] == _signals(watcher)


def test_a_service_that_does_not_hear_fails_no_run(watched: Folder, watcher: Loopback) -> None:
    """It is remarked, without the address, and the run is as good as ever."""
    watcher.script = lambda _: Reply(b"", 500)

    outcome = watched.run()

    remarks = [event.what for event in watched.events if event.what.startswith("ping")]
    written = (watched.home / ".okr" / "logs" / "run.log").read_text()
    assert outcome.complete
    assert ["ping (start)", "ping (success)"] == [remark.partition(" was")[0] for remark in remarks]
    assert SECRET not in "".join(remarks) + written


def test_whoever_looks_needs_no_address(watched: Folder) -> None:
    """Without the variable status is as ever, and a run says what is missing and where."""
    watched.run()

    looked = watched.ask("sql", "select 1 as one")
    sources = watched.ask("sources")
    ran = watched.ask("run")

    assert (0, 0, 2) == (looked.exit_code, sources.exit_code, ran.exit_code)
    assert "okr_config/project.yaml:2:13  variable PING_URL is not set" in ran.stderr


def test_the_address_is_never_a_literal(watched: Folder) -> None:
    """It is a secret: whoever has it can keep an alarm quiet."""
    watched.write("okr_config/project.yaml", "ping: {url: 'https://hc-ping.com/x'}\ntimezone: Europe/Oslo\n")

    told = watched.ask("check")

    assert 2 == told.exit_code
    assert "okr_config/project.yaml:1:13  url must come from a variable, not stand here" in told.stderr
    assert "${PING_URL}" in told.stderr
