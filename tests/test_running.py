"""docs/running.md: every file in it is one that the system it is for takes, and what it promises of a folder holds."""

import plistlib
import re
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click import Context
from croniter import croniter
from ruamel.yaml import YAML

from flows.cli import okr
from flows.serve.bind import PORT
from okr_config.world import World
from tests.flows.project_folder import FILE_SOURCE, TERM, TERM_NUMBERS, Folder

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str, str]] = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Folder:
    """Return a folder with one file source."""
    made = Folder(tmp_path / "project", world)
    made.write("okr_config/sources.yaml", FILE_SOURCE)
    return made


def _block(kind: str, name: str = "") -> str:
    (text,) = (text for found, title, text in BLOCKS if (found, title) == (kind, name))
    return text


def _parses(line: str) -> bool:
    """Whether a command line names a command and options that exist."""
    words = shlex.split(line)
    name, rest = words[1], [word for word in words[2:] if word.startswith("--")]
    command = okr.get_command(Context(okr), name)
    known = {option for parameter in command.params for option in parameter.opts} if command else set()
    return command is not None and set(rest) <= known


def test_every_command_in_it_exists() -> None:
    """In text and in every file, with the options it is given."""
    found = re.findall(
        r"(?:^|[`\s/(])okr ((?:run|serve|deploy|upgrade|backup|restore|verify|status|check|demo)\b[^`\n>#|&);]*)", TEXT
    )

    assert len(found) > 20
    assert [] == [line for line in found if not _parses(f"okr {line}")]


@pytest.mark.parametrize("name", [name for kind, name, _ in BLOCKS if kind == "systemd"])
def test_systemd_takes_its_units(tmp_path: Path, name: str) -> None:
    """`systemd-analyze verify` has nothing to say of them, where it is there; their sections are those it knows."""
    for kind, unit, text in BLOCKS:
        if kind == "systemd":
            # the program it starts has to be there for systemd to be content
            (tmp_path / unit).write_text(text.replace("%h/.local/bin/okr", "/bin/true"))
    if analyze := shutil.which("systemd-analyze"):
        told = subprocess.run(
            [analyze, "verify", "--user", "--recursive-errors=one", str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=False,
            env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        )
        assert [] == [line for line in told.stderr.splitlines() if name in line]
    sections = set(re.findall(r"^\[(\w+)\]$", _block("systemd", name), flags=re.MULTILINE))
    assert sections <= {"Unit", "Service", "Timer", "Install"}


def test_cron_takes_its_lines() -> None:
    """Five fields, and a command of ours."""
    line = next(line for line in _block("crontab").splitlines() if "okr" in line)

    assert croniter.is_valid(" ".join(line.split()[:5]))
    assert _parses(line.split("  ", 1)[1].partition(">")[0])


def test_launchd_takes_its_list() -> None:
    """A property list with a label, a program and a time."""
    found = plistlib.loads(_block("plist").encode())

    assert {"Label", "ProgramArguments", "StartCalendarInterval"} <= found.keys()
    assert _parses(shlex.join(found["ProgramArguments"]))


def test_the_task_scheduler_takes_its_task() -> None:
    """A task of version 1.2 that makes up for what it missed and never runs twice at once."""
    task = ET.fromstring(_block("xml").encode())  # noqa: S314 - our own text

    assert ("1.2", f"{TASK}Task") == (task.get("version"), task.tag)
    assert ["true", "IgnoreNew"] == [
        task.findtext(f"{TASK}Settings/{TASK}{name}") for name in ("StartWhenAvailable", "MultipleInstancesPolicy")
    ]
    arguments = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments") or ""
    assert _parses(arguments.removeprefix("--exec "))


def test_the_containers_file_is_sound() -> None:
    """Known instructions in their order, no root, nothing of the network kept, and the port that okr serves on."""
    lines = [line.split(maxsplit=1) for line in _block("containerfile").splitlines()]
    names = [name for name, _ in lines]
    said = dict(lines)

    assert "FROM" == names[0]
    assert set(names) <= {"FROM", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"}
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert (":latest" not in said["FROM"], ":" in said["FROM"]) == (True, True)
    assert str(PORT) == said["EXPOSE"]
    command = [*YAML(typ="safe").load(said["ENTRYPOINT"]), *YAML(typ="safe").load(said["CMD"])]
    assert _parses(shlex.join(command))


def test_the_workflow_is_one() -> None:
    """YAML with a cron line, rights that suffice, one run at a time, and steps that a shell and an action can read."""
    flow = YAML(typ="safe").load(_block("yaml", ".github/workflows/okr.yml"))

    (job,) = flow["jobs"].values()
    assert croniter.is_valid(flow["on"]["schedule"][0]["cron"])
    assert {"pages": "write", "id-token": "write"}.items() <= flow["permissions"].items()
    assert flow["concurrency"] == {"group": "okr", "cancel-in-progress": False}
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert [0] * len(scripts) == [
        subprocess.run(["/bin/bash", "-n", "-c", script], check=False).returncode for script in scripts
    ]


def test_its_config_is_read(folder: Folder) -> None:
    """The lines for project.yaml are a project's."""
    text = next(text for kind, name, text in BLOCKS if (kind, name) == ("yaml", ""))
    folder.write("okr_config/project.yaml", text)
    folder.environ["PING_URL"] = "https://example.com/x"

    settings = folder.project().config().project

    assert settings.ping
    assert "15 * * * *" == settings.schedule.cron


def test_a_folder_that_has_moved_goes_on(folder: Folder, tmp_path: Path) -> None:
    """All of it taken along, verify finds nothing, and a run there lands nothing that was landed before."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/numbers.csv", TERM_NUMBERS)
    folder.run()
    moved = Folder(tmp_path / "elsewhere" / "shop", folder.world)
    shutil.copytree(folder.home, moved.home)

    verified = moved.ask("verify")
    outcome = moved.run()

    assert 0 == verified.exit_code, verified.output
    assert [(0, 0)] == [(load.rows_new, load.rows_changed) for load in outcome.loads]
    assert moved.score("ten")["value"] == folder.score("ten")["value"]
