"""Many folders in one process: who is served, when each runs, and what is told of all (.rounds, .homes_site)."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from flows.serve.access import Guard
from flows.serve.homes import Homes, find_homes
from flows.serve.homes_site import HomesSite, health_of
from flows.serve.http_server import Request
from flows.serve.rounds import Rounds
from flows.serve.sharing import signer_of
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.command import invoke, line_of
from tests.flows.project_folder import FILE_SOURCE, TERM, TERM_NUMBERS, Folder
from warehouse.locking import hold_lock

pytestmark = pytest.mark.slow

API = """\
sources:
  - id: api
    connector: http_json
    url: {url}/rows
    headers: {{Authorization: "Bearer ${{TOKEN}}"}}
    records: rows
    fields: {{day: day, value: value}}
    metric: api.sold
"""


class Shops:
    """A folder of project folders, and what serves them."""

    def __init__(self, root: Path, world: World) -> None:
        self.root = root
        self.world = world
        self.said: list[str] = []
        self.homes = Homes([f"{root}/*"], {"PATH": "/bin", "TOKEN": "of-the-process"}, world, self.said.append)

    def add(self, name: str, sources: str = FILE_SOURCE, cron: str = "0 * * * *") -> Folder:
        """Write a folder that can be run."""
        folder = Folder(self.root / name, self.world)
        folder.write("okr_config/sources.yaml", sources)
        folder.write("okr_config/objectives/term.yaml", TERM)
        folder.write("okr_config/project.yaml", f'schedule: {{cron: "{cron}", timezone: UTC}}\n')
        folder.write("numbers/numbers.csv", TERM_NUMBERS)
        return folder

    def round(self, at_once: int = 8) -> list[str]:
        """Run all that is due, in turn; return the names."""
        with ThreadPoolExecutor(at_once) as pool:
            wait(Rounds(self.homes, at_once).begin(pool))
        return [line.partition("  ")[0] for line in self.said if " streams, " in line]

    def ask(self, path: str) -> tuple[int, bytes]:
        """Ask the site of all."""
        answer = HomesSite(self.homes, Guard(None, "okr-1")).respond(Request("GET", path, {"host": ["localhost"]}))
        return int(answer.status), answer.body


@pytest.fixture
def shops(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shops]:
    """Return an empty folder of folders; what is said is kept."""
    made = Shops(tmp_path / "shops", world)
    monkeypatch.setattr("flows.console.output.say", made.said.append)
    yield made
    made.homes.close()


def test_each_folder_runs_by_its_own_schedule(shops: Shops, clock: Clock) -> None:
    """All at the start, since all were missed; then each when it is due, once, whatever was missed meanwhile."""
    shops.add("hourly")
    shops.add("daily", cron="0 6 * * *")
    shops.homes.look()
    shops.round()
    first = {name: one.due_at for name, one in shops.homes.served.items()}
    rounds = []
    for hours in (0.5, 1, 5, 24):
        shops.said.clear()
        clock.move(hours=hours)
        rounds.append(sorted(shops.round()))

    assert {"hourly": "10:00", "daily": "06:00"} == {name: f"{at:%H:%M}" for name, at in first.items() if at}
    assert [[], ["hourly"], ["hourly"], ["daily", "hourly"]] == rounds


def test_who_has_waited_longest_is_next(shops: Shops, clock: Clock) -> None:
    """With one seat, every folder has its turn before one has a second."""
    for name, cron in (("a", "* * * * *"), ("b", "* * * * *"), ("c", "*/30 * * * *")):
        shops.add(name, cron=cron)
    shops.homes.look()
    for _ in range(7):
        clock.move(minutes=40)
        shops.round(at_once=1)

    turns = [line.partition("  ")[0] for line in shops.said if " streams, " in line]
    assert [{"a", "b", "c"}, {"a", "b", "c"}] == [set(turns[:3]), set(turns[3:6])]


def test_one_that_fails_leaves_the_others_alone(shops: Shops, clock: Clock) -> None:
    """A source that is gone, a config that is wrong, a warehouse that is none: said, and the rest runs on."""
    good, lacking, wrong, broken = (shops.add(name) for name in ("good", "lacking", "wrong", "broken"))
    shops.homes.look()
    shops.round()
    (lacking.home / "numbers" / "numbers.csv").unlink()
    wrong.write("okr_config/objectives/term.yaml", TERM.replace("kind: total", "kind: totl"))
    broken.project().warehouse.path.write_bytes(b"no database")
    clock.move(hours=1)
    shops.said.clear()
    shops.round()

    assert good.query("select count(*) as n from run")["n"].to_list() == [2]
    assert "FAILED: sheet" in next(line for line in shops.said if line.startswith("lacking  ") and "streams" in line)
    assert {"wrong", "broken"} == {line.partition("  ")[0] for line in shops.said if "did not run" in line}
    assert {"good": None, "lacking": None} == {
        name: one.trouble for name, one in shops.homes.served.items() if name in {"good", "lacking"}
    }
    assert {"homes": 4, "unwell": 2, "refused": 0}.items() <= health_of(shops.homes).facts.items()
    # what has been mended runs at its next turn
    wrong.write("okr_config/objectives/term.yaml", TERM)
    clock.move(hours=1)
    shops.round()
    assert None is shops.homes.served["wrong"].trouble


def test_no_folder_has_the_secrets_of_another(shops: Shops, tmp_path: Path) -> None:
    """A variable comes from the folder's own .env, never from the process or a neighbour's."""
    server = Loopback(shops.world, tmp_path)
    server.script = lambda _: Reply({"rows": [{"day": "2026-11-20", "value": 1}]})
    for name in ("a", "b", "none"):
        folder = shops.add(name, API.format(url=server.url))
        if name != "none":
            folder.write(".env", f"TOKEN=of-{name}-alone\n")
            (folder.home / ".env").chmod(0o600)
    shops.homes.look()
    shops.round()
    server.stop()

    assert {"Bearer of-a-alone", "Bearer of-b-alone"} == {one.headers["authorization"] for one in server.seen}
    assert "variable TOKEN is not set" in (shops.homes.served["none"].trouble or "")


def test_folders_come_and_go(shops: Shops) -> None:
    """A new one is served at the next look, one that has gone no longer, one that was wrong once it is right."""
    wrong, gone = shops.add("wrong"), shops.add("gone")
    wrong.write("okr_config/project.yaml", "timezone: Europe/Olso\n")
    shops.homes.look()
    shops.homes.look()
    before = set(shops.homes.served), [line for line in shops.said if line.startswith("wrong  is not served")]
    wrong.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    (gone.home / "okr_config").rename(gone.home / "elsewhere")
    shops.add("new")
    shops.homes.look()

    assert ({"gone"}, 1) == (before[0], len(before[1]))
    assert {"wrong", "new"} == set(shops.homes.served)
    assert {} == shops.homes.refused


def test_two_of_one_name_are_told(shops: Shops) -> None:
    """The second is refused, with both places and what to write."""
    shops.add("a").write("okr_config/project.yaml", "id: shop\n")
    second = shops.add("b")
    second.write("okr_config/project.yaml", "id: shop\n")
    shops.homes.look()

    assert {"shop"} == set(shops.homes.served)
    told = shops.homes.refused[second.home]
    assert "two folders have the same name, shop" in told
    assert f"next: give one an id of its own in {second.home}/okr_config/project.yaml" in told


def test_one_that_is_served_already_is_left_alone(shops: Shops) -> None:
    """The lock of `okr serve` holds here too."""
    busy = shops.add("busy")
    with hold_lock(busy.home / ".okr" / "serve.lock", "this folder is being served already", world=shops.world):
        shops.homes.look()

    assert "this folder is being served already" in shops.homes.refused[busy.home]


def test_no_folder_at_all_is_told(tmp_path: Path, world: World) -> None:
    """With where was looked and what to do; nothing is served."""
    (tmp_path / "empty").mkdir()

    told = invoke(world, "serve", "--homes", f"{tmp_path}/*")

    assert 2 == told.exit_code
    assert f"no project folder is there: none holds okr_config/\n  looked for {tmp_path}/*" in told.stderr
    assert [] == find_homes([f"{tmp_path}/*"])
    with pytest.raises(UsageError):
        Homes([f"{tmp_path}/*"], {}, world, print).look()


def test_one_page_shows_all(shops: Shops) -> None:
    """Each folder with how it stands, its last good run and its next; what is wrong stands out; names are escaped."""
    shops.add("shop-a")
    shops.add("shop-b").write("okr_config/sources.yaml", "sources: [\n")
    shops.add("<i>").write("okr_config/project.yaml", "timezone: nowhere\n")
    shops.homes.look()
    shops.round()

    status, body = shops.ask("/")
    page = body.decode()

    assert 200 == status
    assert '<a href="shop-a/">shop-a</a>' in page
    assert "23\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026 09:00" in page
    assert "23\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026 10:00" in page
    assert '<html lang="en">' in page

    assert "<i>" not in page
    assert "&lt;i&gt;" in page


def test_the_page_speaks_the_language_of_most_folders(shops: Shops) -> None:
    """Norwegian where more than half do; what a run said in English is marked as such."""
    for name, language in (("a", "nb"), ("b", "nb"), ("c", "en")):
        folder = shops.add(name)
        folder.write("okr_config/objectives/term.yaml", TERM.replace("language: en", f"language: {language}"))
    shops.homes.look()
    empty = shops.ask("/")[1].decode()
    shops.round()
    shops.homes.served["c"].trouble = "no <disk>"
    page = shops.ask("/")[1].decode().replace("\N{NO-BREAK SPACE}", " ")

    assert '<html lang="en">' in empty
    assert "<h1>Mål og nøkkelresultater i 3 mapper</h1>" in page
    assert "Sist kjørt uten feil" in page
    assert "23. november 2026 10.00" in page
    assert " ikke nådd</span>" in page
    assert '<span lang="en">no &lt;disk&gt;</span>' in page


def test_each_folder_lies_below_its_name(shops: Shops) -> None:
    """Its page, its status, its badges; the name alone leads there, and another one nowhere."""
    shops.add("shop-a")
    shops.homes.look()
    shops.round()

    answers = {
        path: shops.ask(path)[0]
        for path in ("/shop-a", "/shop-a/", "/shop-a/status.json", "/shop-a/badge/ten.svg", "/shop-a/x.html", "/b/")
    }
    assert [301, 200, 200, 200, 404, 404] == list(answers.values())
    assert (
        "shop-a/"
        in dict(
            HomesSite(shops.homes, Guard(None, "c")).respond(Request("GET", "/shop-a", {"host": ["localhost"]})).headers
        )["Location"]
    )


def test_what_is_shared_of_a_folder_lies_below_it(shops: Shops) -> None:
    """A stranger reads a badge by its address; by that of another folder, or of one that is none, there is nothing."""
    for name in ("shop-a", "shop-b", "shared"):
        shops.add(name)
    shops.homes.look()
    shops.round()
    site = HomesSite(shops.homes, Guard("a token of some length", "okr-1"))
    address = signer_of(shops.homes.served["shop-a"].project.home, shops.world).address_of("badge/ten.svg")

    def status(path: str, **headers: str) -> int:
        values = {"host": ["team.example"], **{name: [value] for name, value in headers.items()}}
        return int(site.respond(Request("GET", path, values)).status)

    paths = (f"/shop-a/{address}", f"/shop-b/{address}", f"/none/{address}", f"/{address}", "/shared/badge/ten.svg")
    assert [200, 404, 404, 401, 401] == [status(path) for path in paths]
    listed = site.respond(
        Request("GET", "/shop-a/share", {"host": ["team.example"], "authorization": ["Bearer a token of some length"]})
    )
    assert f">http://team.example/shop-a/{address}<" in listed.body.decode()


def test_one_scoreboard_has_all_rows(shops: Shops) -> None:
    """Those of each folder, with its name; they are the ones of its own scoreboard."""
    for name in ("shop-a", "shop-b"):
        shops.add(name)
    shops.homes.look()
    shops.round()

    rows: list[dict[str, Any]] = json.loads(shops.ask("/status.json")[1])
    own = json.loads(shops.ask("/shop-b/status.json")[1])

    assert [("shop-a", "counted"), ("shop-a", "ten"), ("shop-b", "counted"), ("shop-b", "ten")] == [
        (row["project"], row["key_result_id"]) for row in rows
    ]
    assert own == [{name: row[name] for name in row if name != "project"} for row in rows[2:]]


def test_health_is_one_and_names_nobody(shops: Shops, clock: Clock) -> None:
    """200 while all are well; 503 once one has not run for two cadences; its name is nobody's business."""
    for name in ("shop-a", "shop-b"):
        shops.add(name)
    shops.homes.look()
    shops.round()
    well = shops.ask("/healthz")
    clock.now += timedelta(hours=4)
    late = shops.ask("/healthz")

    assert (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE) == (well[0], late[0])
    assert b"shop-a" not in late[1]
    assert {"homes": 2, "unwell": 2, "refused": 0, "running": 0}.items() <= json.loads(late[1]).items()


def test_one_process_serves_all(tmp_path: Path, world: World) -> None:
    """As a user starts it: every folder is run, all lie behind one address, and Ctrl-C is its natural end."""
    shops = Shops(tmp_path / "shops", world)
    for name in ("shop-a", "shop-b"):
        shops.add(name)
    line = line_of("serve", "--homes", f"{shops.root}/*", "--port", "0")
    environ = {name: text for name, text in os.environ.items() if not name.startswith(("OKR_", "PREFECT_"))}
    process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environ)
    try:
        assert process.stderr
        address = process.stderr.readline().split()[1]
        ran: list[str] = []
        while len(ran) < 2:
            told = process.stderr.readline()
            assert told
            ran += [told.partition("  ")[0]] if " streams, " in told else []
        with urlopen(address + "shop-b/status.json", timeout=20) as one, urlopen(address, timeout=20) as page:  # noqa: S310
            answers = json.loads(one.read()), page.read()
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)
    finally:
        process.kill()
        process.wait(timeout=30)
        process.stderr.close()

    assert {"shop-a", "shop-b"} == set(ran)
    assert ["counted", "ten"] == [row["key_result_id"] for row in answers[0]]
    assert b"shop-a/" in answers[1]
    assert 0 == code
