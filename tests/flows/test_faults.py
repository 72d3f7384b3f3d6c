"""Faults from outside, each told with what, where and next, and healed by what is told (docs/keeping.md)."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Clock, still_world
from tests.flows.command import invoke, line_of
from tests.flows.project_folder import Folder
from tests.flows.test_clock import a_folder

pytestmark = pytest.mark.slow

WAREHOUSE, COPY = "warehouse/okr.duckdb", "warehouse/published/okr.duckdb"
PAGE, KEY, LOCK = "warehouse/published/okr.html", ".okr/customer.key", "warehouse/run.lock"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder after a run."""
    made = a_folder(tmp_path_factory.mktemp("lived") / "project", Clock())
    made.run()
    return made


@pytest.fixture
def folder(lived: Folder, tmp_path: Path) -> Folder:
    """Return a copy of it to break, an hour later."""
    home = tmp_path / "project"
    shutil.copytree(lived.home, home)
    return Folder(home, still_world(Clock(lived.world.clock() + timedelta(hours=1), tokens=9)))


def sql(statement: str) -> Callable[[Path], None]:
    """Change the warehouse behind the program's back."""

    def plant(home: Path) -> None:
        with duckdb.connect(str(home / WAREHOUSE)) as connection:
            connection.execute(statement)

    return plant


def a_file(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    """Put a file where something else was."""

    def plant(home: Path) -> None:
        _remove(home / name)
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
        (home / name).chmod(0o600)

    return plant


def a_folder_instead(name: str) -> Callable[[Path], None]:
    """Put a folder where a file was."""

    def plant(home: Path) -> None:
        _remove(home / name)
        (home / name).mkdir(parents=True)

    return plant


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def fresh(plant: Callable[[Path], None]) -> Callable[[Path], None]:
    """Plant it in a folder that has never run."""

    def planted(home: Path) -> None:
        _remove(home / "warehouse")
        _remove(home / ".okr")
        plant(home)

    return planted


# what a person does who does as they are told


def move_away(name: str, *back: str) -> Callable[[Folder, str], None]:
    """Move it away; then the things that lay within are put back, as from a backup of the machine."""

    def heal(folder: Folder, told: str) -> None:
        assert str(folder.home / name) in told
        _remove(folder.home / name)
        for each in back:
            (folder.home / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder.home.parent / "kept" / each, folder.home / each)

    return heal


def restore(folder: Folder, told: str) -> None:
    """Restore from what goes furthest."""
    assert "okr restore" in told
    _remove(folder.home / WAREHOUSE)
    assert 0 == folder.ask("restore", "--yes").exit_code


def verify(folder: Folder, told: str) -> None:
    """Verify, and do what that names."""
    assert "next: okr verify" in told
    step = json.loads(folder.ask("verify", "--json").stdout)[0]["next"]
    words = step.partition(",")[0].removeprefix("okr ").split()
    assert "restore" == words[0]
    assert 0 == folder.ask(*words, "--yes").exit_code


def write_again(name: str) -> Callable[[Folder, str], None]:
    """Mend the file that is named."""

    def heal(folder: Folder, told: str) -> None:
        assert name in told
        _remove(folder.home / name)
        kept = folder.home.parent / "kept" / name
        if kept.exists():
            shutil.copy(kept, folder.home / name)

    return heal


@dataclass(frozen=True)
class Fault:
    """What is planted, the exit code of the run that meets it, what it says, and what heals it."""

    plant: Callable[[Path], None]
    code: int
    told: Sequence[str]
    heal: Callable[[Folder, str], None]


NO_SCHEMA = ("the warehouse is damaged: it does not tell its schema", WAREHOUSE, "next: okr restore")
LACKS = ("the warehouse lacks a table, view or column that it should have", "okr.duckdb", "next: okr verify")
IN_THE_WAY = "away: a folder lies where a file should"
API = b"sources:\n  - {id: api, connector: http_json, url: 'http://127.0.0.1:9', insecure: true, records: '"
FAULTS = {
    "schema row missing": Fault(sql("delete from schema_state"), 3, NO_SCHEMA, restore),
    "schema version below zero": Fault(sql("update schema_state set version = -1"), 3, NO_SCHEMA, restore),
    "table missing": Fault(sql("drop table key_result_score cascade"), 3, LACKS, verify),
    "column missing": Fault(sql("alter table load drop column bytes"), 3, LACKS, verify),
    "view missing": Fault(sql("drop view scoreboard"), 3, LACKS, verify),
    "warehouse is a folder": Fault(
        a_folder_instead(WAREHOUSE), 3, ("a folder lies where the warehouse should", "then okr restore"), restore
    ),
    "page is a folder": Fault(
        a_folder_instead(PAGE), 1, ("the page cannot be written: Is a directory", PAGE, IN_THE_WAY), move_away(PAGE)
    ),
    "copy is a folder": Fault(
        a_folder_instead(COPY), 3, ("the copy for readers cannot be written", COPY, IN_THE_WAY), move_away(COPY)
    ),
    "published is a file": Fault(
        a_file("warehouse/published"),
        3,
        ("the copy for readers cannot be written", "warehouse/published away: a file lies where a folder should"),
        move_away("warehouse/published"),
    ),
    "lock is a folder": Fault(
        a_folder_instead(LOCK), 3, ("the folder cannot be written to: Is a directory", IN_THE_WAY), move_away(LOCK)
    ),
    ".okr is a file": Fault(
        a_file(".okr"),
        3,
        ("the key that customers are hashed with cannot be read: Not a directory", ".okr away: a file lies where"),
        move_away(".okr", KEY),
    ),
    ".okr is a file at first": Fault(
        fresh(a_file(".okr")), 3, (".okr away: a file lies where a folder should",), move_away(".okr")
    ),
    "key is a folder": Fault(
        a_folder_instead(KEY), 3, ("cannot be read: Is a directory", KEY, IN_THE_WAY), move_away(KEY, KEY)
    ),
    "key is cut": Fault(
        a_file(KEY, b"ab"), 3, ("is another one than before", KEY, "put the old file back"), write_again(KEY)
    ),
    "sources are a folder": Fault(
        a_folder_instead("okr_config/sources.yaml"),
        2,
        ("okr_config/sources.yaml  cannot be read: Is a directory", "next: mend what is named"),
        write_again("okr_config/sources.yaml"),
    ),
    "variables are a folder": Fault(
        a_folder_instead(".env"), 2, (".env  cannot be read: Is a directory",), write_again(".env")
    ),
    "half a character": Fault(
        a_file("okr_config/metrics.yaml", b'metrics:\n  - {id: own.x, unit: "a\\ud800", sql: select 1}\n'),
        2,
        ("okr_config/metrics.yaml:2:", "half a character"),
        write_again("okr_config/metrics.yaml"),
    ),
    "path nested too deep": Fault(
        a_file("okr_config/sources.yaml", API + b"[" * 3000 + b"', fields: {day: d, value: v}, metric: shop.orders}\n"),
        2,
        ("okr_config/sources.yaml:2:", "not a JMESPath expression"),
        write_again("okr_config/sources.yaml"),
    ),
    "sheet is a folder": Fault(
        a_folder_instead("numbers/numbers.csv"),
        1,
        ("FAILED  there is no file numbers/*.csv", "1 source failed (sheet)", "mend what the line above names"),
        lambda folder, _: write_again("numbers/numbers.csv")(folder, "numbers/numbers.csv"),
    ),
    "numbers beyond any column": Fault(
        a_file("numbers/numbers.csv", b"metric,day,value\nshop.units_sold,2026-11-03,900000000000000000\n"),
        1,
        ("FAILED  numbers.csv: 1 of 1 rows", "a number out of range"),
        lambda folder, _: write_again("numbers/numbers.csv")(folder, "numbers/numbers.csv"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_healed_by_what_is_told(folder: Folder, lived: Folder, name: str) -> None:
    """What, where and next, never a class's name; what was published stays; as told, the next run is whole."""
    fault = FAULTS[name]
    shutil.copytree(lived.home, folder.home.parent / "kept")
    published = (folder.home / COPY).read_bytes()
    fault.plant(folder.home)

    result = folder.ask("run")

    told = " ".join(result.stderr.split())
    assert fault.code == result.exit_code, result.stderr
    assert [] == [text for text in fault.told if " ".join(text.split()) not in told], result.stderr
    assert "an error of this program" not in told
    if fault.code > 1 and (folder.home / COPY).is_file() and name != "view missing":
        assert published == (folder.home / COPY).read_bytes()

    fault.heal(folder, result.stderr)

    again = folder.ask("run")
    assert 0 == again.exit_code, again.stderr
    assert 0 == folder.ask("verify").exit_code


@pytest.mark.parametrize("content", [b"[]", b"null", b'{"tok": 5}', b"[" * 100_000, b"\xff"])
def test_credentials_of_another_shape_fail_their_source_alone(folder: Folder, content: bytes) -> None:
    """The file is named and what to do with it; the sheet beside it is landed, scored and published."""
    tiktok = "  - {id: tok, connector: tiktok, client_key: k, client_secret: '${S}', refresh_token: '${R}'}\n"
    source = (folder.home / "okr_config/sources.yaml").read_text(encoding="utf-8")
    folder.write("okr_config/sources.yaml", source + tiktok)
    folder.write(".env", "S=abcdefgh\nR=ijklmnop\n")
    (folder.home / ".env").chmod(0o600)
    a_file(".okr/credentials.json", content)(folder.home)

    result = folder.ask("run")

    told = " ".join(result.stderr.split())
    assert 1 == result.exit_code, result.stderr
    assert "FAILED .okr/credentials.json is damaged" in told
    assert "scored 2 key results" in told
    assert "an error of this program" not in told
    assert [("failed",), ("ok",)] == folder.query(
        "select state from load where run_id = (select max(run_id) from run) order by 1"
    ).rows()


def _in_shell(folder: Folder, redirect: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    now = folder.world.clock()
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", *line_of(*arguments, "--home", str(folder.home), now=now)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("redirect", "arguments", "code"),
    [
        (">/dev/full", ["run", "--json"], 1),
        (">/dev/full", ["status"], 1),
        ("2>/dev/full", ["run"], 1),
        (">&-", ["run"], 0),
        ("2>&-", ["run"], 0),
        ("<&- >&- 2>&-", ["run"], 0),
    ],
)
def test_an_output_that_takes_nothing_costs_no_run(
    folder: Folder, redirect: str, arguments: Sequence[str], code: int
) -> None:
    """Full or closed: the run is whole and published; where something was lost the exit code says so."""
    result = _in_shell(folder, redirect, *arguments)

    assert code == result.returncode, result.stderr
    assert "an error of this program" not in result.stderr
    assert "Traceback" not in result.stderr
    if ">/dev/full" in redirect and not redirect.startswith("2"):
        assert "what was to be written did not all go out: No space left on device" in result.stderr
    runs = 2 if arguments[0] == "run" else 1
    assert [(runs, runs)] == folder.query("select count(*), count(*) filter (where state = 'done') from run").rows()
    assert 0 == folder.ask("verify").exit_code


def test_a_disk_that_is_full_while_the_page_is_written(folder: Folder) -> None:
    """Everything else is landed, scored and published; the old page stays whole; the next run writes the new one."""
    page = folder.home / PAGE
    before, write = page.read_bytes(), folder.world.write

    def full(path: Path, content: bytes, mode: int) -> None:
        if path.suffix == ".html":
            raise OSError(28, os.strerror(28), str(path))
        write(path, content, mode)

    folder.world = type(folder.world)(**{**vars(folder.world), "write": full})

    result = folder.ask("run")

    assert 1 == result.exit_code, result.stderr
    assert "the page cannot be written: No space left on device" in result.stderr
    assert "there is no new page; everything else is done" in result.stderr
    assert before == page.read_bytes()
    assert [(2,)] == folder.query("select count(*) from run where state = 'done'").rows()
    folder.world = type(folder.world)(**{**vars(folder.world), "write": write})
    assert 0 == folder.ask("run").exit_code
    assert before != page.read_bytes()


@pytest.mark.parametrize("files", [8, 12, 16, 40])
def test_too_few_files_are_told_or_enough(folder: Folder, files: int) -> None:
    """A run that may open hardly any file ends in order, by name if at all; with more of them it is whole."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    command = line_of("run", "--home", str(folder.home), now=folder.world.clock())
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, preexec_fn=limit)

    assert "an error of this program" not in result.stderr
    assert result.returncode == 0 or "ulimit" in result.stderr or "open" in result.stderr, result.stderr
    assert 0 == folder.ask("run").exit_code


def test_an_error_of_ours_in_one_source_is_that_sources(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever crosses from a source to the run is told by the source's name, and the rest is published."""
    from flows.run import steps

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(steps, "open_client", broken)

    result = invoke(folder.world, "run", home=folder.home)

    assert 1 == result.exit_code
    assert "FAILED  an error of this program as it was read" in result.stderr
    assert "1 source failed (sheet)" in result.stderr
    assert "ZeroDivisionError" not in result.output
    assert [(2,)] == folder.query("select count(distinct run_id) from key_result_score").rows()


def test_an_error_of_ours_in_the_page_costs_the_page_alone(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Landed, scored and published all the same, exit 1, and the page of before stays."""
    from flows.report import pages

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    before = (folder.home / PAGE).read_bytes()
    monkeypatch.setattr(pages, "render_page", broken)

    result = invoke(folder.world, "run", home=folder.home)

    assert 1 == result.exit_code
    assert "the page cannot be drawn, by an error of this program" in result.stderr
    assert before == (folder.home / PAGE).read_bytes()
    assert [(2,)] == folder.query("select count(*) from run where state = 'done'").rows()
