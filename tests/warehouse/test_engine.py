"""What goes wrong with a file is told in plain words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.warehouse.deliveries import ask, delivery
from warehouse import open_warehouse
from warehouse.engine import connect, first_row, in_plain_words, quoted, registered

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"not a database" * 1000, "damaged or no DuckDB file"),
        (b"", "damaged or no DuckDB file"),
    ],
)
def test_a_file_that_is_no_database(path: Path, world: World, content: bytes, what: str) -> None:
    """Rubbish is named as such, with a way out, and is not written to."""
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(WarehouseError) as caught, open_warehouse(path, world=world):
        pass

    assert what in caught.value.what
    assert caught.value.next_step.startswith("okr restore")
    assert content == path.read_bytes()


@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_file(path: Path, empty: Path, world: World, cut: bool) -> None:
    """A flipped byte and a missing end are found when the file is opened."""
    path.parent.mkdir()
    content = bytearray(empty.read_bytes())
    content[4100] ^= 0xFF
    path.write_bytes(content[:5000] if cut else content)

    with pytest.raises(WarehouseError, match="damaged"), open_warehouse(path, world=world):
        pass


def test_a_file_that_another_process_writes(path: Path, world: World) -> None:
    """The error says what to do instead; the other process goes on."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\nfrom warehouse.engine import connect\nfrom pathlib import Path\n"
    )
    script += "with connect(Path(sys.argv[1])):\n print('open', flush=True)\n sys.stdin.read()"
    path.parent.mkdir()
    command = [sys.executable, "-c", script, str(path), str(ROOT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert "open\n" == other.stdout.readline()

        with (
            pytest.raises(WarehouseError, match="another program has the warehouse open"),
            open_warehouse(path, world=world),
        ):
            pass

        other.communicate("")
    assert 0 == other.returncode


_FULL = """
import sys; sys.path.insert(0, sys.argv[2])
import json, resource
from pathlib import Path
from typing import Any
from okr_config.errors import WarehouseError
from tests.conftest import waiting_world
from tests.warehouse.deliveries import ask, delivery
from warehouse import open_warehouse
path = Path(sys.argv[1])
landed = 0
try:
    with open_warehouse(path, world=waiting_world()) as warehouse:
        room = path.stat().st_size + 300_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        for number in range(200):
            rows = [{"order_id": f"{number}-{row}", "status": f"{number * row:x}" * 20} for row in range(500)]
            warehouse.land(delivery({"orders": rows}), "run")
            landed += 1
except WarehouseError as error:
    print(json.dumps([landed, error.what, error.where, error.next_step]))
"""


def test_a_full_disk_loses_nothing(path: Path, world: World) -> None:
    """Where no more can be written the error says so, and what had landed is there when the file is opened again."""
    command = [sys.executable, "-c", _FULL, str(path), str(ROOT)]

    told = subprocess.run(command, capture_output=True, text=True, check=True)

    landed, what, where, next_step = json.loads(told.stdout)
    assert ("the disk is full", str(path)) == (what, where)
    assert "nothing is lost" in next_step
    with open_warehouse(path, world=world) as warehouse:
        ((loads, rows),) = ask(warehouse, "select (select count(*) from load), (select count(*) from shop_order)")
        assert 500 * loads == rows
        assert loads in {landed, landed + 1}
        assert 0 == warehouse.land(delivery({"orders": []}), "run").rows_new


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (duckdb.FatalException("COMMIT succeeded and is durable, but the autocheckpoint failed"), "the disk is full"),
        (duckdb.IOException("Could not write file: No space left on device"), "the disk is full"),
        (duckdb.IOException("Trying to read a database file with version number 99"), "another version of DuckDB"),
        (duckdb.IOException("Cannot open file: Permission denied"), "may not open"),
        (duckdb.InternalException("something else"), "cannot be used"),
    ],
)
def test_every_trouble_has_three_lines(error: duckdb.Error, what: str) -> None:
    """What, where, and what to do next; DuckDB's own words are only the cause."""
    with pytest.raises(WarehouseError) as caught, in_plain_words(Path("w/okr.duckdb")):
        raise error

    assert what in caught.value.what
    assert ("w/okr.duckdb", True, 3) == (caught.value.where, bool(caught.value.next_step), caught.value.exit_code)
    assert error is caught.value.__cause__


def test_errors_in_our_own_sql_pass() -> None:
    """A mistake of ours is not blamed on the file."""
    with pytest.raises(duckdb.ConversionException), in_plain_words(Path("x")):
        raise duckdb.ConversionException


@pytest.mark.parametrize("error", [duckdb.CatalogException, duckdb.BinderException])
def test_a_file_that_lacks_something_is_sent_to_verify(error: type[duckdb.Error]) -> None:
    """Our SQL fits the schema it was written for: a table, view or column that is not there has gone from the file."""
    with pytest.raises(WarehouseError) as told, in_plain_words(Path("x")):
        raise error

    assert "okr verify, which says what heals it" == told.value.next_step


def test_names_are_quoted(tmp_path: Path) -> None:
    """A name of any letters is one identifier."""
    name = "a\"; drop table r; --'x"
    with connect(tmp_path / "x.duckdb") as connection:
        connection.execute(f"create table {quoted(name)} (x int)")

        assert [(name,)] == connection.execute("select table_name from duckdb_tables()").fetchall()


def test_no_bar_is_drawn_into_what_commands_print(tmp_path: Path) -> None:
    """DuckDB would draw one on stdout for each statement of more than two seconds."""
    with connect(tmp_path / "a.duckdb") as connection:
        assert [(False,)] == connection.execute("select current_setting('enable_progress_bar')").fetchall()


def test_a_first_row_leaves_nothing_unread() -> None:
    """Of many rows the first is told, of none nothing, and the connection can be asked for other things at once."""
    with duckdb.connect() as connection:
        found = first_row(connection, "from range($count)", {"count": 5000}), first_row(connection, "from range(0)")
        with registered(connection, "one", pl.DataFrame({"a": [1]})):
            counted = first_row(connection, "select count(*) from one")

    assert (((0,), None), (1,)) == (found, counted)


class _Interrupted:
    """A frame during whose reading a signal comes."""

    def __init__(self, raised: BaseException) -> None:
        self._raised = raised

    def __arrow_c_stream__(self, _schema: object) -> object:
        raise self._raised


@pytest.mark.parametrize("raised", [SystemExit(143), KeyboardInterrupt()])
def test_a_signal_while_a_frame_is_read_is_no_error_of_the_frame(raised: BaseException) -> None:
    """DuckDB makes an error of its own of it, which a guard around one source would take for that source's."""
    frame: Any = _Interrupted(raised)
    with duckdb.connect() as connection, pytest.raises(KeyboardInterrupt), registered(connection, "one", frame):
        connection.execute("from one")
