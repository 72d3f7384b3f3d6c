"""`okr verify` finds each way in which a warehouse can be broken (flows.run.verify, warehouse.verifying)."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback
from tests.flows.command import invoke
from tests.flows.project_folder import Folder
from tests.flows.woocommerce_shop import WOO_SOURCE, WooShop
from warehouse.door import Door
from warehouse.verifying import check_warehouse

pytestmark = pytest.mark.slow

GOALS = """\
period: {{id: autumn, start: 2026-11-01, end: 2026-12-31}}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: Sell
    key_results:
      - {{id: units, title: Units, metric: shop.units_sold, kind: total, target: {target}}}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Yield a folder of a shop with three days of runs: an order changes, one goes, a goal is edited."""
    clock, place = Clock(), tmp_path_factory.mktemp("lived")
    made = Folder(place / "project", still_world(clock), {"KEY": "secret"})
    server = Loopback(made.world, place)
    shop = WooShop(*(f"2026-11-{day:02}" for day in range(1, 23)))
    server.script = shop
    made.write("okr_config/sources.yaml", WOO_SOURCE.format(url=server.url))
    made.write(".env", "KEY=secret\n")
    for target in (60, 70, 80):
        made.write("okr_config/objectives/autumn.yaml", GOALS.format(target=target))
        made.run()
        clock.move(days=1)
        shop.refund(target // 10)
        shop.orders.pop(target // 20, None)
    yield made
    server.stop()


@pytest.fixture
def folder(lived: Folder, tmp_path: Path) -> Folder:
    """Return a copy of it to break, a day later."""
    home = tmp_path / "project"
    shutil.copytree(lived.home, home)
    return Folder(home, still_world(Clock(lived.world.clock())), lived.environ)


def plant(path: Path, *statements: str) -> None:
    """Change a warehouse file behind the program's back."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        for statement in statements:
            assert connection.execute(statement).fetchall() != [(0,)], statement


def findings(folder: Folder, code: int) -> dict[str, dict[str, str]]:
    """Return what `okr verify --json` finds, by check."""
    result = folder.ask("verify", "--json")
    assert code == result.exit_code, result.output
    return {row["check"]: row for row in json.loads(result.stdout)}


def heal(folder: Folder, command: str) -> None:
    """Do what a finding says."""
    words = command.partition(",")[0].removeprefix("okr ").split()
    result = folder.ask(*words, *(["--yes"] if words[0] in {"restore", "repair"} else []))
    assert 0 == result.exit_code, result.output


def test_what_was_lived_holds(folder: Folder) -> None:
    """Changes, deletions and edits are no breaks: exit 0, nothing found, nothing written."""
    before = folder.project().warehouse.path.read_bytes()

    result = folder.ask("verify")

    assert (0, "") == (result.exit_code, result.stdout), result.output
    assert "all holds: 5 files, every row read" in result.stderr
    assert [] == json.loads(folder.ask("verify", "--json").stdout)
    assert before == folder.project().warehouse.path.read_bytes()


BREAKS = {
    "grain": ("insert into key_result_score from key_result_score limit 1", "key_result_score"),
    "doubled_version": ("insert into shop_order_version from shop_order_version where order_id = '5'", "order_id 5"),
    "closed_version": (
        "update shop_order_version set removed = true where order_id = '9'",
        "shop_order_version: source_id butikk, order_id 9",
    ),
    "version_order": (
        """
        update shop_order_version set load_id = (select max(load_id) from load where state = 'ok')
        where order_id = '3' and not removed
        """,
        "shop_order_version: source_id butikk, order_id 3",
    ),
    "version_without_load": ("delete from load where load_id = (select min(load_id) from shop_order_version)", "shop_"),
    "definition_overlap": (
        """
        update key_result_definition_version set valid_from = '2030-01-01'
        where seen_at = (select min(seen_at) from key_result_definition_version)
        """,
        "key_result_id units",
    ),
    "landed_rows": ("delete from shop_order_line_version where order_id = '12'", "stream orders"),
    "run_missing": ("delete from run_event where run_id = (select min(run_id) from run)", "run_id 20261123T"),
    "load_missing": (
        "update metric_observation_version set load_id = 999 where metric = 'shop.orders'",
        "metric_observation_version: load_id 999",
    ),
    "definition_missing": ("delete from key_result_definition_version", "key_result_id units"),
    "order_missing": ("delete from shop_order_version where order_id = '11'", "shop_order_line"),
    "cursor_ahead": ("""update load set "cursor" = "cursor" + interval 3 years where "cursor" is not null""", "butikk"),
    "schema": ("drop table restatement", "okr.duckdb"),
}


@pytest.mark.parametrize("check", BREAKS)
def test_each_break_is_found(lived: Folder, tmp_path: Path, check: str) -> None:
    """By its check, as an error, with the table and the row; a whole file heals it."""
    statement, place = BREAKS[check]
    path = tmp_path / "okr.duckdb"
    shutil.copy(lived.project().warehouse.path, path)
    plant(path, statement)

    found = {finding.check: finding for finding in check_warehouse(Door(path), now=lived.world.clock())}

    assert check in found
    assert place in found[check].where
    assert ("error", "") == (found[check].severity, found[check].heals)


def test_a_break_is_healed_by_the_copy(folder: Folder) -> None:
    """The command that is named leaves a warehouse that holds."""
    plant(folder.project().warehouse.path, "delete from shop_order_line_version where order_id = '12'")

    found = findings(folder, 1)["landed_rows"]

    assert f"okr restore --from {folder.project().published}," in found["next"]
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_a_break_that_is_in_the_copy_too_is_healed_by_a_backup(folder: Folder) -> None:
    """The newest whole file is named, not the nearest one."""
    for path in (folder.project().warehouse.path, folder.project().published):
        plant(path, "delete from shop_order_version where order_id = '11'")

    found = findings(folder, 1)["order_missing"]

    assert f"okr restore --from {folder.project().backups / 'okr-2026-11-25.duckdb'}" in found["next"]
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_where_nothing_is_whole_that_is_said(folder: Folder) -> None:
    """No command is named that would not heal."""
    for path in (folder.project().warehouse.path, folder.project().published, *folder.project().backups.iterdir()):
        plant(path, "delete from run_event where run_id = (select min(run_id) from run)")

    assert "no copy and no backup is whole" in findings(folder, 1)["run_missing"]["next"]


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 20_000])
def test_a_file_that_is_lost_is_found(folder: Folder, content: bytes | None) -> None:
    """Missing, emptied or damaged: exit 1 with what restores it."""
    path = folder.project().warehouse.path
    path.unlink() if content is None else path.write_bytes(content)

    found = findings(folder, 1)["file"]

    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_a_flipped_bit_anywhere_is_found(folder: Folder) -> None:
    """Also in a block that no check would have read."""
    path = folder.project().warehouse.path
    content = bytearray(path.read_bytes())
    found = 0
    for place in range(20_000, len(content), len(content) // 7):
        content[place] ^= 4
        path.write_bytes(content)
        result = folder.ask("verify", "--json")
        found += result.exit_code
        assert result.exit_code in {0, 1}, result.output
        content[place] ^= 4
    assert found


def test_a_copy_that_differs_is_published_anew(folder: Folder) -> None:
    """The table and both counts; a value that differs is seen as well."""
    plant(folder.project().published, "update key_result_day_version set value = value + 1")

    found = findings(folder, 1)["copy"]

    assert "key_result_day_version: " in found["what"]
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


@pytest.mark.parametrize("content", [None, b"\xff" * 20_000])
def test_a_copy_that_is_lost_is_published_anew(folder: Folder, content: bytes | None) -> None:
    """Missing is a warning, damaged an error; okr run heals both."""
    copy = folder.project().published
    copy.unlink() if content is None else copy.write_bytes(content)

    found = findings(folder, 0 if content is None else 1)["copy"]

    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_a_copy_that_is_behind_is_a_warning(folder: Folder) -> None:
    """A run that was cut off before it published: said, exit 0, and the next one publishes."""
    shutil.copy(folder.project().backups / "okr-2026-11-24.duckdb", folder.project().published)

    found = findings(folder, 0)["copy"]

    assert "warning" == found["severity"]
    assert "the published copy is behind: the warehouse has 3 runs" in found["what"]
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_an_order_that_its_lines_do_not_make_is_a_warning(folder: Folder) -> None:
    """The vendor may say so itself, so that it is told and the exit code is 0; where it does not, okr run heals."""
    for path in (folder.project().warehouse.path, folder.project().published):
        plant(path, "update shop_order_version set gross_amount = 250 where order_id = '14'")

    found = findings(folder, 0)["order_sum"]

    assert "order_id 14" in found["where"]
    assert "it says 250.0000, its lines 200.0000" in found["what"]
    assert found["next"].startswith("okr run --only butikk --since 2026-11-14,")
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_a_run_without_an_end_is_a_warning(folder: Folder) -> None:
    """The next run closes it."""
    for path in (folder.project().warehouse.path, folder.project().published):
        plant(path, "delete from run_event where run_id = (select max(run_id) from run) and state <> 'running'")

    found = findings(folder, 0)["unfinished_run"]

    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_what_lies_in_the_future_is_found(folder: Folder) -> None:
    """A clock two days behind: both times, and okr repair where it is right."""
    folder.world = still_world(Clock(folder.world.clock() - timedelta(days=2)))

    found = findings(folder, 1)["clock"]

    assert "the clock says 2026-11-24 09:00 UTC" in found["what"]
    heal(folder, found["next"])
    assert {} == findings(folder, 0)


def test_a_backup_that_cannot_be_read_is_found(folder: Folder) -> None:
    """By its name."""
    broken = folder.project().backups / "okr-2026-11-24.duckdb"
    broken.write_bytes(b"no database")

    found = findings(folder, 1)["backup"]

    assert str(broken) == found["where"]
    assert found["next"].startswith(f"rm {broken}")


def test_a_lost_customer_key_is_found(folder: Folder) -> None:
    """Before a run refuses to go on."""
    key = folder.home / ".okr" / "customer.key"
    before = key.read_bytes()
    key.unlink()

    assert "put the old file back" == findings(folder, 1)["customer_key"]["next"]
    key.write_bytes(before)
    assert {} == findings(folder, 0)


def test_a_person_reads_what_where_and_next(folder: Folder) -> None:
    """Three lines a finding, the number of breaks, and the command last."""
    plant(folder.project().warehouse.path, "delete from shop_order_version where order_id = '11'")

    result = folder.ask("verify")

    assert 1 == result.exit_code
    assert "a line or a refund counts whose order does not: line 110" in result.stdout
    assert f"  {folder.project().warehouse.path}: shop_order_line: source_id butikk, order_id 11" in result.stdout
    assert result.stderr.splitlines()[-1].startswith("next: okr restore --from ")


def test_without_a_warehouse_there_is_nothing_to_verify(tmp_path: Path) -> None:
    """Exit 2, and what makes one."""
    bare = Folder(tmp_path / "bare", still_world(Clock()))
    bare.write("okr_config/sources.yaml", "sources: []\n")

    result = invoke(bare.world, "verify", home=bare.home)

    assert 2 == result.exit_code
    assert "nothing has been landed yet" in result.stderr
