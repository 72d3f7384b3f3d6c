"""What `okr check` does: everything that can be known to be wrong without network."""

import sys

from flows.console import output
from flows.project.project import Project
from okr_config import Config
from okr_config.errors import ConfigError, Problem
from warehouse.query_sandbox import check_query


def check_project(project: Project, *, as_json: bool) -> None:
    """
    Check the folder and say so.

    Raises:
        ConfigError: with every problem found.
    """
    try:
        config = project.config()
        problems = query_problems(config)
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
    return [
        Problem(file, 0, 0, f"the SQL of {owner} cannot be used: {fault}", next="okr sql, to list tables and columns")
        for owner, file, text in texts
        if (fault := check_query(text))
    ]
