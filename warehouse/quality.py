"""
Checks of what came: ours, a file each in `sql/quality`, and a team's own SQL that returns bad rows.

Ours return source_id, subject (a metric or a table), severity, found, expected and sample, a row for whatever looks
wrong. A team's run walled off, on a copy, as its metrics do.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from okr_config.errors import UsageError
from okr_config.quality import TeamCheck
from warehouse.engine import append, registered
from warehouse.publishing import private_copy
from warehouse.query_sandbox import QueryResult, run_query
from warehouse.sql_files import read_folder, read_sql
from warehouse.writing import Read, Write

_COLUMNS = dict.fromkeys(
    ("check_id", "source_id", "subject", "severity", "state", "found", "expected", "sample"), pl.String
) | {"silenced_until": pl.Date, "reason": pl.String}
_LONGEST = 300
_SAMPLED = 5


@dataclass(frozen=True)
class Finding:
    """
    Something that looks wrong.

    source_id: empty where it is of no single source. subject: a metric or a table, empty for a team's own check.
    severity: info, warning or error. state: found; silenced, where the config says why it is right; broken, where a
    team's SQL failed. found, expected, sample: plain words.
    """

    check_id: str
    source_id: str
    subject: str
    severity: str
    state: str
    found: str
    expected: str | None = None
    sample: str | None = None
    silenced_until: date | None = None
    reason: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether a run that finds it has not gone well."""
        return self.severity == "error" and self.state != "silenced"


@dataclass(frozen=True)
class QualityChecks:
    """The checks of an open warehouse. read: its connection. write: writes as one transaction."""

    read: Read
    write: Write
    now: Callable[[], datetime]
    folder: Path

    def run(
        self, run_id: str, own: Sequence[TeamCheck], *, today: date, stocks: Collection[str]
    ) -> tuple[Finding, ...]:
        """
        Check everything and keep what is found.

        Args:
            run_id: the run that asks.
            own: what the config says: the team's checks, and what it says of ours.
            today: the day under way, of which counts are not complete.
            stocks: metrics that are known at instants and do not add up.
        """
        found = [*self._built_in(today, stocks), *self._own([one for one in own if one.sql])]
        findings = tuple(_silenced(one, own, today) for one in found)
        if findings:
            rows = pl.DataFrame([asdict(finding) for finding in findings], schema=_COLUMNS)
            rows = rows.with_columns(run_id=pl.lit(run_id), checked_at=self.now())
            self.write(lambda connection: append(connection, "quality_check", rows))
        return findings

    def _built_in(self, today: date, stocks: Collection[str]) -> list[Finding]:
        findings = []
        with (
            self.read() as connection,
            registered(connection, "stock", pl.DataFrame({"metric": list(stocks)}, schema={"metric": pl.String})),
        ):
            connection.execute(
                "create or replace temp macro trim_zeros(number) as"
                " regexp_replace(regexp_replace(number::varchar, '(\\.\\d*?)0+$', '\\1'), '\\.$', '')"
            )
            connection.execute(read_sql("quality_input.sql"), {"today": today})
            for name, sql in read_folder("quality").items():
                try:
                    rows = connection.execute(sql, {"today": today} if "$today" in sql else None).fetchall()
                except duckdb.DataError:  # numbers beyond any column: one check must not cost the run
                    findings.append(Finding(name, "", "", "warning", "broken", "it cannot be computed"))
                    continue
                kept: dict[tuple[str, str], Finding] = {}
                for source_id, subject, severity, found, expected, sample in rows:
                    finding = Finding(name, source_id, subject, severity, "found", found, expected, sample)
                    kept.setdefault((source_id, subject), finding)
                findings += kept.values()
            connection.execute("drop table checked")
        return findings

    def _own(self, checks: Sequence[TeamCheck]) -> list[Finding]:
        if not checks:
            return []
        findings = []
        with self.read() as connection, private_copy(connection, self.folder) as copy:
            for check in checks:
                state, found, sample = "found", "", None
                try:
                    result = run_query(copy, check.sql or "")
                except UsageError as error:
                    state, found = "broken", f"its SQL cannot be run: {error.what}"[:_LONGEST]
                else:
                    if not result.rows:
                        continue
                    found, sample = f"{len(result.rows)} row{'s' * (len(result.rows) > 1)}", _sample(result)
                severity = check.severity or "warning"
                findings.append(Finding(check.id, "", "", severity, state, found, "no rows", sample))
        return findings


def _sample(result: QueryResult) -> str:
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows[:_SAMPLED]]
    return json.dumps(rows, ensure_ascii=False, default=str)[:_LONGEST]


def _silenced(finding: Finding, own: Sequence[TeamCheck], today: date) -> Finding:
    """Apply what the config says of a check: its severity, and until when it is silenced."""
    for entry in own:
        if entry.id != finding.check_id or (entry.sources and finding.source_id not in entry.sources):
            continue
        finding = replace(finding, severity=entry.severity or finding.severity)
        if entry.silenced and today <= entry.silenced.until and finding.state == "found":
            finding = replace(
                finding, state="silenced", silenced_until=entry.silenced.until, reason=entry.silenced.reason
            )
    return finding
