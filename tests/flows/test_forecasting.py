"""Targets worth setting and what if, from what is published, into the files a team writes."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from flows.goals.first_targets import propose_targets
from flows.goals.suggest import suggest_for_key_result
from flows.project.project import open_project
from flows.project.scaffold import write_project
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

OBJECTIVES = """\
period: {id: term, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - id: sales            # what counts
        title: Sell 24 units
        metric: sheet.sales
        kind: total
        target: 24           # even
        confidence: 5
      - {id: later, title: Later, metric: sheet.sales, kind: total, target: 5, start: 2020-06-01}
      - {id: by-hand, title: By hand, kind: milestone, steps: [{title: a, done: null}]}
"""
FIRST = date(2020, 3, 30)
SALES = [1, 0, 1, 0, 0, 2, 0] * 7
HALFWAY = datetime(2020, 5, 16, 21, tzinfo=UTC)


@pytest.fixture
def shop(folder: Folder, world: World) -> Folder:
    """Return a folder that ran halfway through its term, with seven weeks of sales."""
    folder.world = World(**{**vars(world), "clock": lambda: HALFWAY})
    days = [f"sheet.sales,{FIRST + timedelta(days=number)},{sold}" for number, sold in enumerate(SALES)]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.run()
    return folder


def ask(folder: Folder, *arguments: str) -> Result:
    """Call the command on the folder."""
    return invoke(folder.world, *arguments, home=folder.home)


def board(folder: Folder, key_result: str) -> dict[str, object]:
    """Return the published score of a key result."""
    return folder.query(f"from scoreboard where key_result_id = '{key_result}'").to_dicts()[0]


def test_suggested_targets_and_the_scoreboard_agree(shop: Folder) -> None:
    """Targets come with falling values and rising chances, and what-if says of each exactly that chance."""
    rows = json.loads(ask(shop, "suggest", "sales", "--json").stdout)
    targets = [option for row in rows for option in ("--target", str(row["target"]))]
    supposed = json.loads(ask(shop, "whatif", "sales", *targets, "--json").stdout)

    assert [0.1, 0.3, 0.5, 0.7, 0.9] == [row["level"] for row in rows]
    assert sorted((row["target"] for row in rows), reverse=True) == [row["target"] for row in rows]
    assert [row["probability"] for row in rows] == [row["probability"] for row in supposed[1:]]
    assert board(shop, "sales")["probability"] == supposed[0]["probability"]


def test_every_key_result_with_a_target_gets_suggestions(shop: Folder) -> None:
    """Without a name all are told, and those that cannot be are named."""
    result = ask(shop, "suggest")

    assert 0 == result.exit_code
    assert "no target for by-hand: its steps are done or not" in result.stderr
    assert ["sales", "later"] == [line.split()[0] for line in result.stdout.splitlines()[2:]]
    assert result.stderr.endswith("next: okr suggest sales\n")


def test_a_target_under_way_is_written_as_a_change(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """The file gains one dated change, every other byte stays, and the next run takes it with the told chance."""
    suggest_for_key_result(shop.project(), "sales", as_json=True, write=True, reason="Bedre: «nå»")
    captured = capsys.readouterr()
    even = next(row for row in json.loads(captured.out) if row["level"] == 0.5)
    written = (shop.home / "okr_config/objectives/term.yaml").read_text(encoding="utf-8")
    added = f'        changes:\n          - {{on: 2020-05-16, target: {even["target"]}, reason: "Bedre: «nå»"}}\n'

    assert OBJECTIVES == written.replace(added, "")
    assert "its title still says 24" in captured.err
    shop.world = World(**{**vars(shop.world), "clock": lambda: HALFWAY + timedelta(minutes=1)})
    shop.run()
    row = board(shop, "sales")
    assert (even["target"], 24, ["target_changed"]) == (row["target"], row["target_original"], row["flags"])
    assert even["probability"] == pytest.approx(row["probability"], abs=0.01)


def test_a_target_before_its_start_is_written_in_its_place(shop: Folder) -> None:
    """Nothing has been judged by it yet: the number itself is another one."""
    suggest_for_key_result(shop.project(), "later", as_json=True, write=True, reason="")
    written = (shop.home / "okr_config/objectives/term.yaml").read_text(encoding="utf-8")

    changed = [line for line in written.splitlines() if line not in OBJECTIVES.splitlines()]
    assert 1 == len(changed)
    assert "{id: later, title: Later, metric: sheet.sales, kind: total, target: " in changed[0]
    assert "start: 2020-06-01}" in changed[0]


def test_writing_twice_writes_once(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that stands there already is not written again, and another one of that day is left to the team."""
    suggest_for_key_result(shop.project(), "sales", as_json=True, write=True, reason="")
    once = (shop.home / "okr_config/objectives/term.yaml").read_bytes()

    suggest_for_key_result(shop.project(), "sales", as_json=True, write=True, reason="")

    assert once == (shop.home / "okr_config/objectives/term.yaml").read_bytes()
    assert "nothing was written" in capsys.readouterr().err


def test_a_metric_is_suggested_for(shop: Folder) -> None:
    """A metric and a day are enough; what it is asked is told."""
    result = ask(shop, "suggest", "--metric", "sheet.sales", "--due", "2020-06-30")
    rows = json.loads(ask(shop, "suggest", "--metric", "sheet.sales", "--due", "2020-06-30", "--json").stdout)

    assert 0 == result.exit_code
    assert "sheet.sales, 2020-05-17 .. 2020-06-30, from its history alone" in result.stderr
    assert 5 == len(rows)
    assert (None, "2020-05-17", "2020-06-30") == tuple(rows[0][name] for name in ("key_result_id", "start", "due"))
    assert "a day for 45 days, have 0.6 a day" in rows[2]["text"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("suggest", "nobody"), "unknown key result 'nobody'"),
        (("suggest", "by-hand"), "no target can be suggested"),
        (("suggest", "--metric", "sheet.sales"), "--metric and --due go together"),
        (("suggest", "--write"), "--write needs a key result"),
        (("suggest", "sales", "--metric", "x"), "a key result and --metric are both given"),
        (("suggest", "--metric", "no.such", "--due", "2020-06-30"), "unknown metric 'no.such'"),
        (("suggest", "--metric", "shop.open", "--due", "2020-06-30"), "shop.open is on or off"),
        (("suggest", "--metric", "sheet.sales", "--due", "2020-05-01"), "2020-05-01 is over"),
        (("whatif", "nobody"), "unknown key result 'nobody'"),
        (("whatif", "by-hand"), "nothing is foreseen for by-hand"),
        (("whatif", "sales", "--repeat-last", "40"), "that cannot be assumed: there are not so many days left"),
        (("whatif", "later", "--per-day", "2"), "that cannot be assumed: only totals and levels"),
    ],
)
def test_what_cannot_be_asked(shop: Folder, arguments: tuple[str, ...], what: str) -> None:
    """Wrong questions end with exit code 2, and say what, where and what next."""
    result = ask(shop, *arguments)

    assert 2 == result.exit_code
    assert what in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[-1].startswith("  next: ")


def test_nothing_published_nothing_suggested(folder: Folder) -> None:
    """Before the first run there is nothing to look ahead from."""
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)

    result = ask(folder, "suggest")

    assert (2, "nothing has been published yet") == (result.exit_code, result.stderr.splitlines()[0])


def test_nothing_seen_no_empty_table(folder: Folder) -> None:
    """Where no key result has a suggestion there is talk and no table."""
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.run()
    over = ask(folder, "suggest")
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES.replace("end: 2020-06-05", "end: 2026-12-31"))
    folder.run()

    unseen = ask(folder, "suggest")

    assert [(0, "")] * 2 == [(result.exit_code, result.stdout) for result in (over, unseen)]
    assert over.stderr.endswith("next: okr init, for the next quarter\n")
    assert "no target for sales: nothing has been seen of it yet" in unseen.stderr
    assert unseen.stderr.endswith("next: okr run\n")


def test_a_goal_in_two_files_is_not_written(shop: Folder) -> None:
    """A key result whose file is not clear is left alone."""
    with pytest.raises(UsageError):
        suggest_for_key_result(shop.project(), "nobody", as_json=True, write=True, reason="")


def test_the_first_run_names_suggest(tmp_path: Path, world: World) -> None:
    """In a new folder the first run ends with what to do about the targets, the second as always."""
    made = invoke(world, "init", str(tmp_path / "new"))

    first, second = (invoke(world, "run", home=tmp_path / "new") for _ in range(2))

    assert 0 == made.exit_code
    assert first.stderr.splitlines()[-1].startswith("next: okr suggest")
    assert second.stderr.splitlines()[-1].startswith("next: okr explain")


def test_init_takes_its_targets_from_what_is_published(tmp_path: Path, world: World) -> None:
    """Where numbers are known, targets have an even chance and titles say them; the rest keeps its own."""
    folder = Folder(tmp_path, world)
    today = world.clock().date()
    days = [f"shop.units_sold,{today - timedelta(days=number)},{3 + number % 2}" for number in range(60)]
    write_project(tmp_path, "en", world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    shutil.rmtree(tmp_path / "okr_config")
    shutil.rmtree(tmp_path / "numbers")
    (tmp_path / ".env").unlink()

    written = write_project(tmp_path, "en", world)
    (said,) = propose_targets(tmp_path, written, {}, world)
    sales = open_project(tmp_path, {}, world).config(need_secrets=False).definitions()[1].key_result

    assert f"sales {sales.target}" == said
    assert 250 < (sales.target or 0) < 400
    assert f"Sell {sales.target} units" == sales.title


def test_init_goes_on_when_the_quarter_is_over(tmp_path: Path, world: World, clock: Clock) -> None:
    """A new quarter gets a file of its own with new ids and targets from what is known; all else is kept."""
    folder = Folder(tmp_path, world)
    today = clock().date()
    days = [f"shop.units_sold,{today - timedelta(days=number)},{3 + number % 2}" for number in range(60)]
    write_project(tmp_path, "en", world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    clock.move(days=60)
    folder.run()
    there = folder.project().config(need_secrets=False)
    written = write_project(tmp_path, "en", world, there)
    (said,) = propose_targets(tmp_path, written, {}, world)

    assert [tmp_path / "okr_config" / "objectives" / "2027-q1.yaml"] == written
    assert said.startswith("sales-2027-q1 ")
    assert {"2026-q4", "2027-q1"} == {file.period.id for file in folder.project().config(need_secrets=False).files}
    kept = [path for path in before if path.parent.name in {"okr_config", "objectives", "numbers"}]
    assert [before[path] for path in kept] == [path.read_bytes() for path in kept]
    with pytest.raises(UsageError, match="nothing was written"):
        write_project(tmp_path, "en", world, folder.project().config(need_secrets=False))


def test_init_keeps_the_sources_that_are_there(folder: Folder, world: World) -> None:
    """A folder with sources and no objectives gets what is missing, and no sheet of numbers."""
    sources = (folder.home / "okr_config/sources.yaml").read_bytes()

    written = [path.relative_to(folder.home).as_posix() for path in write_project(folder.home, "nb", world)]

    assert sources == (folder.home / "okr_config/sources.yaml").read_bytes()
    assert "okr_config/objectives/2026-q4.yaml" in written
    assert not any("numbers" in name or "sources" in name for name in written)
    assert {"salg", "besok", "folgere"} < {one.key_result.id for one in folder.project().config().definitions()}
