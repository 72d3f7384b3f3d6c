"""`okr mcp` as an assistant meets it: the package's own client, over stdio (with flows.commands._answers)."""

import asyncio
import json
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from flows.commands._answers import Answers
from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.command import invoke, line_of
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import AUTUMN, FILE_SOURCE, Folder

pytestmark = pytest.mark.slow

Question = tuple[str, dict[str, Any]]
SECRET = "canary-7f3a"


@pytest.fixture
def six(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder with six key results that has run, and a secret in its environment file."""
    return made_once.copy(_six, tmp_path / "project", world, clock)


def _six(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    days = [f"2026-{month}-{day:02}" for month, last in ((10, 31), (11, 22)) for day in range(1, last + 1)]
    rows = [f"sheet.{name},{day},2" for day in days for name in ("sales", "calls")]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")
    more = "      - {id: visits, title: Visits, metric: web.visits, kind: total, target: 9}\n"
    more += (
        "      - {id: both, title: Both, numerator: sheet.sales, denominator: sheet.calls, kind: ratio, target: 2}\n"
    )
    more += "      - {id: half, title: Half, metric: sheet.sales, kind: total, target: 130, confidence: 4}\n"
    folder.write("okr_config/objectives/term.yaml", AUTUMN + more)
    folder.write(".env", f"SHOP_TOKEN={SECRET}\n")
    folder.run()
    return folder


def answers_to(home: Path, questions: list[Question]) -> list[Any]:
    """Ask a server in a process of its own; return each answer, a refusal as its text."""

    async def ask_all() -> list[Any]:
        command, *arguments = line_of("mcp", "--home", str(home))
        async with Client(StdioServerParameters(command=command, args=arguments)) as client:
            return [await client.call_tool(name, arguments) for name, arguments in questions]

    return [one.content[0].text if one.is_error else one.structured_content for one in asyncio.run(ask_all())]


def test_two_hundred_numbers_are_those_of_the_status(six: Folder, world: World) -> None:
    """Each cell of the scoreboard is asked for: it is that of `okr status --json`, or refused where that has none."""
    rows = json.loads(invoke(world, "status", "--json", home=six.home).stdout)
    asked = [(row, column) for row in rows for column in row]

    questions = [("number", {"key_result": row["key_result_id"], "column": column}) for row, column in asked]
    board, *answers = answers_to(six.home, [("scoreboard", {}), *questions])

    assert len(questions) >= 200
    assert rows == [{name: value for name, value in row.items() if name != "load_ids"} for row in board["key_results"]]
    for (row, column), answer in zip(asked, answers, strict=True):
        if row[column] is None:
            assert f"there is no {column} of {row['key_result_id']}" in answer
        else:
            assert (row[column], row["as_of"]) == (answer["value"], answer["as_of"])
            assert answer["freshness"]["as_of"] == max(one["as_of"] for one in rows)
    loads = six.query("select distinct load_id from load")["load_id"].to_list()
    assert next(row["load_ids"] for row in board["key_results"] if row["key_result_id"] == "sales")
    assert {load for row in board["key_results"] for load in row["load_ids"]} <= set(loads)


def test_every_tool_says_what_the_command_says(six: Folder, world: World) -> None:
    """Explain, whatif, suggest, sql, notes: the rows that --json prints; docs in words."""

    def printed(*arguments: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(invoke(world, *arguments, "--json", home=six.home).stdout)

    query = "select key_result_id, value, probability from scoreboard order by 1"
    explain, whatif, suggest, sql, notes, docs = answers_to(
        six.home,
        [
            ("explain", {"key_result": "sales"}),
            ("whatif", {"key_result": "sales", "per_day": [3]}),
            ("suggest", {"key_result": "sales"}),
            ("sql", {"query": query}),
            ("notes", {}),
            ("docs", {"topic": "tables"}),
        ],
    )

    assert printed("explain", "sales")[0]["loads"] == explain["loads"]
    assert printed("whatif", "sales", "--per-day", "3") == whatif["rows"]
    assert printed("suggest", "sales") == suggest["rows"]
    assert [list(row.values()) for row in printed("sql", query)] == sql["rows"]
    assert printed("notes") == notes["notes"]
    assert "scoreboard" in docs["text"]
    assert explain["load_ids"] == whatif["load_ids"] == suggest["load_ids"] != []
    assert explain["freshness"] == sql["freshness"]


def test_nothing_is_written_and_no_secret_told(six: Folder) -> None:
    """Every tool is asked, with what would write or reach out too: the folder is as it was, the canary unseen."""
    before = _content(six.home)
    answers = answers_to(
        six.home,
        [
            ("sql", {"query": "delete from check_in"}),
            ("sql", {"query": f"from read_text('{six.home}/.env')"}),
            ("sql", {"query": f"copy (select 1) to '{six.home}/out.csv'"}),
            ("propose_checkin", {"key_result": "members", "value": 12, "confidence": "8/10", "note": "it's; rm -rf ~"}),
            *((name, {}) for name in ("scoreboard", "notes", "docs")),
            *((name, {"key_result": "sales"}) for name in ("explain", "whatif", "suggest")),
        ],
    )

    assert before == _content(six.home)
    assert SECRET not in json.dumps(answers)
    assert "only queries can be run here, not DELETE" in answers[0]
    assert "file system operations are disabled by configuration" in answers[1]
    assert "only queries can be run here, not COPY" in answers[2]
    proposed = """okr checkin members --value=12.0 --confidence=8/10 '--note=it'"'"'s; rm -rf ~'"""
    assert (proposed, False) == (answers[3]["command"], answers[3]["kept"])


REFUSED: dict[str, Question] = {
    "did you mean 'sales'?": ("number", {"key_result": "sale", "column": "value"}),
    "unknown column 'profit'": ("number", {"key_result": "sales", "column": "profit"}),
    "there is no value of members": ("number", {"key_result": "members", "column": "value"}),
    "unknown key result 'sale'": ("explain", {"key_result": "sale"}),
    "unknown topic 'money'": ("docs", {"topic": "money"}),
    "nothing is said": ("propose_checkin", {"key_result": "sales"}),
    "'11' is no confidence from 0 to 10": ("propose_checkin", {"key_result": "sales", "confidence": "11"}),
    "more than one line of plain text": ("propose_checkin", {"key_result": "sales", "note": "a\nrm b"}),
}
"""What is asked by what is said of it."""


@pytest.fixture(scope="module")
def refusals(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Ask one server all of them."""
    clock = Clock()
    home = made_once.copy(_six, tmp_path_factory.mktemp("refused") / "project", still_world(clock), clock).home
    return dict(zip(REFUSED, answers_to(home, list(REFUSED.values())), strict=True))


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_known_is_refused(refusals: dict[str, Any], text: str) -> None:
    """With what, where and next; never with a number."""
    assert text in refusals[text]


def test_a_server_that_stays_answers_from_the_newest_run(six: Folder) -> None:
    """A run replaces the copy under it: the next answer is the new number, with the new load."""
    answers = Answers(six.project().reading, six.project)
    before = answers.number("sales", "value")
    six.write("numbers/more.csv", "metric,day,value\nsheet.sales,2026-11-23,5\n")
    six.run()
    after = answers.number("sales", "value")

    assert (106, 111) == (before["value"], after["value"])
    assert before["freshness"]["newest_load_id"] < after["freshness"]["newest_load_id"]
    assert after["freshness"]["newest_load_id"] in after["load_ids"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_while_the_assistant_is_there(six: Folder, number: signal.Signals) -> None:
    """It does not wait for a question that never comes."""
    pipe = subprocess.PIPE
    with subprocess.Popen(line_of("mcp", "--home", str(six.home)), stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stderr
        assert b"answering" in server.stderr.readline()
        server.send_signal(number)
        try:
            assert -number == server.wait(timeout=20)
        finally:
            server.kill()


def test_without_the_extra_it_is_said(six: Folder, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is asked for by its extra's name."""
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)

    ended = invoke(world, "mcp", home=six.home)

    assert 2 == ended.exit_code
    assert "next: pip install 'okr[mcp]'" in ended.stderr


def _content(home: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(home.rglob("*")) if path.is_file()}
