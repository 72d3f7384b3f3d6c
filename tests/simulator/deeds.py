"""What is done to a folder: each deed is held against what the oracle allows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

from tests.simulator import oracle
from tests.simulator.board import Goals
from tests.simulator.cheap import without_page
from tests.simulator.crash import Crash, crash_at
from tests.simulator.folder import ProjectFolder, Time
from tests.simulator.life import FOLDER, Event
from tests.simulator.oracle import REACH, Meeting, State
from tests.simulator.seen import OracleError, fitting
from tests.simulator.truth import DAY, Order, Truth, local_day

FURTHER = timedelta(days=REACH + 30)
"""How far before the period a backfill reads."""
POINTS = 60
"""A crash comes at one of so many points; a run that has fewer comes to its end."""


@dataclass
class Life:
    """
    A folder, its truth, and the folders that it may be.

    backups: by the day that each is of. log: what happened. deeds: how often each did.
    """

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

    def backfill(self, number: int) -> None:
        """Read the past that no run reaches; some of these end in the midst of it."""
        first = str(self.goals.start - FURTHER)
        meeting = Meeting(self.truth, self.time.now, self.folder.key == self.truth.key, None, self.folder.shop)
        ends = {state: oracle.backfill(state, meeting, self.goals) for state in self.warehouse}
        states = {after for afters, _, _ in ends.values() for after in afters}
        point = 1 + number % POINTS if not number % 3 else 1000 * POINTS
        leaving, self.truth.leaving = self.truth.leaving, None
        with crash_at(self.folder.home, point) as met, without_page(is_left_out=number % 4 > 0):
            try:
                result = self.folder.ask("backfill", "--from", first)
            except Crash:
                result = None
        self.truth.leaving = leaving
        if result is None:
            self.note(f"crash at {point}, {met[point - 1]}")
            self._broken_off(states)
            return
        self.expect({code for _, code, _ in ends.values()}, {result.exit_code}, f"exit code\n{result.output}")
        self._told_plainly(result.output)
        self.expect(True, all(("scored " in result.output) in shown for _, _, shown in ends.values()), "shown")
        if "scored " in result.output:
            self._published(states, has_days=True)
        else:
            self.published = self._seen(self.published)

    def full(self, number: int) -> None:
        """Run with no room for the page or any other file that the program writes by itself."""
        leaving, self.time.is_full = self.truth.order_leaving(), True
        with without_page(is_left_out=bool(number % 2)):
            result = self.folder.ask("run")
        self.time.is_full = False
        states = self._after_run(leaving)
        codes = {oracle.exit_code(state) if number % 2 else 1 for state in states}
        self.expect(codes, {result.exit_code}, f"exit code\n{result.output}")
        told = "the page cannot be written" in result.output
        self.expect(not number % 2, told, f"a full disk\n{result.output}")
        self._told_plainly(result.output)
        self._published(states, has_days=True)

    def ahead(self, number: int) -> None:
        """Run by a clock that is ahead and that no source corrects; repair takes it back, and all is as it was."""
        before = self.warehouse
        now, span = self.time.now, timedelta(days=(1, 9, 40, 400)[number % 4], hours=1)
        if number % 3:
            self.time.wrong_by = span
            self.folder.ask("run", "--only", "sheet")
        else:
            self.time.now = now + span
            self.folder.ask("checkin", "members", "--value", str(number % 50))
        self.time.now, self.time.wrong_by = now, timedelta()
        result = self.folder.ask("run")
        told = f"{now:%Y-%m-%d %H:%M} UTC" in " ".join(result.output.split()) and "okr repair" in result.output
        self.expect((1, True), (result.exit_code, told), f"a clock behind\n{result.output}")
        result = self.folder.ask("repair", "--yes")
        self.expect(0, result.exit_code, f"repair\n{result.output}")
        self._told_plainly(result.output)
        self.warehouse = before
        if number % 3 == 0:
            said = (number % 50, now)
            self.warehouse = {replace(one, check_ins=(*one.check_ins, said), newest=now) for one in self.warehouse}
        self.published = self.warehouse = self._seen(self.warehouse)

    def finish(self, number: int) -> None:
        """Note that a step of the milestone is done."""
        done = list(self.goals.done)
        done[number % len(done)] = local_day(self.time.now)
        self.goals = replace(self.goals, done=tuple(done))
        self.folder.write_goals(self.goals)

    def run(self, number: int = 0) -> None:
        """Run; a failure must be told by name. Some runs draw the page, some tell what they do in words."""
        leaving, is_in_words = self.truth.order_leaving(), not number % 3
        with without_page(is_left_out=number % 4 > 0):
            result = self.folder.ask("run", *([] if is_in_words else ["--json"]))
        states = self._after_run(leaving)
        self.expect({oracle.exit_code(state) for state in states}, {result.exit_code}, f"exit code\n{result.output}")
        if result.exit_code:
            state = next(iter(states))
            parts = {self.folder.shop: state.shop, "site": state.site, "sheet": state.sheet}
            failure = r"{0} .*FAILED" if is_in_words else r'"source": "{0}".*"state": "failed"'
            told = [name for name in parts if re.search(failure.format(name), result.output)]
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
        with crash_at(self.folder.home, point, mode) as met:
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
        self._broken_off(states)

    def _broken_off(self, states: set[State]) -> None:
        """Take the warehouse for anything between what it was and what it would be, the copy for one or the other."""
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
        name = sorted(set(targets) - {"ready"})[number % (len(targets) - 1)]
        self.goals = replace(self.goals, targets=tuple({**targets, name: 5 + number % 3000}.items()))
        self.folder.write_goals(self.goals)

    def rename(self, number: int) -> None:
        """Give the shop another name; whoever does not know under which one its history lies runs first."""
        names = {one.name for one in self.warehouse}
        if len(names) == 1:
            self.folder.renamed_from, self.folder.shop = names.pop(), f"kiosk-{number}"
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
        self._restored(self.backups[max(found)])

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
        self._restored(furthest)

    def _restored(self, states: set[State]) -> None:
        """Go on with what was restored; the shop's history is under the name that it had then."""
        self.warehouse = self.published = self._seen(states)
        if old := {one.name for one in self.warehouse} - {self.folder.shop, ""}:
            self.folder.renamed_from = max(old)
            self.folder.write_sources()

    def _after_run(self, leaving: Order | None) -> set[State]:
        """Return the folders that a run may leave, `leaving` being the order that was to leave as it began."""
        left = leaving if leaving and leaving.number not in self.truth.orders else None
        meeting = Meeting(self.truth, self.time.now, self.folder.key == self.truth.key, left, self.folder.shop)
        return {after for state in self.warehouse for after in oracle.run(state, meeting, self.goals)}

    def _published(self, states: set[State], *, has_days: bool) -> None:
        self.warehouse = self.published = self._seen(states, has_days=has_days)
        self.backups[local_day(self.time.now)] = self.published

    def _seen(self, states: Iterable[State], *, has_days: bool = False) -> set[State]:
        """Return the states that fit what is published; days are those of a run that came to its end."""
        shown = self.folder.shown()
        self.note("  ".join(f"{name} {one.value}{'*' * len(one.flags)}" for name, one in shown.board.numbers))
        return fitting(set(states), shown, has_days=has_days)

    def _told_plainly(self, output: str) -> None:
        for text in ("an error of this program", "Traceback"):
            if text in output:
                raise OracleError(f"{text}:\n{output}")

    def _lost(self, lost: set[int], output: str) -> None:
        found = re.search(r"check-ins and notes: (\d+)", output)
        number = int(found[1]) if found else 0
        if number not in lost:
            raise OracleError(f"restore says that {number} check-ins are lost, and it is one of {lost}\n{output}")
