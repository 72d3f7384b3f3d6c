"""A follower count that is hidden: the sum over accounts is a lower bound and says so, until the count is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request, Script
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

OBJECTIVES = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: reach
    title: Reach
    key_results:
      - {id: followers, title: Followers, kind: level, metric: social.followers, target: 500}
"""
SOURCES = """\
sources:
  - {{id: masto, connector: mastodon, account: shop@social.example, base_url: "{base}"}}
  - {{id: tube, connector: youtube, channel: "@shop", api_key: "${{YOUTUBE_KEY}}", base_url: "{base}"}}
"""


@pytest.fixture
def server(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a server that is both vendors."""
    running = Loopback(world, tmp_path / "server")
    yield running
    running.stop()


def _script(*, hidden: bool) -> Script:
    statistics = {"subscriberCount": "40", "hiddenSubscriberCount": hidden, "videoCount": "3"}

    def script(request: Request) -> Reply:
        if "channels" in request.path:
            return Reply({"pageInfo": {}, "items": [{"id": "UC1", "statistics": statistics}]})
        return Reply({"id": "1", "followers_count": 61, "statuses_count": 2})

    return script


def test_a_hidden_count_makes_the_sum_a_lower_bound(folder: Folder, server: Loopback, clock: Clock) -> None:
    """61 of one account and an unknown number of the other: partial; a day later, shown, it is 101 and whole."""
    folder.environ = {"YOUTUBE_KEY": "canary-key-93ab1c"}
    folder.write("okr_config/objectives/q4.yaml", OBJECTIVES)
    folder.write("okr_config/sources.yaml", SOURCES.format(base=server.url))
    seen = []
    for hidden in (True, False):
        server.script = _script(hidden=hidden)
        clock.move(days=1)
        [row] = folder.run().scoreboard.to_dicts()
        seen.append((int(row["value"]), "partial" in row["flags"]))

    assert [(61, True), (101, False)] == seen
