"""`okr verify`: does the warehouse hold together."""

import sys
from pathlib import Path

import click

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run import verify as verifying
from flows.run.verify import Verified
from warehouse.extents import counted


@click.command()
@project_options
@json_option
def verify(home: Path | None, *, as_json: bool) -> None:
    """
    Check that the warehouse holds together.

    Nothing is written. Every row once, versions one after the other, whatever refers to something finds it, sums and
    the ledger's counts, the published copy against the file, every backup. The exit code is 1 where something is
    broken; a warning may be right all the same.
    """
    with project_at(home) as project:
        verified = verifying.verify(project)
    if as_json:
        names = {"check": "check", "severity": "severity", "what": "what", "where": "where", "next": "heals"}
        output.put_json(
            [{name: getattr(finding, field) for name, field in names.items()} for finding in verified.findings]
        )
    else:
        _tell(verified)
    sys.exit(0 if verified.holds else 1)


def _tell(verified: Verified) -> None:
    for finding in verified.findings:
        warning = "" if finding.is_error else "warning: "
        output.put_prose(f"{warning}{finding.what}\n  {finding.where}\n  next: {finding.heals}")
    files = counted(len(verified.files), "file")
    broken = sum(finding.is_error for finding in verified.findings)
    if not verified.holds:
        output.say(f"{counted(broken, 'break')} in {files}; nothing was changed")
        output.next_step(next(finding.heals for finding in verified.findings if finding.is_error))
        return
    output.say(f"all holds: {files}, every row read")
    output.next_step("okr status")
