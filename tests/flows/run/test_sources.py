"""A run and its sources: which count, under which name, of which account (flows.sources.leaving)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.commands.check import check_project
from flows.sources.leaving import leaving_sentences
from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.command import invoke
from tests.flows.project_folder import FILE_SOURCE, Folder
from warehouse.sources import Leaving

pytestmark = pytest.mark.slow

GOAL = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: calls
    title: Calls
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 10}
"""
NUMBERS = "metric,day,value\nshop.orders,2026-11-01,2\nshop.orders,2026-11-02,3\n"


@pytest.fixture
def sheet(folder: Folder) -> Folder:
    """Return a folder with one sheet and one goal."""
    folder.write("okr_config/objectives/q4.yaml", GOAL)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("numbers/a.csv", NUMBERS)
    return folder


def _value(folder: Folder) -> int:
    (row,) = folder.run().scoreboard.to_dicts()
    return int(row["value"] or 0)


def _talk(folder: Folder) -> list[str]:
    return [event.what for event in folder.events if event.kind == "log" and "no longer" in event.what]


def test_a_new_id_does_not_double(sheet: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A source that gets another id counts under that alone, and check and the run say what goes."""
    before = _value(sheet)
    sheet.write("okr_config/sources.yaml", FILE_SOURCE.replace("id: sheet", "id: ark"))
    check_project(sheet.project(), as_json=False)

    assert "source sheet is no longer configured: 2 stated numbers no longer count" in capsys.readouterr().err
    assert (5, 5) == (before, _value(sheet))
    assert ["source sheet is no longer configured: 2 stated numbers no longer count"] == _talk(sheet)
    assert 5 == _value(sheet)
    assert [] == _talk(sheet)


def test_a_source_that_is_not_pulled_counts(sheet: Folder) -> None:
    """`enabled: false` stops the pulling, not the counting."""
    before = _value(sheet)
    sheet.write("okr_config/sources.yaml", FILE_SOURCE + "    enabled: false\n")
    (sheet.home / "numbers" / "a.csv").unlink()

    assert (5, 5) == (before, _value(sheet))
    assert [] == _talk(sheet)


def test_a_rename_carries_history(sheet: Folder) -> None:
    """With renamed_from the rows go along: none is new, none is gone."""
    before = _value(sheet)
    renamed = FILE_SOURCE.replace("id: sheet", "id: ark\n    renamed_from: sheet")
    sheet.write("okr_config/sources.yaml", renamed)

    outcome = sheet.run()

    assert (5, [5]) == (before, outcome.scoreboard["value"].to_list())
    assert [(0, 0)] == [(load.rows_new, load.rows_changed) for load in outcome.loads]
    assert [] == _talk(sheet)
    assert ["ark"] == sheet.query("select distinct source_id from metric_observation_version")["source_id"].to_list()


@pytest.mark.parametrize("state", ["lost", "emptied", "another"])
def test_a_customer_key_that_is_not_the_old_one_stops_the_run(sheet: Folder, state: str) -> None:
    """Nothing is overwritten: the old file can be put back, and then the run goes on."""
    sheet.run()
    path = sheet.home / ".okr" / "customer.key"
    key = path.read_bytes()
    _spoil(path, state)
    left = path.read_bytes() if path.exists() else None

    with pytest.raises(WarehouseError, match="the key that customers are hashed with is"):
        sheet.run()

    assert left == (path.read_bytes() if path.exists() else None)
    path.write_bytes(key)
    assert sheet.run().complete


def _spoil(path: Path, state: str) -> None:
    if state == "lost":
        path.unlink()
    else:
        path.write_bytes(b"" if state == "emptied" else b"x" * 32)


SKY = """\
sources:
  - {id: sky, connector: bluesky, account: shop.bsky.social, base_url: URL}
"""
FOLLOWERS = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: seen
    title: Seen
    key_results:
      - {id: followers, title: Followers, metric: social.followers, kind: level, target: 500}
"""


@pytest.fixture
def sky(folder: Folder, world: World, tmp_path: Path, clock: Clock) -> Iterator[Any]:
    """Yield a folder that has followed an account for a day, and the account's server."""
    server = Loopback(world, tmp_path)
    server.script = lambda _: Reply({"did": "did:plc:a", "followersCount": 203, "postsCount": 1})
    folder.write("okr_config/sources.yaml", SKY.replace("URL", server.url))
    folder.write("okr_config/objectives/q4.yaml", FOLLOWERS)
    folder.run()
    clock.move(days=1)
    yield folder, server
    server.stop()


def _landed(folder: Folder) -> list[tuple[Any, ...]]:
    return folder.query("select account, followers from social_account order by observed_at").rows()


def test_another_account_under_an_id_is_refused(sky: Any) -> None:  # noqa: ANN401 - a pair of the fixture
    """A handle that changed hands: the run ends with 1, says whose it was, and lands nothing of it."""
    folder, server = sky
    server.script = lambda _: Reply({"did": "did:plc:b", "followersCount": 9, "postsCount": 1})

    result = invoke(folder.world, "run", home=folder.home)

    assert 1 == result.exit_code
    assert "source sky leads to another account than before, which was did:plc:a" in " ".join(result.output.split())
    assert [("shop.bsky.social", 203)] == _landed(folder)
    assert [203] == folder.query("select value from scoreboard")["value"].to_list()


def test_settings_that_lead_elsewhere_are_not_asked(sheet: Folder, world: World, tmp_path: Path) -> None:
    """Another site under an id of before: no request, exit 1, and nothing landed."""
    server = Loopback(world, tmp_path)
    site = "sources:\n  - {id: site, connector: plausible, site_id: a.example, api_key: '${KEY}', base_url: URL}\n"
    sheet.write(".env", "KEY=x\n")
    sheet.write("okr_config/sources.yaml", site.replace("URL", server.url))
    invoke(sheet.world, "run", home=sheet.home)
    asked = len(server.seen)
    sheet.write("okr_config/sources.yaml", site.replace("URL", server.url).replace("a.example", "b.example"))

    result = invoke(sheet.world, "run", home=sheet.home)
    server.stop()

    assert (1, True, asked) == (result.exit_code, asked > 0, len(server.seen))
    assert "source site leads to another account than before" in " ".join(result.output.split())


def test_a_new_handle_of_an_account_does_not_double(sky: Any, clock: Clock) -> None:  # noqa: ANN401 - a pair of the fixture
    """The same lasting id under another handle is one account, of the past too."""
    folder, server = sky
    clock.move(days=1)
    folder.write("okr_config/sources.yaml", SKY.replace("URL", server.url).replace("shop.bsky.social", "shop.example"))
    folder.run()
    clock.move(days=1)

    assert [203] == [int(value) for value in folder.run().scoreboard["value"].to_list()]
    assert {("shop.example", 203)} == set(_landed(folder))


def test_scoring_again_leaves_out_what_is_not_configured(sheet: Folder) -> None:
    """`okr score` knows a source that was taken out without a run in between, and says what goes."""
    sheet.run()
    sheet.write("okr_config/sources.yaml", "sources: []\n")

    result = invoke(sheet.world, "score", home=sheet.home)

    assert 0 == result.exit_code
    assert "source sheet is no longer configured: 2 stated numbers no longer count" in result.stderr
    assert [None] == sheet.query("select value from scoreboard")["value"].to_list()


def test_a_sentence_for_each_source() -> None:
    """Everything that a source takes along is in one sentence."""
    leaving = [Leaving("a", "orders", 203), Leaving("a", "stated numbers", 2), Leaving("b", "periods of visits", 9)]

    assert [
        "source a is no longer configured: 203 orders and 2 stated numbers no longer count",
        "source b is no longer configured: 9 periods of visits no longer count",
    ] == leaving_sentences(leaving)
