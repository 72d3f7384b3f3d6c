"""A lake in PostgreSQL: several programs pull into it at once, one scores (warehouse.writing, flows.run.runner)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.run import runner, steps
from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import ROOT, STOPPED_PULL, line_of
from tests.flows.project_folder import AUTUMN, FILE_SOURCE, Folder
from tests.flows.two_sheets import content
from tests.postgres import Postgres, running_postgres

SOURCES = ("sheet", "desk", "stall", "fair")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL of its own on this machine."""
    with running_postgres() as server:
        yield server


def _sheets(home: Path, world: World) -> Folder:
    """Return a folder of four sheets."""
    folder = Folder(home, world)
    one = FILE_SOURCE.removeprefix("sources:\n")
    entries = [one.replace("sheet", name).replace("numbers/", f"{name}/") for name in SOURCES]
    folder.write("okr_config/sources.yaml", "sources:\n" + "".join(entries))
    folder.write("okr_config/objectives/term.yaml", AUTUMN.replace("sheet.calls", "desk.calls"))
    folder.write("okr_config/project.yaml", "id: shop\n")
    _write(folder, 5)
    return folder


def _write(folder: Folder, value: int) -> None:
    """Write what each sheet has of three days; the middle one changes with the value."""
    for number, name in enumerate(SOURCES):
        metric = f"{name}.{'calls' if name == 'desk' else 'sales'}"
        rows = [f"{metric},2026-11-{day},{number + (value if day == 21 else day)}" for day in (20, 21, 22)]
        folder.write(f"{name}/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")


def _in_lake(folder: Folder, postgres: Postgres, project: str) -> Folder:
    """Have the folder's warehouse be a lake."""
    folder.write(
        "okr_config/project.yaml",
        f"id: {project}\n"
        f"warehouse: 'ducklake:postgres:host=127.0.0.1 port={postgres.port} user=owner dbname=postgres'\n"
        "lake: {data: lake}\n",
    )
    return folder


def _pull_at_once(folder: Folder, now: datetime, sources: tuple[str, ...]) -> None:
    """Pull each source by a program of its own, all at the same time."""
    commands = [line_of("pull", "--only", source, "--home", str(folder.home), now=now) for source in sources]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for command in commands
    ]
    told = [process.communicate(timeout=300)[0] for process in running]
    assert [0] * len(running) == [process.returncode for process in running], told


def _distinct(folder: Folder) -> dict[str, set[tuple[Any, ...]]]:
    """Return what every table holds, each content once; how much a landing added depends on which was first."""
    return {
        table: {repr(row) for row in rows} for table, rows in content(folder).items() if table not in ("load", "causes")
    }


@pytest.mark.slow
def test_what_several_pull_at_once_is_what_one_pulls(
    tmp_path: Path, world: World, clock: Clock, postgres: Postgres
) -> None:
    """Four programs and a fifth on the same source, twice, the data edited between; the first time there is no lake."""
    alone, together = (
        _sheets(tmp_path / "alone", world),
        _in_lake(_sheets(tmp_path / "lake", world), postgres, "several"),
    )
    for value in (5, 7):
        for folder in (alone, together):
            _write(folder, value)
        for source in SOURCES:
            alone.ask("pull", "--only", source)
        _pull_at_once(together, clock.now, (*SOURCES, "sheet"))
        clock.move(hours=1)

    scored = [folder.ask("score", "--derive") for folder in (alone, together)]

    assert [0, 0] == [result.exit_code for result in scored], [result.output for result in scored]
    expected, found = _distinct(alone), _distinct(together)
    assert expected == found
    assert [(10, 10)] == together.query("select count(*), count(distinct load_id) from load").rows()
    current = "select metric, period_start, value from metric_observation where superseded_at is null order by all"
    assert alone.query(current).rows() == together.query(current).rows()
    assert 0 == together.ask("verify").exit_code


@pytest.mark.slow
def test_a_killed_puller_loses_and_doubles_nothing(
    tmp_path: Path, world: World, clock: Clock, postgres: Postgres
) -> None:
    """What it had not landed the next one reads; who scores meanwhile is not held up."""
    folder = _in_lake(_sheets(tmp_path / "lake", world), postgres, "killed")
    folder.ask("run")
    before = folder.score("sales")["value"]
    _write(folder, 9)
    began = (clock.now + timedelta(hours=1)).isoformat()
    command = [sys.executable, "-c", STOPPED_PULL, str(folder.home), str(ROOT), began]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert "stopped\n" == killed.stdout.readline()
        clock.move(hours=2)
        between = folder.ask("score", "--derive").exit_code, folder.score("sales")["value"]
        os.kill(killed.pid, signal.SIGKILL)
    clock.move(hours=7)

    result = folder.ask("run")

    assert (0, before) == between
    assert 0 == result.exit_code, result.output
    assert "did not finish: what it had landed stays, the rest is read again" in result.stderr
    assert before + 4 == folder.score("sales")["value"]
    assert [("pull", "interrupted")] == folder.query(
        "select command, state from run where state = 'interrupted'"
    ).rows()


@pytest.mark.slow
def test_a_server_that_goes_away_is_named_and_the_next_run_heals(
    tmp_path: Path, world: World, clock: Clock, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between pulling and landing: three lines, without a traceback; once it is back all is landed once."""
    folder = _in_lake(_sheets(tmp_path / "lake", world), postgres, "away")
    folder.ask("run")
    _write(folder, 9)
    clock.move(hours=1)
    land_all = steps.land_all

    def cut_off(context: steps.RunContext, results: Any) -> Any:  # noqa: ANN401 - passed on
        postgres.stop()
        return land_all(context, results)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "land_all", cut_off)
        with pytest.raises(WarehouseError) as caught:
            runner.pull(folder.project(), steps.Options(), lambda _event: None)
    away = folder.ask("run")
    postgres.start()
    clock.move(hours=1)
    healed = folder.ask("run")

    for told in (str(caught.value), away.stderr):
        assert "the lake's catalogue in PostgreSQL is out of reach" in told
        assert f"port={postgres.port} user=owner" in told
        assert "next: start PostgreSQL" in told
        assert "Traceback" not in told
    assert 3 == away.exit_code
    assert 0 == healed.exit_code, healed.output
    assert [(4, 3)] == folder.query(
        "select count(distinct source_id), max(period_start)::date - min(period_start)::date + 1 from stated_value"
    ).rows()
    assert [] == folder.query("select load_id from load group by 1 having count(*) > 1").rows()
