"""The record of closed key results as rows and JSON: made from the published copy, and made again to verify one."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl

from flows.project.project import Project
from okr_config.errors import UsageError
from scorecard.forecasting.calibration import Bin, reliability
from scorecard.forecasting.record import Line, lines_of
from warehouse.reader import read_warehouse

FORMAT = 1
_KEPT = re.compile(r'<pre id="record">(.*?)</pre>', re.DOTALL)
_PUBLIC = ("key_result_id", "title", "metric", "period_id", "kind")
_ROW = (*_PUBLIC, "stage", "as_of", "measured", "stated", "hit", "due", "closed_at", "run_id", "input_hash", "private")


@dataclass(frozen=True)
class Record:
    """
    What is on record as of an instant: who said how well, how chances came true, and the chances themselves.

    rows: one a published chance of a closed key result; of what is private, only its numbers.
    """

    known_at: datetime
    lines: tuple[Line, ...]
    bins: tuple[Bin, ...]
    rows: tuple[Mapping[str, Any], ...]

    @property
    def key_results(self) -> int:
        """How many have closed."""
        return len({row["key_result_id"] for row in self.rows})

    def as_json(self) -> str:
        """Return all of it; equal records give equal text."""
        content = {
            "format": FORMAT,
            "known_at": self.known_at.isoformat(),
            "lines": [asdict(line) for line in self.lines],
            "bins": [asdict(one) for one in self.bins],
            "rows": [{name: _plain(value) for name, value in row.items()} for row in self.rows],
        }
        return json.dumps(content, indent=1)


def make_record(project: Project, known_at: datetime | None = None) -> Record:
    """
    Make the record from what is published, as it was known at an instant (default: now).

    Raises:
        UsageError: when nothing has been published.
    """
    with read_warehouse(project.reading.scored(), world=project.world) as warehouse:
        at = known_at or _newest(warehouse.calibration(), project.world.clock())
        calibration = warehouse.calibration(at)
    return Record(
        known_at=at,
        lines=lines_of(calibration),
        bins=(*reliability(calibration, "ours"), *reliability(calibration, "theirs")),
        rows=tuple(_rows(calibration)),
    )


def kept_record(path: Path) -> str:
    """
    Return the JSON that a record's page or file holds.

    Raises:
        UsageError: when there is none.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("no record can be read there", where=str(path), next_step="okr record -o FILE") from error
    found = _KEPT.search(text)
    return unescape(found[1]) if found else text.removesuffix("\n")


def first_difference(kept: str, made: str) -> str:
    """Return what a record says first that the warehouse does not; empty where they are the same to the last bit."""
    if kept == made:
        return ""
    pairs = zip(kept.splitlines(), made.splitlines(), strict=False)
    found = next(((place, one, other) for place, (one, other) in enumerate(pairs, 1) if one != other), None)
    if found is None:
        return f"it has {len(kept.splitlines())} lines, the warehouse makes {len(made.splitlines())}"
    place, one, other = found
    return f"line {place} says {one.strip()}, the warehouse {other.strip()}"


def instant_of_record(kept: str, path: Path) -> datetime:
    """
    Return when a record was made.

    Raises:
        UsageError: when it is none, or of another format.
    """
    try:
        content = json.loads(kept)
        at = datetime.fromisoformat(content["known_at"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError("that is no record", where=str(path), next_step="okr record -o FILE, to make one") from error
    if content.get("format") != FORMAT or at.tzinfo is None:
        raise UsageError(
            f"that record has format {content.get('format')}, and this version makes {FORMAT}",
            where=str(path),
            next_step="verify it with the version that made it",
        )
    return at


def _newest(calibration: pl.DataFrame, now: datetime) -> datetime:
    """Return now, or when the newest closed: a warehouse's instants are a little ahead of a clock that stands."""
    closed: list[datetime] = calibration["closed_at"].to_list()
    return max([now, *closed])


def _rows(calibration: pl.DataFrame) -> list[dict[str, Any]]:
    rows = (
        calibration.drop_nulls(["measured", "hit"]).select(_ROW).sort("closed_at", "key_result_id", "stage").to_dicts()
    )
    numbers: dict[str, int] = {}
    for row in rows:
        if row["private"]:
            number = numbers.setdefault(row["key_result_id"], len(numbers) + 1)
            row.update(dict.fromkeys(_PUBLIC), key_result_id=f"private {number}")
    return rows


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
