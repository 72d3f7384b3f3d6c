"""
Every error a user may meet, as a tree; each is told in three lines: what, where, next.

    OkrError
    ├── ConfigError      exit 2: all problems of all files at once
    ├── UsageError       exit 2: a command was called wrongly
    ├── SourceError      exit 1: one source could not be pulled; the others go on
    ├── ClockError       exit 1: the clock is wrong, or was; nothing was kept
    ├── WarehouseError   exit 3: damaged, newer than this program, disk full
    └── LockHeldError    exit 4: another run is going on

Texts are built from fields that hold no secret; causes are chained for `--debug` and never printed otherwise.
"""

import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from okr_config.hints import name_hint


def way_out(error: OSError) -> str:
    """Return what to do about a file or folder that cannot be written or read."""
    place = Path(str(error.filename2 or error.filename or "it"))
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "free some disk space, then the same again: nothing is lost"
        case errno.EISDIR:
            return f"move {place} away: a folder lies where a file should, then the same again: nothing is lost"
        case errno.EEXIST | errno.ENOTDIR:
            file = next((one for one in (place, *place.parents) if one.is_file()), place)
            return f"move {file} away: a file lies where a folder should, then the same again: nothing is lost"
        case errno.EMFILE | errno.ENFILE:
            return "let more files be open at once (ulimit -n 1024), then the same again: nothing is lost"
        case errno.EROFS:
            return "move the project to a disk that can be written, then the same again: nothing is lost"
    return "give this user write access to it, then the same again: nothing is lost"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a config file. `line` and `column` count from 1; 0 means the whole file."""

    file: str
    line: int
    column: int
    what: str
    hint: str = ""
    next: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        rest = [f"  {text}" for text in (self.hint, self.next and f"next: {self.next}") if text]
        return "\n".join([f"{where}  {self.what}", *rest])


class OkrError(Exception):
    """Something the user should hear about. `exit_code` is the command's."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        rest = [f"  {text}" for text in (self.where, self.next_step and f"next: {self.next_step}") if text]
        return "\n".join([self.what, *rest])


class ConfigError(OkrError):
    """The project folder's files are wrong somewhere; `problems` names every place."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''} in the config")

    def __str__(self) -> str:
        return "\n".join([*map(str, self.problems), self.what])


class UsageError(OkrError):
    """The command line asks for something that cannot be."""

    exit_code = 2

    @classmethod
    def unknown(cls, kind: str, name: str, known: Iterable[str], *, next_step: str) -> "UsageError":
        """
        Return the error for a name that nothing has, with the nearest that something has.

        Args:
            kind: what it was to be a name of: source, key result, metric, ...
            name: the word as typed.
            known: the names there are, in the order to list them.
            next_step: the command that lists them.
        """
        return cls(f"unknown {kind} '{name}'", where=name_hint(name, known), next_step=next_step)


class SourceError(OkrError):
    """One source could not be pulled. `reason` is a short stable word, such as unauthorized or timed_out."""

    exit_code = 1

    def __init__(self, what: str, *, reason: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.reason = reason


class ClockError(OkrError):
    """The clock disagrees with what is recorded or with the sources' clocks; nothing was kept."""

    exit_code = 1


class WarehouseError(OkrError):
    """The warehouse cannot be used; nothing was published."""

    exit_code = 3


class LockHeldError(OkrError):
    """Another run holds the lock."""

    exit_code = 4
