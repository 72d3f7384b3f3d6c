"""`okr doctor`: what one call to each source tells, and the fix for what is wrong (connectors.probing)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import connectors
from connectors.http.errors import RequestError
from connectors.probing import Checkup, check_up
from connectors.source import Pull, SourceHealth
from flows.commands.demo import LAST_DAY
from flows.commands.doctor import examine, show_health
from flows.scaffold.folder import write_template
from okr_config.errors import SourceError
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

PROFILE = {"did": "did:plc:abc", "handle": "shop.example", "followersCount": 83, "postsCount": 140}
SOURCES = """\
sources:
  - {id: sky, connector: bluesky, account: shop.example, base_url: URL}
  - {id: sheet, connector: file, path: numbers/*.csv}
"""


@pytest.fixture
def server(world: World, tmp_path: Path) -> Any:  # noqa: ANN401 - yields a loopback
    """Start a server that answers by script."""
    running = Loopback(world, tmp_path)
    running.script = lambda _: Reply(PROFILE)
    yield running
    running.stop()


@pytest.fixture
def home(folder: Folder, server: Loopback) -> Folder:
    """Return a folder with a social account and a file."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("okr_config/sources.yaml", SOURCES.replace("URL", server.url))
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-22,1\n")
    return folder


def _checkup(loopback: Loopback, probe: Callable[[Pull[Any]], SourceHealth] | None) -> Checkup:
    source = replace(connectors.load("bluesky"), probe=probe)
    settings = loopback.settings("bluesky", {"account": "shop.example"})
    return check_up(source, settings, zone=ZoneInfo("UTC"), world=loopback.world, home=loopback.home, customer_key=str)


def test_without_a_probe_the_first_stream_is_pulled(server: Loopback, clock: Clock) -> None:
    """One request; a source that tells its time is held against ours."""
    server.script = lambda _: Reply(PROFILE, headers={"Date": "Mon, 23 Nov 2026 08:50:00 GMT"})

    checkup = _checkup(server, None)

    assert (1, clock.now, timedelta(minutes=-10)) == (checkup.requests, checkup.health.newest, checkup.skew)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(RequestError("forbidden", "denies access: CANARY-x"), "forbidden"), (KeyError("CANARY-x"), "bad_answer")],
)
def test_whatever_a_probe_meets_is_the_sources_error(server: Loopback, broken: Exception, reason: str) -> None:
    """With its place, and never a traceback."""

    def probe(_: Pull[Any]) -> SourceHealth:
        raise broken

    with pytest.raises(SourceError) as caught:
        _checkup(server, probe)

    assert (reason, "source src (bluesky)") == (caught.value.reason, caught.value.where)


def test_a_healthy_folder(home: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Each source has its lines, and the next step is a run."""
    healthy = show_health(home.project(), None, as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert healthy
    assert ["sky", "sheet"] == [each["source"] for each in told if each["check"] == "credentials"]
    assert {"ok"} == {each["state"] for each in told}


@pytest.mark.parametrize(
    ("reply", "told", "fix"),
    [
        (Reply({}, 401), "answered 401 Unauthorized", "okr connect sky"),
        (Reply({}, 403), "answered 403 Forbidden", "okr connect sky names the steps"),
        (Reply({}, 404), "answered 404 Not Found", "correct the account of source sky"),
        (Reply({}, 500), "answered 500 Internal Server Error (4 tries)", "okr connectors bluesky"),
        (
            Reply(fault="reset"),
            "closed the connection without an answer",
            "check the network and the address of source sky",
        ),
    ],
)
def test_what_fails_has_a_fix(  # noqa: PLR0913, PLR0917 - cases
    home: Folder, server: Loopback, capsys: pytest.CaptureFixture[str], reply: Reply, told: str, fix: str
) -> None:
    """The first fix is the next step, too."""
    server.script = lambda _: reply

    healthy = show_health(home.project(), "sky", as_json=False)

    output = capsys.readouterr()
    assert not healthy
    assert told in output.out
    assert fix in output.out
    assert fix in output.err.splitlines()[-1]


def test_scopes_clock_quota_and_version_are_told(
    home: Folder, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a connector's probe brings becomes findings, warnings with a fix."""
    health = SourceHealth(
        account="shop.example, 2 of 3 streams",
        lacking={"read_all_orders": "only the last 60 days of orders are visible"},
        quota="99 of 100 left",
        newest=datetime(2026, 11, 22, 8, tzinfo=UTC),
        warnings=(("the token ends in 5 days", "okr connect bluesky"),),
    )

    def probe(pull: Pull[Any]) -> SourceHealth:
        pull.client.get("/x")
        return health

    server.script = lambda _: Reply({}, headers={"Date": "Mon, 23 Nov 2026 09:07:00 GMT"})
    project = home.project()
    config = project.config()
    changed = replace(connectors.load("bluesky"), probe=probe, version="9", version_ends=lambda _: date(2026, 12, 1))
    monkeypatch.setattr(connectors, "load", lambda _: changed)

    findings = examine(project, config, config.sources[0], str)

    assert [
        ("credentials", "ok", "shop.example, 2 of 3 streams", ""),
        (
            "scopes",
            "warning",
            "read_all_orders is missing: only the last 60 days of orders are visible",
            "allow read_all_orders at Bluesky",
        ),
        ("clock", "warning", "its clock is 7 minutes ahead of ours", "set this machine's clock by a time server"),
        ("quota", "ok", "99 of 100 left", ""),
        ("newest data", "ok", "2026-11-22 08:00 UTC", ""),
        ("API version", "warning", "version 9 ends on 2026-12-01", "install a newer okr"),
        ("notes", "warning", "the token ends in 5 days", "okr connect bluesky"),
    ] == [(each.check, each.state, each.told, each.fix) for each in findings]


def test_a_fresh_demo_folder_is_green(tmp_path: Path, world: World) -> None:
    """Every source of it answers by the sandbox, and nothing is to be mended."""
    write_template("demo", tmp_path, world, {"LAST_DAY": LAST_DAY.isoformat()})

    result = invoke(world, "doctor", "--json", home=tmp_path)

    told = json.loads(result.stdout)
    assert 0 == result.exit_code
    assert {("shop", "ok"), ("visits", "ok"), ("bluesky", "ok"), ("mastodon", "ok")} == {
        (each["source"], each["state"]) for each in told
    }
