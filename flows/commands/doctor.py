"""`okr doctor`: one cheap call to each source, and what to do about whatever is wrong."""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import click

import connectors
from connectors.probing import Checkup, check_up
from connectors.source import Source
from flows.commands._numbers import compare_numbers
from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.run.spans import chosen_sources
from flows.sources.query import ask_database
from okr_config import Config
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from warehouse.reading import newest_findings

LARGEST_SKEW = timedelta(minutes=2)
"""From here on tokens and signatures may be refused for their time."""
_SOON = timedelta(days=60)
_FIXES: Mapping[str, str] = {
    "unauthorized": "okr connect {id}",
    "forbidden": "allow what is missing at the vendor: okr connect {id} names the steps",
    "not_found": "correct the account of source {id} in okr_config/sources.yaml",
    "rate_limited": "wait, or give source {id} a lower rate in okr_config/sources.yaml",
    "unreachable": "check the network and the address of source {id}",
    "timed_out": "try again; a slow server may need a longer timeout for source {id}",
    "tls": "have the certificate of that server renewed",
    "redirect": "correct url or base_url of source {id} to the address it leads to",
}
_ELSE = "try again later; if it stays, hold the answer against the documents: okr connectors {connector}"

State = Literal["ok", "warning", "failing"]


@click.command()
@click.argument("source", required=False)
@project_options
@click.option("--numbers", is_flag=True, help="Lay the newest run's numbers beside what the vendor's own page says.")
@json_option
def doctor(source: str | None, home: Path | None, *, numbers: bool, as_json: bool) -> None:
    """
    Ask every source once, with a fix for what is wrong.

    Or SOURCE alone: credentials, scopes, clock, quota, newest data; with --numbers each day's totals too.
    """
    with project_at(home, reach_sources=True) as project:
        healthy = show_health(project, source, numbers=numbers, as_json=as_json)
    sys.exit(0 if healthy else 1)


@dataclass(frozen=True)
class Finding:
    """One line of the report; `fix` is empty where nothing is wrong."""

    source: str
    check: str
    state: State
    told: str
    fix: str = ""


def show_health(project: Project, only: str | None, *, numbers: bool = False, as_json: bool) -> bool:
    """
    Check every source in use, or the one named, all at once; tell whether none is failing.

    Raises:
        ConfigError, UsageError: when there is nothing to ask with.
    """
    config = project.config()
    chosen = chosen_sources(config, (only,) if only else ())
    customer_key = project.customer_key()

    def examined(settings: SourceSettings) -> list[Finding]:
        found = examine(project, config, settings, customer_key)
        return [*found, *_numbers(project, config, settings)] if numbers else found

    with ThreadPoolExecutor(max_workers=max(len(chosen), 1), thread_name_prefix="doctor") as pool:
        findings = [finding for found in pool.map(examined, chosen) for finding in found]
    findings += list(_found(project, only))
    failing = [finding for finding in findings if finding.state == "failing"]
    if as_json:
        output.put_json(asdict(finding) for finding in findings)
        return not failing
    output.put_table([asdict(finding) for finding in findings], ["source", "check", "state", "told", "fix"])
    if not chosen:
        output.say("no source is in use")
    output.next_step(failing[0].fix if failing else "okr run" if chosen else "okr connect CONNECTOR")
    return not failing


def _numbers(project: Project, config: Config, settings: SourceSettings) -> Iterator[Finding]:
    for told in compare_numbers(project, config, settings):
        fix = (
            ""
            if told.is_well
            else f"okr run --only {settings.id} --reconcile; if it stays, hold that day's orders against the vendor's"
        )
        yield Finding(settings.id, "numbers", "ok" if told.is_well else "warning", told.text, fix)


def _found(project: Project, only: str | None) -> Iterator[Finding]:
    """Tell what the newest run found wrong with what came."""
    if not project.published.exists():
        return
    for row in newest_findings(project.published):
        if only not in (None, row["source_id"]):
            continue
        name, told = row["check_id"], " ".join(filter(None, (row["subject"], row["found"])))
        told += f" ({row['expected']})" if row["expected"] else ""
        if row["state"] == "silenced":
            yield Finding(row["source_id"], f"check {name}", "ok", f"{told}: {row['reason']}")
            continue
        fix = f"mend it at the source, or silence {name} in okr_config/checks.yaml with reason and end"
        yield Finding(
            row["source_id"], f"check {name}", "failing" if row["severity"] == "error" else "warning", told, fix
        )


def examine(
    project: Project, config: Config, settings: SourceSettings, customer_key: Callable[[str], str]
) -> list[Finding]:
    """Ask one source and judge what it tells."""
    source = connectors.load(settings.connector)
    try:
        checkup = check_up(
            source,
            settings,
            zone=ZoneInfo(settings.timezone or config.timezone),
            world=project.world,
            home=project.home,
            customer_key=customer_key,
            query=ask_database,
        )
    except SourceError as error:
        return [failure(settings, error)]
    return list(_judge(source, settings, checkup, project.world.clock()))


def failure(settings: SourceSettings, error: SourceError) -> Finding:
    """Say what a failed call means and what to do."""
    own = error.next_step if "okr doctor" not in error.next_step else ""
    fix = own or _FIXES.get(error.reason, _ELSE).format(id=settings.id, connector=settings.connector)
    return Finding(settings.id, "credentials", "failing", error.what, fix)


def _judge(source: Source[Any], settings: SourceSettings, checkup: Checkup, now: datetime) -> Iterator[Finding]:
    health, name = checkup.health, settings.id
    yield Finding(name, "credentials", "ok", health.account or "accepted")
    for scope, lost in health.lacking.items():
        yield Finding(name, "scopes", "warning", f"{scope} is missing: {lost}", f"allow {scope} at {source.title}")
    if checkup.skew is not None and abs(checkup.skew) > LARGEST_SKEW:
        minutes = round(checkup.skew.total_seconds() / 60)
        told = f"its clock is {abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} ours"
        yield Finding(name, "clock", "warning", told, "set this machine's clock by a time server")
    if health.quota:
        yield Finding(name, "quota", "ok", health.quota)
    if health.newest:
        yield Finding(name, "newest data", "ok", f"{health.newest:%Y-%m-%d %H:%M} UTC")
    ends = source.version_ends(settings)
    if ends and ends - now.date() < _SOON:
        gone = "ended" if ends < now.date() else "ends"
        told = f"version {getattr(settings, 'api_version', source.version)} {gone} on {ends}"
        yield Finding(name, "API version", "warning", told, _newer(settings))
    for what, fix in health.warnings:
        yield Finding(name, "notes", "warning", what, fix)


def _newer(settings: SourceSettings) -> str:
    if "api_version" in type(settings).model_fields:
        return f"set a newer api_version for source {settings.id} in okr_config/sources.yaml"
    return "install a newer okr"
