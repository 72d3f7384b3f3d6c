"""`okr serve`: when a schedule was due, and what is served whatever becomes of it (flows.commands.serve)."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from flows.serve.schedule import last_due, overdue
from tests.conftest import waiting_world
from tests.flows.command import invoke, line_of

NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
CRON = "15 6 * * *"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MORNING, datetime(2026, 11, 23, 5, 15, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 22, 5, 15, tzinfo=UTC)),
        # summer time: the same wall clock is an hour earlier in UTC
        (datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2026, 7, 1, 4, 15, tzinfo=UTC)),
    ],
)
def test_last_due_follows_the_wall_clock(now: datetime, due: datetime) -> None:
    """A cron line is read in its own zone, in winter and in summer."""
    assert due == last_due(CRON, "Europe/Oslo", now)


@pytest.mark.parametrize(
    ("last_success", "missed"),
    [(None, True), (datetime(2026, 11, 20, 6, tzinfo=UTC), True), (datetime(2026, 11, 23, 5, 16, tzinfo=UTC), False)],
)
def test_overdue(last_success: datetime | None, missed: bool) -> None:
    """A run was missed when the newest success is older than the newest due time."""
    assert missed == overdue(last_success, CRON, "Europe/Oslo", MORNING)


@contextmanager
def _serve(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command as a user does; yield the process and the address it tells first."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "OKR_"))}
    # no profile of whoever runs the tests
    environ["PREFECT_PROFILES_PATH"] = str(home / "none.toml")
    process = subprocess.Popen(
        line_of("serve", "--home", str(home), *options), stderr=subprocess.PIPE, text=True, env=environ
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        assert line.startswith("page       http://"), line + process.stderr.read()
        yield process, line.split()[1]
    finally:
        process.kill()
        process.wait(timeout=30)
        process.stderr.close()


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urlopen(address, timeout=20) as response:  # noqa: S310 - loopback
            return response.status, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.slow
def test_the_page_alone_needs_no_prefect(home: Path) -> None:
    """`--no-schedule` serves what there is, and Ctrl-C is its natural end."""
    (home / "warehouse" / "published").mkdir(parents=True)
    (home / "warehouse" / "published" / "okr.html").write_text("<!doctype html>the page")

    with _serve(home, "--no-schedule", "--port", "0") as (process, address):
        answers = [_get(address), _get(address + "healthz"), _get(address + "okr.duckdb")]
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)

    assert [(200, b"<!doctype html>the page"), (200, True), (404, b"Not Found\n")] == [
        answers[0],
        (answers[1][0], b'"schedule": "none"' in answers[1][1]),
        answers[2],
    ]
    assert 0 == code


@pytest.mark.slow
def test_a_schedule_that_cannot_be_kept_leaves_the_page(home: Path) -> None:
    """It is said, health tells it, and the exit code is 1 in the end."""
    (home / ".okr").mkdir()
    (home / ".okr" / "prefect").write_text("a file where Prefect's folder should be")

    with _serve(home, "--port", "0") as (process, address):
        assert process.stderr
        again = f"no run is scheduled now; trying again in 10 s; the page is still served: {address}\n"
        said = list(iter(process.stderr.readline, again))
        answers = [_get(address + "healthz"), _get(address)]
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)

    assert f"the schedule has ended: File exists: {home / '.okr' / 'prefect'}\n" in said
    assert [(503, True), (503, True)] == [
        (answers[0][0], b'"schedule": "failed"' in answers[0][1]),
        (answers[1][0], b"okr run" in answers[1][1]),
    ]
    assert 1 == code


@pytest.mark.slow
def test_a_config_that_is_wrong_serves_nothing(home: Path) -> None:
    """It is told at once, with exit code 2."""
    (home / "okr_config" / "sources.yaml").write_text("sources: nothing\n")

    result = invoke(waiting_world(), "serve", home=home)

    assert (2, True) == (result.exit_code, "sources must be a list" in result.output), result.output
    assert "page " not in result.output
