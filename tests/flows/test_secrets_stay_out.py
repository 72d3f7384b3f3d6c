"""A secret in each place it can travel, in six spellings, sent back by a server: none of them is written anywhere."""

import base64
import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

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
LOCAL = """\
  - id: database
    connector: sql
    connection: "stock/${{LOCAL_CANARY}}.duckdb"
    query: select 1
  - id: address
    connector: sql
    connection: "postgresql://okr:${{LOCAL_CANARY}}@127.0.0.1:{port}/shop"
    query: select 1
  - id: sheet
    connector: file
    path: "numbers/${{LOCAL_CANARY}}/*.csv"
  - id: field
    connector: http_json
    url: "{base}/ok"
    base_url: "{base}"
    records: "${{LOCAL_CANARY}}.data"
    fields: {{day: day, value: "${{LOCAL_CANARY}}"}}
    metric: field.sold
"""
PLAIN = "canary_local_5d0e77"
GOALS = """\
period: {id: autumn, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: Sell
    key_results:
      - {id: sold, title: Sold, metric: params.sold, kind: total, target: 40}
"""
COMMANDS = (
    ("run",),
    ("run", "--json", "--only", "database", "--only", "sheet"),
    ("run", "--only", "path", "--debug"),
    ("doctor", "--debug"),
    ("sources", "--json"),
    ("explain", "sold"),
    ("check",),
    ("backfill", "--from", "2026-05-01", "--only", "params", "--only", "field"),
    ("sql", "from load"),
)


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


def test_no_command_writes_a_secret(folder: Folder, shop: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is called, also to find an error of ours: not in what it prints, nor in anything the folder has then."""
    folder.environ = {"CANARY": CANARY, "PLAIN_CANARY": "canary-header-81c2", "LOCAL_CANARY": PLAIN}
    for name, value in folder.environ.items():
        monkeypatch.setenv(name, value)
    # what answers HTTP says nothing to who speaks PostgreSQL
    monkeypatch.setattr("connectors.generic._sql.databases.CONNECT_TIMEOUT", 2.0)
    port = int(shop.url.rpartition(":")[2])
    folder.write("okr_config/objectives/autumn.yaml", GOALS)
    folder.write("okr_config/sources.yaml", (SOURCES + LOCAL).format(base=shop.url, port=port))

    said = []
    for command in COMMANDS:
        monkeypatch.setattr("sys.argv", ["okr", *command])
        result = folder.ask(*command)
        trace = "".join(traceback.format_exception(*result.exc_info)) if result.exc_info else ""
        said.append(f"{command}: {result.output}{trace}")

    forms = [form[4:-4] if "base64" in name else form for name, form in SPELLINGS.items()]
    forms += [
        "canary-header-81c2",
        PLAIN,
        PLAIN.upper(),
        PLAIN.encode().hex(),
        base64.b64encode(PLAIN.encode()).decode(),
    ]
    assert [] == [(form, text) for text in said for form in forms if form in text]
    folder.events.clear()
    written = "\n".join(_texts(folder))
    assert [] == [form for form in forms if form in written]
    assert 6 == said[0].count("  FAILED  "), said[0]
