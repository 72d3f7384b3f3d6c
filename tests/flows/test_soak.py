"""
Hourly runs with a source that fails for a while each day: health, ping and log say at each step what is so.

18 hours in the suite; `just soak-runs` has 300 of them, and prints what they cost.
"""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.serve.health import Health
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

HOURS = range(int(os.environ.get("OKR_SOAK", "18")))
OUTAGE = range(6, 12)
"""The hours of a day in which the source does not answer."""
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
    health, told, sizes, memory = [], [], [], []
    for hour in HOURS:
        down = hour % 24 in OUTAGE
        server.seen.clear()
        folder.run()
        told.append([request.path for request in server.seen if request.path.startswith("/ping")])
        clock.move(minutes=30)
        health.append(Health(folder.project().reading, "0 * * * *").report().healthy)
        clock.move(minutes=30)
        sizes.append(folder.project().warehouse.path.stat().st_size)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(f"bytes {sizes[2]} .. {sizes[-1]}, most memory (kB) {memory[2]} .. {memory[-1]}")  # noqa: T201 - for just soak-runs

    assert [["/ping/start", "/ping/fail" if hour % 24 in OUTAGE else "/ping"] for hour in HOURS] == told
    assert [hour % 24 not in range(8, 12) for hour in HOURS] == health
    assert sizes[-1] <= 1.5 * sizes[2]
    assert memory[-1] <= 1.3 * memory[2]
    logs = sorted((folder.home / ".okr" / "logs").glob("run.log*"))
    assert len(HOURS) == sum(log.read_text().count('"event": "end"') for log in logs)
