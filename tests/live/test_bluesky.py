"""A real Bluesky network, pulled by `okr run`: who follows there is what the scoreboard says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.network import Network, is_installed, open_network

OKR = Path(sys.executable).with_name("okr")
SOURCES = """\
sources:
  - {id: shop, connector: bluesky, account: %s, base_url: '${APPVIEW}'}
  - {id: cafe, connector: bluesky, account: '%s', base_url: '${APPVIEW}'}
"""
OBJECTIVES = """\
period: {id: live, start: %s, end: %s}
timezone: UTC
language: en
objectives:
  - id: heard
    title: Be heard
    key_results:
      - {id: followers, title: Followers, metric: social.followers, kind: level, target: 500, baseline: 0}
      - {id: shop, title: Of the shop, metric: social.followers, kind: level, target: 500, baseline: 0, sources: [shop]}
      - {id: posts, title: Posts, metric: social.posts, kind: level, target: 500, baseline: 0}
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="no Bluesky network is installed: tests/live/bluesky/install"),
]


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """Start a network of its own."""
    with open_network() as running:
        yield running


def _okr(folder: Path, network: Network, *command: str, ends: int = 0) -> str:
    environ = {**os.environ, "APPVIEW": network.appview}
    ran = subprocess.run([OKR, *command], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ends == ran.returncode, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr if ends else ran.stdout


def _scoreboard(folder: Path, network: Network) -> dict[str, float]:
    network.settle()
    _okr(folder, network, "run")
    return {row["key_result_id"]: row["value"] for row in json.loads(_okr(folder, network, "status", "--json"))}


def _configure(folder: Path, shop: str, cafe: str) -> None:
    today = datetime.now(UTC).date()
    (folder / "okr_config" / "objectives").mkdir(parents=True)
    (folder / "okr_config" / "sources.yaml").write_text(SOURCES % (shop, cafe))
    period = (today - timedelta(days=10), today + timedelta(days=10))
    (folder / "okr_config" / "objectives" / "live.yaml").write_text(OBJECTIVES % period)


def test_who_follows_on_a_real_network_is_what_the_scoreboard_says(network: Network, tmp_path: Path) -> None:
    """By handle and by DID, over two accounts: follows and posts come, and an unfollow goes, each to the one."""
    shop, cafe, *people = [network.join() for _ in range(9)]
    _configure(tmp_path, shop.handle, cafe.did)

    alone = _scoreboard(tmp_path, network)
    follows = [network.follow(person, shop) for person in people]
    network.follow(people[0], cafe)
    network.post(shop, "Waldladen öffnet 🌲")
    followed = _scoreboard(tmp_path, network)
    network.unfollow(people[0], follows[0])
    network.unfollow(people[1], follows[1])
    left = _scoreboard(tmp_path, network)

    assert {"followers": 0, "shop": 0, "posts": 0} == alone
    assert {"followers": 8, "shop": 7, "posts": 1} == followed
    assert {"followers": 6, "shop": 5, "posts": 1} == left
    snapshots = json.loads(_okr(tmp_path, network, "sql", "--json", "select source_id, followers from social_account"))
    expected = [("cafe", 0), ("cafe", 1), ("cafe", 1), ("shop", 0), ("shop", 5), ("shop", 7)]
    assert expected == sorted((row["source_id"], row["followers"]) for row in snapshots)


def test_accounts_that_are_not_there_are_told(network: Network, tmp_path: Path) -> None:
    """A name nobody has and an account that is deactivated fail the run, each in its own words."""
    gone = network.join()
    network.deactivate(gone)
    network.settle()
    _configure(tmp_path, "nobody-here.test", gone.did)

    told = _okr(tmp_path, network, "run", ends=1)

    assert "Bluesky knows no account nobody-here.test" in told
    assert f"the Bluesky account {gone.did} is deactivated" in told


def test_the_doctor_finds_the_did_behind_a_handle(network: Network, tmp_path: Path) -> None:
    """The probe's one call, on the real AppView."""
    shop, cafe = network.join(), network.join()
    network.settle()
    _configure(tmp_path, shop.handle, cafe.did)

    findings = json.loads(_okr(tmp_path, network, "doctor", "--json"))

    assert {("shop", shop.did), ("cafe", cafe.did)} == {
        (row["source"], row["told"]) for row in findings if row["check"] == "credentials"
    }
