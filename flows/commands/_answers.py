"""What `okr mcp` answers: the published numbers, each with how fresh it is and the loads it rests on; nothing else."""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flows import reference
from flows.commands.notes import read_notes
from flows.commands.whatif import whatif_rows
from flows.console.confidence import confidence_of
from flows.console.json_forms import json_text
from flows.console.legend import legend
from flows.goals.suggest import suggestion_rows
from flows.project.board import Board, read_board
from flows.project.paths import Published
from flows.project.project import Project
from flows.run.cadence import lateness
from okr_config.errors import UsageError
from scorecard.explain.arithmetic import arithmetic, objective_arithmetic
from scorecard.score_row import ScoreRow
from warehouse.query_sandbox import Limits, run_query
from warehouse.reading import last_success, lineage, read_published

Answer = dict[str, Any]
_MOST_ROWS = 1_000


@dataclass(frozen=True)
class _Copy:
    """A published copy as it was read once. loads: by key result, the loads that its observations came from."""

    board: Board
    freshness: Answer
    loads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Answers:
    """Answers from one project folder; the copy is read again when a run has replaced it. Nothing is written."""

    published: Published
    open_project: Callable[[], Project]
    _read: tuple[tuple[int, int, int], _Copy] | None = field(default=None, init=False)

    def scoreboard(self) -> Answer:
        """Every key result as `okr status --json` has it, with its load ids; objectives beside them."""
        copy = self._copy()
        rows = [{**row.as_row(), "load_ids": self._load_ids(copy, row)} for row in copy.board.key_results]
        objectives = [row.as_row() for row in copy.board.objectives]
        return _plain({"key_results": rows, "objectives": objectives, "freshness": copy.freshness})

    def number(self, key_result: str, column: str) -> Answer:
        """One column of a key result's scoreboard row: value, target, probability, ...; refused where not known."""
        copy = self._copy()
        row = _row_of(copy.board, key_result)
        values = row.as_row()
        if column not in values:
            raise UsageError.unknown("column", column, values, next_step="docs, with the topic tables")
        if values[column] is None:
            raise UsageError(
                f"there is no {column} of {key_result}",
                where=row.reason or row.explanation or row.status,
                next_step=f"explain {key_result}: say that it is not known, and guess nothing",
            )
        facts = {"unit": row.unit, "as_of": row.as_of, "observed_at": row.observed_at, "run_id": row.run_id}
        shown = {"key_result_id": key_result, "column": column, "value": values[column], **facts}
        return _plain({**shown, "load_ids": self._load_ids(copy, row), "freshness": copy.freshness})

    def explain(self, key_result: str) -> Answer:
        """The arithmetic of a key result's score with the loads behind it, or of an objective's."""
        copy = self._copy()
        for one in copy.board.objectives:
            if one.objective_id == key_result:
                members = [row for row in copy.board.key_results if row.objective_id == key_result]
                members = [row for row in members if row.period_id == one.period_id]
                lines = list(objective_arithmetic(one, members))
                ids = sorted({load for row in members for load in self._load_ids(copy, row)})
                return _plain({**one.as_row(), "lines": lines, "load_ids": ids, "freshness": copy.freshness})
        row = _row_of(copy.board, key_result)
        zone = next(ZoneInfo(period.timezone) for period in copy.board.periods if period.id == row.period_id)
        answer = {**row.as_row(), "lines": list(arithmetic(row, zone)), "load_ids": self._load_ids(copy, row)}
        return _plain({**answer, "loads": copy.loads[key_result], "freshness": copy.freshness})

    def whatif(
        self,
        key_result: str,
        per_day: Sequence[float] = (),
        target: Sequence[float] = (),
        repeat_last_days: Sequence[int] = (),
    ) -> Answer:
        """What becomes of a key result at other paces or targets; without any, under the usual assumptions."""
        copy = self._copy()
        row = _row_of(copy.board, key_result)
        chosen = [
            *(("per_day", pace) for pace in per_day),
            *(("repeat_last", float(days)) for days in repeat_last_days),
            *(("target", amount) for amount in target),
        ]
        rows = whatif_rows(self.open_project(), key_result, chosen)
        return _plain({"rows": rows, "load_ids": self._load_ids(copy, row), "freshness": copy.freshness})

    def suggest(self, key_result: str) -> Answer:
        """Targets of a key result with a chance of 10, 30, 50, 70 and 90 %."""
        copy = self._copy()
        rows = suggestion_rows(self.open_project(), key_result)
        found = [row for row in copy.board.key_results if row.key_result_id == key_result]
        ids = self._load_ids(copy, found[0]) if found else []
        return _plain({"rows": rows, "load_ids": ids, "freshness": copy.freshness})

    def sql(self, query: str) -> Answer:
        """One DuckDB query that only reads, of the tables that docs tells, up to 1,000 rows."""
        copy = self._copy()
        found = run_query(self.published.scored(), query, limits=Limits(rows=_MOST_ROWS))
        rows = json.loads(json_text(found.rows))
        return {"columns": list(found.columns), "rows": rows, "freshness": _plain(copy.freshness)}

    def notes(self) -> Answer:
        """What people have written: notes of events, check-ins, decisions; the newest first."""
        return _plain({"notes": read_notes(self.open_project()), "freshness": self._copy().freshness})

    def docs(self, topic: str = "scoreboard") -> Answer:
        """What words mean. Topics: scoreboard (statuses, flags), tables (for sql), key-results, project-files."""
        if topic == "scoreboard":
            return {"topic": topic, "text": "\n".join(f"{row['mark']}: {row['meaning']}" for row in legend())}
        pages = {name.removesuffix(".md"): text for name, text in reference.pages().items()}
        if topic not in pages:
            raise UsageError.unknown("topic", topic, ["scoreboard", *pages], next_step="docs, with one of them")
        return {"topic": topic, "text": pages[topic]}

    def propose_checkin(
        self, key_result: str, value: float | None = None, confidence: str | None = None, note: str = ""
    ) -> Answer:
        """The command by which a person keeps a check-in, once they agree; nothing is kept by asking."""
        _row_of(self._copy().board, key_result)
        if value is None and confidence is None and not note:
            raise UsageError("nothing is said", where="value, confidence, note", next_step="give one of them")
        if confidence is not None and confidence_of(confidence) is None:
            raise UsageError(f"{confidence!r} is no confidence from 0 to 10", next_step="8 or 8/10")
        if not note.isprintable():
            raise UsageError("the note is more than one line of plain text", where="note", next_step="write one line")
        words = [
            *([] if value is None else [f"--value={Decimal(repr(value)):f}"]),
            *([] if confidence is None else [f"--confidence={confidence}"]),
            *([f"--note={note}"] if note else []),
        ]
        command = shlex.join(["okr", "checkin", key_result, *words])
        return {"command": command, "kept": False, "next": "a person runs it in the project folder, if they agree"}

    def _copy(self) -> _Copy:
        path = self.published.scored()
        stat = path.stat()
        identity = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._read is None or self._read[0] != identity:
            board = read_board(path, days=0)
            newest = max(board.key_results, key=lambda row: row.as_of, default=None)
            facts = {
                "as_of": newest.as_of if newest else None,
                "known_at": newest.known_at if newest else None,
                "last_run": last_success(path),
                "newest_load_id": read_published(path, "select max(load_id) as newest from load")["newest"][0],
            }
            self._read = identity, _Copy(board, facts)
        copy = self._read[1]
        zone = ZoneInfo(copy.board.periods[0].timezone) if copy.board.periods else ZoneInfo("UTC")
        copy.freshness["late"] = lateness(self.published, zone)
        return copy

    def _load_ids(self, copy: _Copy, row: ScoreRow) -> list[int]:
        name = row.key_result_id
        if name not in copy.loads:
            copy.loads[name] = lineage(self.published.scored(), name).to_dicts()
        return sorted({load["load_id"] for load in copy.loads[name]})


def _row_of(board: Board, key_result: str) -> ScoreRow:
    for row in board.key_results:
        if row.key_result_id == key_result:
            return row
    known = [row.key_result_id for row in board.key_results]
    raise UsageError.unknown("key result", key_result, known, next_step="scoreboard, which has them all")


def _plain(answer: Answer) -> Answer:
    """Return an answer with its numbers and times as `okr status --json` prints them."""
    plain: Answer = json.loads(json_text(answer))
    return plain
