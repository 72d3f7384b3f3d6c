"""`okr pull` and `okr score --derive`: the halves of a run (flows.commands.pull, flows.run.outcome)."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from okr_config.world import World
from tests.conftest import Clock, waiting_world
from tests.flows.command import ROOT, STOPPED_PULL, invoke
from tests.flows.two_sheets import content, over_days, two_sheets, write_sales
from warehouse import hold_run_lock


def test_the_halves_of_a_run_leave_what_a_run_leaves(tmp_path: Path, world: World, clock: Clock) -> None:
    """Pulled source by source and then scored, over days with a correction and a failure, every table is the same."""
    whole, halves = two_sheets(tmp_path / "whole", world), two_sheets(tmp_path / "halves", world)
    began = clock.now
    over_days(whole, clock, whole.run)
    clock.now = began

    def pull_and_score() -> None:
        for source in ("sheet", "desk"):
            halves.ask("pull", "--only", source)
        halves.ask("score", "--derive")

    over_days(halves, clock, pull_and_score)

    expected = content(whole)
    assert {"corrected"} <= {row[-1] for row in expected["restatement"]}
    assert {"sheet"} == {source for _, source, _ in expected["causes"]}
    assert expected == content(halves)


def test_each_half_has_its_exit_code_and_its_place_in_the_ledger(tmp_path: Path, world: World, clock: Clock) -> None:
    """A source that fails is 1 in both, since the scores rest on old numbers then; with it mended both are 0."""
    folder = two_sheets(tmp_path / "project", world)
    good = [folder.ask("pull"), folder.ask("score", "--derive")]
    clock.move(days=1)
    (folder.home / "desk" / "calls.csv").unlink()
    bad = [folder.ask("pull"), folder.ask("score", "--derive")]

    assert [0, 0, 1, 1] == [result.exit_code for result in (*good, *bad)], [result.output for result in (*good, *bad)]
    assert "1 source failed: desk" in bad[0].stderr
    assert "1 source failed (desk): the scores say which numbers are old." in bad[1].stderr
    states = folder.query("select command, state from run order by run_id").rows()
    assert [("pull", "done"), ("score --derive", "done"), ("pull", "partial"), ("score --derive", "partial")] == states


def test_both_halves_as_json_have_one_start_and_one_end(tmp_path: Path, world: World) -> None:
    """Every line of stdout is one object."""
    folder = two_sheets(tmp_path / "project", world)

    for arguments, step in ((("pull",), "land"), (("score", "--derive"), "score")):
        lines = [json.loads(line) for line in folder.ask(*arguments, "--json").stdout.splitlines()]
        kinds = [line["event"] for line in lines]
        assert ("start", "end") == (kinds[0], kinds[-1])
        assert (1, 1) == (kinds.count("start"), kinds.count("end"))
        assert step in {line["what"] for line in lines}


def test_a_pull_publishes_nothing_and_waits_for_no_other(tmp_path: Path, world: World) -> None:
    """People read what was scored last; while another has the lock both halves end with 4."""
    folder = two_sheets(tmp_path / "project", world)
    folder.ask("pull")
    assert not folder.project().published.exists()

    with hold_run_lock(folder.home / "warehouse", world=waiting_world()):
        assert [4, 4] == [folder.ask(*half).exit_code for half in (("pull",), ("score", "--derive"))]


def test_a_pull_that_was_killed_loses_and_doubles_nothing(tmp_path: Path, world: World, clock: Clock) -> None:
    """What it had not landed the next one reads; the score between says so and rests on what was there."""
    folder = two_sheets(tmp_path / "project", world)
    folder.run()
    write_sales(folder, {20: 5, 21: 7, 22: 9})
    command = [
        sys.executable,
        "-c",
        STOPPED_PULL,
        str(folder.home),
        str(ROOT),
        (clock.now + timedelta(hours=1)).isoformat(),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert "stopped\n" == killed.stdout.readline()
        os.kill(killed.pid, signal.SIGKILL)
    clock.move(hours=2)

    between = folder.ask("score", "--derive")
    clock.move(hours=2)
    before = folder.score("sales")["value"]
    folder.ask("pull")
    folder.ask("score", "--derive")

    assert "did not finish: what it had landed stays, the rest is read again" in between.stderr
    assert (12, 21) == (before, folder.score("sales")["value"])
    states = folder.query("select state from run order by run_id")["state"].to_list()
    assert ["done", "interrupted", "done", "done", "done"] == states


def test_deriving_is_of_the_present_and_of_something(tmp_path: Path, world: World) -> None:
    """Without a pull there is nothing to score; with a past day the command says what to type."""
    folder = two_sheets(tmp_path / "project", world)

    nothing = folder.ask("score", "--derive")
    past = invoke(world, "score", "--derive", "--as-of", "2026-11-01", home=folder.home)

    assert (2, 2) == (nothing.exit_code, past.exit_code)
    assert "nothing has been landed yet" in nothing.stderr
    assert "next: okr pull" in nothing.stderr
    assert "--derive is of the present" in past.stderr
