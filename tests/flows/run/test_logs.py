"""What is kept of runs in files, and how a program is told of them (flows.run.logs)."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.run.events import Event
from flows.run.logs import LARGEST, file_log
from okr_config.world import World
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

SALES = "metric,day,value\nshop.units_sold,2026-11-20,1\n"
JSON_SOURCE = """\
sources:
  - id: api
    connector: http_json
    url: http://127.0.0.1:1/${PART}
    records: rows
    fields: {day: day, value: value}
    metric: api.sold
"""


@pytest.fixture
def ready(folder: Folder) -> Folder:
    """Return a folder with numbers, that has not run."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("numbers/numbers.csv", SALES)
    return folder


def _lines(folder: Folder, name: str = "run") -> list[dict[str, Any]]:
    text = (folder.home / ".okr" / "logs" / f"{name}.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_every_happening_of_a_run_is_a_line(ready: Folder) -> None:
    """The file has what the terminal was told, each with its time and how grave it is; a second run adds to it."""
    ready.run()
    (ready.home / "numbers" / "numbers.csv").unlink()
    ready.run()

    lines = _lines(ready)
    assert ["start", "step", "step", "end"] * 2 == [line["event"] for line in lines]
    assert ["info"] * 5 + ["error", "info", "warning"] == [line["level"] for line in lines]
    assert {"at": "2026-11-23T09:00:00+00:00", "source": "sheet", "rows": 1}.items() <= lines[1].items()
    assert {"state": "partial"}.items() <= lines[-1].items()


def test_an_error_that_ends_a_run_is_its_last_line(ready: Folder) -> None:
    """What, where and next are there for whoever looks later."""
    ready.run()
    (ready.home / ".okr" / "customer.key").write_bytes(b"another")

    assert 3 == ready.ask("run", "--no-prefect").exit_code
    told = _lines(ready)[-1]
    assert ("error", "error", ".okr/customer.key") == (told["event"], told["level"], told["where"])


def test_no_line_holds_a_secret(ready: Folder) -> None:
    """What a variable gave is left out, wherever an event has it."""
    ready.environ["PART"] = "CANARY-7f3a"
    ready.write("okr_config/sources.yaml", JSON_SOURCE)
    config = ready.project().config()

    from flows.run.logs import secrets_in

    log = file_log(ready.home, "run", ready.world, secrets_in(config))
    assert log
    log.tell(Event("log", "asked http://x/CANARY-7f3a", {"notes": ["CANARY-7f3a", {"deep": "CANARY-7f3a"}]}))
    log.close()

    assert "CANARY" not in (ready.home / ".okr" / "logs" / "run.log").read_text()


def test_files_rotate(tmp_path: Path, world: World) -> None:
    """A full file is set aside, ten are kept, and no line is torn."""
    log = file_log(tmp_path, "run", world)
    assert log
    for number in range(25 * LARGEST // 100_000):
        log.tell(Event("log", "x", {"number": number, "rest": ["y" * 400] * 250}))
    log.close()

    files = sorted((tmp_path / ".okr" / "logs").iterdir())
    assert 10 == len(files)
    assert all(file.stat().st_size <= LARGEST for file in files)
    assert all(json.loads(line)["what"] == "x" for file in files for line in file.read_text().splitlines())


def test_a_log_that_cannot_be_written_stops_nothing(ready: Folder) -> None:
    """A run is done all the same."""
    ready.write(".okr/logs", "a file where the folder should be")

    assert ready.run().complete


def test_a_program_reads_stderr(ready: Folder) -> None:
    """`--log json` writes each happening and each word as an object a line; stdout stays as it is."""
    told = ready.ask("run", "--no-prefect", "--log", "json")

    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert ["start", "step", "step", "end"] == [line["event"] for line in lines if line["event"] != "say"]
    assert "next: add key results in okr_config/objectives/, then okr check" == lines[-1]["what"]
    assert {"at", "level", "event", "what"} <= lines[-1].keys()


def test_a_program_reads_errors_too(ready: Folder) -> None:
    """Each problem of the config, and the exit code stays."""
    ready.write("okr_config/project.yaml", "timezone: Europe/Olso\n")

    told = invoke(ready.world, "run", "--log", "json", home=ready.home)

    (line,) = (json.loads(line) for line in told.stderr.splitlines())
    assert (2, "error") == (told.exit_code, line["event"])
    assert line["problems"][0].startswith("okr_config/project.yaml:1:11")
