"""A day of hourly runs with a source that fails for a while: health, ping and log say at each step what is so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.serve.health import Health
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

OUTAGE = range(6, 12)
"""The runs of a day in which the source does not answer."""
SOURCES = """\
sources:
  - {{id: sheet, connector: file, path: numbers/*.csv}}
  - id: api
    connector: http_json
    url: {url}/rows
    records: rows
    fields: {{day: day, value: value}}
    metric: api.sold
"""


@pytest.fixture
def server(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a vendor and a dead-man address in one."""
    running = Loopback(world, tmp_path / "server")
    yield running
    running.stop()


def test_a_day_of_runs(folder: Folder, server: Loopback, clock: Clock) -> None:
    """503 once no run was whole for two cadences, 200 again after the first that is; each run is told as it went."""
    rows = {"rows": [{"day": "2026-11-20", "value": 1}]}
    down = False
    server.script = lambda request: (
        Reply(b"OK") if request.path.startswith("/ping") else Reply(rows, 403 if down else 200)
    )
    folder.write("okr_config/project.yaml", 'timezone: UTC\nschedule: {cron: "0 * * * *"}\nping: {url: "${PING}"}\n')
    folder.write("okr_config/sources.yaml", SOURCES.format(url=server.url))
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-20,1\n")
    folder.environ["PING"] = f"{server.url}/ping"
    health, told, sizes = [], [], []
    for hour in range(18):
        down = hour in OUTAGE
        server.seen.clear()
        folder.run()
        told.append([request.path for request in server.seen if request.path.startswith("/ping")])
        clock.move(minutes=30)
        health.append(Health(folder.project().reading, "0 * * * *").report().healthy)
        clock.move(minutes=30)
        sizes.append(folder.project().warehouse.stat().st_size)

    assert [["/ping/start", "/ping/fail" if hour in OUTAGE else "/ping"] for hour in range(18)] == told
    assert [hour not in range(8, 12) for hour in range(18)] == health
    assert sizes[-1] <= 1.5 * sizes[2]
    assert 18 == (folder.home / ".okr" / "logs" / "run.log").read_text().count('"event": "end"')
