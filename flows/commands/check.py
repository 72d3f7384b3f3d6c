"""`okr check`: everything that can be known to be wrong without network."""

import sys
from pathlib import Path

import click

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.sources.leaving import leaving_at_next_run
from flows.sources.missing import config_of, missing_at_next_run
from okr_config import Config
from okr_config.errors import ConfigError, Problem
from warehouse.query_sandbox import check_queries


@click.command()
@project_options
@json_option
def check(home: Path | None, *, as_json: bool) -> None:
    """
    Check config, metrics, SQL and variables, offline.

    Everything that is wrong is told in one go, each with file, line and column.
    """
    with project_at(home) as project:
        check_project(project, as_json=as_json)


def check_project(project: Project, *, as_json: bool) -> None:
    """
    Check the folder and say so.

    Raises:
        ConfigError: with every problem found.
    """
    try:
        config = config_of(project)
        problems = [*query_problems(config), *missing_at_next_run(project)]
    except ConfigError as error:
        problems = list(error.problems)
    if as_json:
        output.put_json(
            [
                {"file": p.file, "line": p.line, "column": p.column, "what": p.what, "hint": p.hint, "next": p.next}
                for p in problems
            ]
        )
        sys.exit(2 if problems else 0)
    if problems:
        raise ConfigError(problems)
    for warning in config.warnings:
        output.say(f"warning: {warning}")
    for sentence in leaving_at_next_run(project, config):
        output.say(f"warning: {sentence}")
    definitions = config.definitions()
    enabled = [settings.id for settings in config.sources if settings.enabled]
    key_results, sources = (
        f"{count} {noun}{'s' * (count != 1)}"
        for count, noun in ((len(definitions), "key result"), (len(enabled), "source"))
    )
    output.put(f"ok: {key_results}, {sources} in use: {', '.join(enabled) or 'none'}")
    output.next_step("okr run")


def query_problems(config: Config) -> list[Problem]:
    """Check every SQL text of the config: one statement, one that only reads."""
    texts = [(f"metric {metric.id}", "okr_config/metrics.yaml", metric.sql) for metric in config.metrics if metric.sql]
    texts += [
        (f"key result {definition.key_result.id}", "okr_config/objectives", definition.key_result.sql)
        for definition in config.definitions()
        if definition.key_result.sql
    ]
    texts += [(f"check {check.id}", "okr_config/checks.yaml", check.sql) for check in config.checks if check.sql]
    faults = check_queries([text for _, _, text in texts])
    return [
        Problem(file, 0, 0, f"the SQL of {owner} cannot be used: {fault}", next="okr sql, to list tables and columns")
        for (owner, file, _), fault in zip(texts, faults, strict=True)
        if fault
    ]
