"""A life, played: each event happens, and what the folder then shows is held against what the oracle allows."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.connectors.loopback import Loopback
from tests.simulator import oracle
from tests.simulator.crash import Crash, crash_at
from tests.simulator.folder import ProjectFolder, Time
from tests.simulator.life import FOLDER, Event, first_day, fortnight
from tests.simulator.oracle import Goals, Meeting, State
from tests.simulator.shops import Vendors
from tests.simulator.truth import DAY, OSLO, Order, Truth, local_day

BEFORE = 6
"""Days of history before the first run."""
POINTS = 60
"""A crash comes at one of so many points; a run that has fewer comes to its end."""
TARGETS = {
    "orders": 40,
    "gross": 20000,
    "net": 15000,
    "units": 200,
    "later": 9000,
    "paid-back": 4000,
    "visits": 900,
    "sales": 150,
    "members": 40,
}


class OracleError(AssertionError):
    """What the folder shows is none of what the oracle allows."""


@dataclass
class Life:
    """A folder, its truth, and the folders that it may be."""

    folder: ProjectFolder
    time: Time
    truth: Truth
    goals: Goals
    warehouse: set[State] = field(default_factory=lambda: {State()})
    published: set[State] = field(default_factory=set)
    backups: dict[date, set[State]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)

    def play(self, event: Event) -> None:
        """Let one event happen."""
        self.time.now = event.at.astimezone(UTC)
        self.deeds[event.what] += 1
        self.note(event.what)
        if event.what == "run" or event.what in FOLDER:
            getattr(self, event.what)(event.number)
        else:
            getattr(self.truth, event.what)(self.time.now, event.number)
            self.folder.write_sheet(self.truth)

    def note(self, text: str) -> None:
        """Write a line into the log."""
        self.log.append(f"{self.time.now:%Y-%m-%d %H:%M:%S}  {text}")

    def expect(self, expected: object, found: object, what: str) -> None:
        """Make sure that two things are the same."""
        if expected != found:
            raise OracleError(f"{what}: expected {expected}, found {found}")

    def run(self, _number: int = 0) -> None:
        """Run; a failure must be told by name."""
        leaving = self.truth.order_leaving()
        result = self.folder.ask("run")
        states = self._after_run(leaving)
        self.expect({oracle.exit_code(state) for state in states}, {result.exit_code}, f"exit code\n{result.output}")
        if result.exit_code:
            state = next(iter(states))
            parts = {self.folder.shop: state.shop, "site": state.site, "sheet": state.sheet}
            told = [name for name in parts if re.search(rf"{name} .*FAILED", result.output)]
            self.expect([name for name, part in parts.items() if part.fails], told, "failures named")
        self._told_plainly(result.output)
        self._published(states, has_days=True)

    def crash(self, number: int) -> None:
        """Run, and end in the midst of it."""
        self._break_off(1 + number % POINTS, "crash")

    def fault(self, number: int) -> None:
        """Run with a disk that fails once, or is full from then on."""
        self._break_off(1 + number % POINTS, ("once", "full")[number % 2])

    def _break_off(self, point: int, mode: str) -> None:
        leaving = self.truth.order_leaving()
        with crash_at(point, mode) as met:
            try:
                result = self.folder.ask("run")
            except Crash:
                result = None
        states = self._after_run(leaving)
        self.note(f"{mode} at {point}, " + (met[point - 1] if len(met) >= point else "which never came"))
        if result and len(met) < point:
            self.expect({oracle.exit_code(state) for state in states}, {result.exit_code}, "exit code")
            self._published(states, has_days=True)
            return
        if result:
            self.note(f"exit {result.exit_code}")
            self.expect(True, result.exit_code in (0, 1, 3), f"exit code {result.exit_code}\n{result.output}")
            self._told_plainly(result.output)
        boards = {one.board for one in (*self.published, *states)}
        mixed = oracle.broken_off(self.warehouse, states)
        self.warehouse = mixed
        self.published = self._seen(self.published | {one for one in mixed if one.board in boards})
        day = local_day(self.time.now)
        self.backups[day] = self.backups.get(day, set()) | mixed | self.published

    def jump(self, number: int) -> None:
        """Run by a clock that is wrong: nothing of it stays."""
        spans = (timedelta(minutes=20), timedelta(hours=5), timedelta(days=2), timedelta(days=400))
        self.time.wrong_by = spans[number % 4] * (1 if number % 3 else -1)
        result = self.folder.ask("run")
        told = f"the clock says {self.time.clock():%Y-%m-%d %H:%M} UTC"
        self.time.wrong_by = timedelta()
        self.expect((1, True), (result.exit_code, told in " ".join(result.output.split())), f"clock\n{result.output}")
        self.published = self._seen(self.published)

    def check_in(self, number: int) -> None:
        """Tell a number of members."""
        value = number % 50
        result = self.folder.ask("checkin", "members", "--value", str(value))
        self.expect(0, result.exit_code, f"check-in\n{result.output}")
        said = (value, self.time.now)
        self.warehouse = {
            replace(one, check_ins=(*one.check_ins, said), newest=self.time.now) for one in self.warehouse
        }
        self.published = self.warehouse = self._seen(self.warehouse, has_days=False)
        self.backups[local_day(self.time.now)] = self.published

    def target(self, number: int) -> None:
        """Edit a target."""
        targets = dict(self.goals.targets)
        name = sorted(targets)[number % len(targets)]
        self.goals = replace(self.goals, targets=tuple({**targets, name: 5 + number % 3000}.items()))
        self.folder.write_goals(self.goals)

    def rename(self, number: int) -> None:
        """Give the shop another name."""
        self.folder.renamed_from, self.folder.shop = self.folder.shop, f"kiosk-{number}"
        self.folder.write_sources()

    def renew(self, _number: int) -> None:
        """Give the folder the shop's present key."""
        self.folder.key = self.truth.key

    def misspell(self, _number: int) -> None:
        """Write a key that no one knows: exit 2, and nothing moves."""
        path = self.folder.home / "okr_config" / "sources.yaml"
        good = path.read_text(encoding="utf-8")
        path.write_text(good.replace("site_id", "siteid"), encoding="utf-8")
        result = self.folder.ask("run")
        path.write_text(good, encoding="utf-8")
        self.expect((2, True), (result.exit_code, "siteid" in result.output), f"config\n{result.output}")
        self.published = self._seen(self.published)

    def restore(self, number: int) -> None:
        """Go back to an earlier day's backup; what people said since is lost, and told."""
        day = local_day(self.time.now) - DAY * (1 + number % 4)
        found = [kept for kept in self.backups if kept <= day]
        if not found:
            return
        lost = {
            len({*here.check_ins, *shown.check_ins} - set(one.check_ins))
            for here in self.warehouse
            for shown in self.published
            for one in self.backups[max(found)]
        }
        result = self.folder.ask("restore", "--as-of", str(day), "--yes")
        self.expect(0, result.exit_code, f"restore\n{result.output}")
        self._lost(lost, result.output)
        self.warehouse = self.published = self._seen(self.backups[max(found)])

    def lose(self, _number: int) -> None:
        """Lose the warehouse's file: told, nothing overwritten, and restored from what goes furthest."""
        path = self.folder.home / "warehouse" / "okr.duckdb"
        for file in (path, path.with_name("okr.duckdb.wal")):
            file.unlink(missing_ok=True)
        result = self.folder.ask("run")
        self.expect(3, result.exit_code, f"a lost file\n{result.output}")
        self._told_plainly(result.output)
        self.published = self._seen(self.published)
        result = self.folder.ask("restore", "--yes")
        self.expect(0, result.exit_code, f"restore\n{result.output}")
        kept = [self.published, *self.backups.values()]
        latest = max(min(one.newest for one in states if one.newest) for states in kept)
        furthest = {one for states in kept for one in states if one.newest and one.newest >= latest}
        self.warehouse = self.published = self._seen(furthest)

    def _after_run(self, leaving: Order | None) -> set[State]:
        """Return the folders that a run may leave, `leaving` being the order that was to leave as it began."""
        left = leaving if leaving and leaving.number not in self.truth.orders else None
        meeting = Meeting(self.truth, self.time.now, self.folder.key == self.truth.key, left)
        return {after for state in self.warehouse for after in oracle.run(state, meeting, self.goals)}

    def _published(self, states: set[State], *, has_days: bool) -> None:
        self.warehouse = self.published = self._seen(states, has_days=has_days)
        self.backups[local_day(self.time.now)] = self.published

    def _seen(self, states: Iterable[State], *, has_days: bool = False) -> set[State]:
        """Return the states that fit what is published; days are those of a run that came to its end."""
        board, check_ins = self.folder.board(), self.folder.check_ins()
        states = set(states)
        fitting = {
            one
            for one in states
            if one.board.numbers == board.numbers
            and (not has_days or one.board.days == board.days)
            and one.check_ins == check_ins
        }
        self.note("  ".join(f"{name} {number.value}{'*' * len(number.flags)}" for name, number in board.numbers))
        if not fitting:
            raise OracleError(self._difference(states, board, check_ins))
        return fitting

    def _difference(self, states: set[State], board: oracle.Board, check_ins: object) -> str:
        found = dict(board.numbers)
        lines = [f"none of {len(states)} possible folders is what is published; by the nearest:"]

        def differences(one: State) -> list[str]:
            numbers = dict(one.board.numbers)
            told = [
                f"{name}: expected {numbers.get(name)}, found {found.get(name)}"
                for name in sorted({*numbers, *found})
                if numbers.get(name) != found.get(name)
            ]
            days = sorted({*one.board.days} ^ {*board.days})
            expected = {*one.board.days}
            told += [f"{'expected' if day in expected else 'found'} {day[0]} {day[1]} {day[2]}" for day in days]
            return told + ([f"check-ins: {one.check_ins}, {check_ins}"] if one.check_ins != check_ins else [])

        return "\n  ".join(lines + min((differences(one) for one in states), key=len, default=[]))

    def _told_plainly(self, output: str) -> None:
        for text in ("an error of this program", "Traceback"):
            if text in output:
                raise OracleError(f"{text}:\n{output}")

    def _lost(self, lost: set[int], output: str) -> None:
        found = re.search(r"check-ins and notes: (\d+)", output)
        number = int(found[1]) if found else 0
        if number not in lost:
            raise OracleError(f"restore says that {number} check-ins are lost, and it is one of {lost}\n{output}")


def begin(home: Path, seed: int) -> tuple[Life, Loopback]:
    """Begin a life: six days of orders, visits and rows before the first run."""
    first = first_day(seed)
    time = Time(datetime.combine(first, datetime.min.time(), OSLO).astimezone(UTC))
    truth, start = Truth(), first - DAY * BEFORE
    for number in range(BEFORE):
        at = datetime.combine(start + DAY * number, datetime.min.time(), OSLO).astimezone(UTC)
        truth.visit(at, seed + number)
        truth.write(at, seed * 3 + number)
        for hour in (9, 15, 20):
            truth.sell(at + timedelta(hours=hour), seed * 7 + number + hour)
        truth.refund(at + timedelta(hours=21), seed + number)
    server = Loopback(time.world(), home)
    server.script = Vendors(truth, lambda: time.now)
    goals = Goals(start, start + DAY * 4, tuple(TARGETS.items()))
    folder = ProjectFolder(home, time, server.url)
    folder.write_sources()
    folder.write_goals(goals)
    folder.write_sheet(truth)
    return Life(folder, time, truth, goals), server


def replay(home: Path, seed: int, days: int = 14) -> Life:
    """
    Play the life of a seed in an empty folder.

    Raises:
        OracleError: where the folder shows what cannot be; its notes have the log so far.
    """
    life, server = begin(home, seed)
    try:
        for event in fortnight(seed, days):
            life.play(event)
    except Exception as error:
        error.add_note("\n".join(life.log))
        error.add_note(f"replay: uv run python -m tests.simulator {seed} --days {days}")
        raise
    finally:
        with suppress(OSError):
            server.stop()
    return life
