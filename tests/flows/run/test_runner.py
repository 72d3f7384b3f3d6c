"""The line of a run: what it came to, what is published, and how it ends when it breaks off."""

from datetime import UTC, datetime

import polars as pl
import pytest

from flows.run import runner
from flows.run.events import Event
from flows.run.runner import Outcome
from flows.run.steps import Options
from tests.flows.project_folder import TERM, TERM_NUMBERS, Folder
from warehouse import Load

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def term(folder: Folder) -> Folder:
    """Return a folder of a term with a total and a query."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/numbers.csv", TERM_NUMBERS)
    return folder


def outcome(*rows: tuple[str, str, int | None, list[str]], state: str = "ok", **words: tuple[str, ...]) -> Outcome:
    """Return what a run of one load came to."""
    load = Load(1, "sheet", "rows", NOW, NOW, 1, 1, 0, 0, 0.1, state, None)
    schema = {"key_result_id": pl.String, "kind": pl.String, "value": pl.Int64, "flags": pl.List(pl.String)}
    board = pl.DataFrame(list(rows), schema=schema, orient="row")
    return Outcome("r1", NOW, (load,), board, board, is_first=False, **words)


def test_a_run_is_complete_when_all_that_is_named_was_computed() -> None:
    """A value that is missing is no failure, unless its own query gave none or a rate is missing."""
    good = outcome(("a", "total", None, ["stale"]), ("b", "sql", 3, []))
    bad = outcome(("a", "total", 3, ["no_rate"]), ("b", "sql", None, []), ("c", "level", 1, []), broken=("d",))

    assert ((), True) == (good.uncomputed, good.complete)
    assert (("a", "b", "d"), False) == (bad.uncomputed, bad.complete)


def test_a_failed_load_or_metric_makes_a_run_partial() -> None:
    """Each of them by itself."""
    failed, broken = outcome(state="failed"), outcome(broken_metrics=("shop.odd",))

    assert (["sheet"], False) == ([load.source_id for load in failed.failed], failed.complete)
    assert ((), False) == (broken.failed, broken.complete)


def test_a_run_that_is_not_to_be_seen_publishes_nothing(term: Folder) -> None:
    """The warehouse has its scores all the same; the next run that is to be seen shows them."""
    project = term.project()

    runner.run(project, Options(publish=False), term.events.append)

    assert project.warehouse.path.exists()
    assert (False, False) == (project.published.exists(), project.page.exists())
    term.run()
    assert (True, True) == (project.published.exists(), project.page.exists())
    assert ["done", "done"] == term.query("select state from run")["state"].to_list()


def test_the_first_run_knows_that_it_is(term: Folder) -> None:
    """The second one does not."""
    assert [True, False] == [term.run().is_first, term.run().is_first]


def test_a_run_that_breaks_off_says_so(term: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end is told and kept as failed, nothing is published, and what was landed counts in the next run."""
    told: list[Event] = []

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(runner, "judge_all", broken)
        with pytest.raises(RuntimeError):
            runner.run(term.project(), Options(), told.append)

    assert ["start", "step", "log", "end"] == [event.kind for event in told]
    assert "failed" == told[-1].fields["state"]
    assert not term.project().published.exists()
    assert term.run().complete
    assert ["failed", "done"] == term.query("select state from run order by run_id")["state"].to_list()
