"""
What is kept of runs beside their tables: a line of JSON a happening, in files that rotate under `.okr/logs`.

A log that cannot be written stops nothing. No text of it holds a secret of the config, whatever an event says.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from logging import ERROR, INFO, WARNING, Handler, LogRecord, StreamHandler, getLevelName
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from connectors.http.redaction import Redactor, filled_values, secrets_of
from flows.console import output
from flows.run.events import Event, Tell
from okr_config import Config
from okr_config.errors import ConfigError, OkrError
from okr_config.world import World

LARGEST = 1_000_000
"""Bytes of a log file before a new one is begun."""
KEPT = 9
"""How many full ones stay."""

_GRAVE = {"failed": ERROR, "partial": WARNING, "stopped": WARNING}


class _Quiet(Handler):
    """Lets a line pass that cannot be written, where the library prints a traceback."""

    def handleError(self, record: LogRecord) -> None:  # noqa: N802 - the library's name
        """Do nothing."""


class _File(_Quiet, RotatingFileHandler):
    pass


class _Stream(_Quiet, StreamHandler[TextIO]):
    pass


class Log:
    """
    Writes lines of JSON: at (UTC), level, event, what, then the happening's own fields.

    Args:
        handler: where they go.
        clock: the time now.
        secrets: what no line may hold.
    """

    def __init__(self, handler: Handler, clock: Callable[[], datetime], secrets: Iterable[str] = ()) -> None:
        self._handler = handler
        self._clock = clock
        self._redactor = Redactor(secrets)

    def tell(self, event: Event) -> None:
        """Write a happening."""
        flat = event.as_json()
        self._write(_GRAVE.get(str(flat.get("state")), INFO), flat)

    def say(self, text: str) -> None:
        """Write what is told to the person at the terminal."""
        self._write(INFO, {"event": "say", "what": text})

    def fail(self, error: OkrError) -> None:
        """Write an error; every problem of one in the config."""
        fields = {"event": "error", "what": error.what, "where": error.where, "next": error.next_step}
        problems = [str(problem) for problem in error.problems] if isinstance(error, ConfigError) else []
        self._write(ERROR, {**fields, **({"problems": problems} if problems else {})})

    def close(self) -> None:
        """Close the file."""
        self._handler.close()

    def _write(self, level: int, fields: Mapping[str, object]) -> None:
        row = {"at": self._clock().isoformat(), "level": getLevelName(level).lower(), **self._clean(fields)}
        line = json.dumps(row, ensure_ascii=False, default=str)
        self._handler.handle(LogRecord("okr", level, "", 0, line, None, None))

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - any plain value
        if isinstance(value, str):
            return self._redactor.scrub(value)
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        return [self._clean(one) for one in value] if isinstance(value, list | tuple) else value


def file_log(home: Path, name: str, world: World, secrets: Iterable[str] = ()) -> Log | None:
    """Open the log of a name in a project folder for more lines; None where there can be none."""
    folder = home / ".okr" / "logs"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _File(folder / f"{name}.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return None
    return Log(handler, world.clock, secrets)


@contextmanager
def stderr_log(kind: str, world: World) -> Iterator[Log | None]:
    """Write talk to stderr as a log does, where it is to be json; else nothing changes, and there is none."""
    if kind != "json":
        yield None
        return
    log = Log(_Stream(sys.stderr), world.clock)
    with output.talk_by(log.say):
        try:
            yield log
        except OkrError as error:
            if "--debug" in sys.argv:
                raise
            log.fail(error)
            sys.exit(error.exit_code)


@contextmanager
def talk_kept(log: Log | None) -> Iterator[None]:
    """Write down all talk of this process, for as long as the block lasts."""
    if log is None:
        yield
        return
    with output.talk_also(log.say):
        try:
            yield
        finally:
            log.close()


@contextmanager
def logged(log: Log | None, tell: Tell) -> Iterator[Tell]:
    """Have what is told written down too, and the error that ends it."""
    if log is None:
        yield tell
        return

    def both(event: Event) -> None:
        log.tell(event)
        tell(event)

    try:
        yield both
    except OkrError as error:
        log.fail(error)
        raise
    finally:
        log.close()


def secrets_in(config: Config) -> set[str]:
    """Return every secret of a config, and what variables gave its sources."""
    return {
        *(secret for settings in config.sources for secret in (*secrets_of(settings), *filled_values(settings))),
        *secrets_of(config.project),
    }
