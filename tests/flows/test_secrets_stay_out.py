"""A secret in each place it can travel, in six spellings, sent back by a server: none of them is written anywhere."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.project_folder import Folder

CANARY = 'cäna"ry/7f3 a+9'
SPELLINGS = {
    "plain": CANARY,
    "url": quote(CANARY, safe=""),
    "json": json.dumps(CANARY)[1:-1],
    **{f"base64 {place}": base64.b64encode(b"x" * place + CANARY.encode()).decode().rstrip("=") for place in range(3)},
    "hex": CANARY.encode().hex(),
    "upper": CANARY.upper(),
}
SOURCES = """\
sources:
  - id: params
    connector: http_json
    url: "{base}/ok"
    base_url: "{base}"
    params: {{key: "${{CANARY}}"}}
    records: data
    fields: {{day: day, value: sold}}
    metric: params.sold
  - id: path
    connector: http_json
    url: "{base}/${{CANARY}}/loop"
    base_url: "{base}"
    records: data
    fields: {{day: day, value: sold}}
    metric: path.sold
    pagination: {{type: cursor, next: next}}
  - id: header
    connector: http_json
    url: "{base}/refused"
    base_url: "{base}"
    headers: {{X-Key: "${{PLAIN_CANARY}}"}}
    records: data
    fields: {{day: day, value: sold}}
    metric: header.sold
"""


def _script(request: Request) -> Reply:
    """Send the secret back: as names of fields, as a cursor, and where a list should be."""
    record = {"day": "2026-11-20", "sold": 1}
    if request.path == "/ok":
        return Reply({"data": [{**record, **dict.fromkeys(SPELLINGS.values(), 1)}]})
    if request.path == "/refused":
        return Reply({"error": list(SPELLINGS.values()), "data": []}, 200, {"X-Odd": SPELLINGS["url"]})
    return Reply({"data": [record], "next": SPELLINGS["plain"]})


def _texts(folder: Folder) -> Iterator[str]:
    """Everything that a run says and writes."""
    yield from (str(event) for event in folder.events)
    for table in ("load", "quarantine", "stated_value_version"):
        yield str(folder.query(f"from {table}").to_dicts())
    for path in folder.home.rglob("*"):
        if path.is_file() and path.name != ".env":
            yield path.read_bytes().decode(errors="replace")


@pytest.fixture
def shop(tmp_path: Path, world: World) -> Iterator[Loopback]:
    """Start a server that sends secrets back."""
    running = Loopback(world, tmp_path / "server")
    running.script = _script
    yield running
    running.stop()


def test_no_spelling_of_a_secret_is_written(folder: Folder, shop: Loopback) -> None:
    """Not in what is said, not in the ledger, the tables, the copy or the page; and what came is used all the same."""
    folder.environ = {"CANARY": CANARY, "PLAIN_CANARY": "canary-header-81c2"}
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("okr_config/sources.yaml", SOURCES.format(base=shop.url))

    folder.run()

    written = "\n".join(_texts(folder))
    # the ends of base64 hold letters of what stands beside the secret
    forms = [form[4:-4] if "base64" in name else form for name, form in SPELLINGS.items()]
    forms += ["canary-header-81c2", base64.b64encode(b"canary-header-81c2").decode().rstrip("=")]
    assert [] == [form for form in forms if form in written]
    states = {row["source_id"]: row["state"] for row in folder.query("from load").to_dicts()}
    assert {"params": "ok", "path": "failed", "header": "failed"} == states
    assert CANARY == shop.seen[0].query.get("key", CANARY)
