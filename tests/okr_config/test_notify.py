"""Whom to notify, as project.yaml says it (okr_config.notify)."""

import pytest

from okr_config import load_project
from okr_config.errors import ConfigError
from tests.okr_config.config_folder import Project

ENTRY = "notify:\n  - {to: '${SLACK_URL}', on: [digest, status], weekday: friday, owner: Kari, language: nb}\n"


def test_an_address_comes_from_a_variable_and_is_never_shown(project: Project) -> None:
    """What is written is read; the address is a secret, also to the fingerprint."""
    project.write("okr_config/project.yaml", ENTRY)
    project.environ["SLACK_URL"] = "https://hooks.example/canary"
    first = project.load()
    project.environ["SLACK_URL"] = "https://hooks.example/other"
    second = project.load()
    entry = first.project.notify[0]

    assert ("digest", "status") == entry.on
    assert ("friday", "Kari", "nb") == (entry.weekday, entry.owner, entry.language)
    assert "https://hooks.example/canary" == entry.to.get_secret_value()
    assert "canary" not in repr(first.project)
    assert first.fingerprint == second.fingerprint


def test_an_address_in_the_file_is_refused(project: Project) -> None:
    """It would be in git for ever; it is not repeated."""
    project.write("okr_config/project.yaml", "notify:\n  - to: https://hooks.example/canary\n")
    with pytest.raises(ConfigError) as refused:
        project.load()

    assert "okr_config/project.yaml:2:9  to must come from a variable, not stand here" in str(refused.value)
    assert "canary" not in str(refused.value)


def test_a_variable_that_is_not_set_stops_runs_and_nothing_else(project: Project) -> None:
    """Who only looks needs no secrets."""
    project.write("okr_config/project.yaml", ENTRY + "timezone: Europe/Oslo\n")
    with pytest.raises(ConfigError, match="variable SLACK_URL is not set"):
        project.load()

    assert ((), "Europe/Oslo") == (
        (settings := load_project(project.home, {})).notify,
        settings.timezone,
    )


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("{to: '${SLACK_URL}', on: [weekly]}", "'digest', 'status' or 'reminder'"),
        ("{to: '${SLACK_URL}', on: []}", "on must be"),
        ("{on: [digest]}", "to is missing"),
        ("{to: '${SLACK_URL}', lang: nb}", "unknown key 'lang'"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(project: Project, entry: str, text: str) -> None:
    """As everywhere in the config."""
    project.environ["SLACK_URL"] = "https://hooks.example/canary"
    project.write("okr_config/project.yaml", f"notify:\n  - {entry}\n")
    with pytest.raises(ConfigError) as refused:
        project.load()

    assert text in str(refused.value)
    assert "okr_config/project.yaml:2:" in str(refused.value)
