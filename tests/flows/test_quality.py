"""What looks wrong is told, and how (flows.run.quality, okr_config.quality, okr_config.checks.quality)."""

import json

import pytest

from tests.conftest import Clock
from tests.flows.project_folder import Folder

GOALS = """\
period: {id: autumn, start: 2026-11-01, end: 2026-12-20}
timezone: Europe/Oslo
language: en
objectives:
  - id: known
    title: Be known
    key_results:
      - {id: fans, title: Fans, metric: social.followers, kind: level, target: 1000}
"""
CHECKS = """\
checks:
  - id: jump
    silenced: {until: 2026-11-30, reason: In the news.}
  - id: few-fans
    severity: error
    sql: select day, value from metric_daily where metric = 'social.followers' and value < 104
"""


@pytest.fixture
def sheet(folder: Folder) -> Folder:
    """Return a folder whose last number was typed with a digit too many."""
    folder.write("okr_config/objectives/autumn.yaml", GOALS)
    rows = [f"social.followers,2026-11-{day:02},{102 + day}" for day in range(1, 22)]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows, "social.followers,2026-11-22,1250"]))
    return folder


def test_a_finding_is_told_everywhere(sheet: Folder) -> None:
    """The run says it and ends well; status names the check, doctor says what to do, the page and the table have it."""
    run = sheet.ask("run")

    told = "check jump, sheet social.followers: 1250 on 2026-11-22: is that right? (103 to 123 before)"
    assert f"warning: {told}" in run.stderr
    assert 0 == run.exit_code
    assert "1 checks of the numbers found something: jump   next: okr doctor" in sheet.ask("status").stderr
    health = {row["check"]: row for row in json.loads(sheet.ask("doctor", "--json").stdout)}
    assert ("sheet", "warning") == (health["check jump"]["source"], health["check jump"]["state"])
    assert "silence jump in okr_config/checks.yaml" in health["check jump"]["fix"]
    page = sheet.project().page.read_text("utf-8")
    assert "1250 on 2026-11-22: is that right? (103 to 123 before)" in page
    assert [("jump", "warning")] == sheet.query("select check_id, severity from quality_check").rows()


def test_an_error_ends_the_run_with_1_and_a_silence_ends(sheet: Folder, clock: Clock) -> None:
    """A team's own check of severity error; what is silenced is shown with its reason and is told again afterwards."""
    sheet.write("okr_config/checks.yaml", CHECKS)

    run = sheet.ask("run")

    assert "error: check few-fans: 1 row (no rows)" in run.stderr
    assert "1 of the checks failed: few-fans   next: okr doctor" in run.stderr
    assert "check jump" not in run.stderr
    assert 1 == run.exit_code
    assert 1 == sheet.query("from scoreboard").height
    assert "In the news." in sheet.project().page.read_text("utf-8")
    assert 1 == sheet.ask("doctor").exit_code
    clock.move(days=8)
    assert "check jump" in sheet.ask("run").stderr


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("{id: jmp, silenced: {until: 2026-11-30, reason: a}}", "did you mean 'jump'?"),
        ("{id: jump}", "the entry says nothing of the check"),
        ("{id: jump, severity: error, sources: [nobody]}", "no such source"),
        ("{id: jump, sql: select 1}", "'jump' is built in"),
        ("{id: own, sql: ' '}", "sql is empty"),
        ("{id: own, sql: drop table load}", "the SQL of check own cannot be used"),
        ("{id: own, sql: from nowhere}", "the SQL of check own cannot be used"),
        ("{id: own, sql: select 1, severity: bad}", "severity"),
        ("{id: own, sql: select 1, silenced: {until: soon, reason: a}}", "until must be a date such as 2026-04-27"),
    ],
)
def test_what_is_wrong_with_checks_is_told(sheet: Folder, entry: str, what: str) -> None:
    """`okr check` reads checks.yaml as it does the other files."""
    sheet.write("okr_config/checks.yaml", f"checks:\n  - {entry}\n")

    told = sheet.ask("check")

    assert what in told.stderr
    assert "okr_config/checks.yaml" in told.stderr
    assert 2 == told.exit_code
