"""What was sent to whom, so that nothing is sent twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from warehouse.engine import append
from warehouse.writing import Read, Write

State = Literal["sending", "sent", "failed"]

_NEWEST = """
    select subject, arg_max(state, "at")
    from notification
    where kind = $kind and recipient = $recipient
    group by subject
"""


@dataclass(frozen=True)
class Notifications:
    """Of an open warehouse. read: its connection. write: writes as one transaction. now: its next instant."""

    read: Read
    write: Write
    now: Callable[[], datetime]

    def states(self, kind: str, recipient: str) -> Mapping[str, State]:
        """Return by subject what became of the messages of a kind to somebody."""
        with self.read() as connection:
            return dict(connection.execute(_NEWEST, {"kind": kind, "recipient": recipient}).fetchall())

    def keep(  # noqa: PLR0913 - what is known of a message
        self,
        kind: str,
        recipient: str,
        subjects: tuple[str, ...],
        state: State,
        *,
        content_hash: str,
        attempts: int = 0,
        error: str | None = None,
    ) -> None:
        """Note what became of a message, for all that it is about."""
        at = self.now()

        def keep(connection: duckdb.DuckDBPyConnection) -> None:
            for subject in subjects:
                row = {"kind": kind, "recipient": recipient, "subject": subject, "state": state, "at": at}
                append(
                    connection,
                    "notification",
                    {**row, "content_hash": content_hash, "attempts": attempts, "error": error},
                )

        self.write(keep)
