"""
What landings brought, as hashes: rows that came before, with nothing landed in between, need no comparison.

The hash covers the rows and what they speak for: whether those that are missing are gone, and of which days.
"""

from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from okr_config.delivery import Delivery
from warehouse.sql_files import fingerprint, read_folder, read_sql


@dataclass
class Contents:
    """
    The newest landings of a warehouse, kept up with the landings of one transaction.

    newest: by source and stream the load and what it brought. changed: by source the newest load that changed a row.
    """

    newest: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)

    def is_known(self, delivery: Delivery, content_hash: str | None) -> bool:
        """Whether a delivery brings what its stream brought last, and no other stream of its source has since."""
        load_id, known = self.newest.get((delivery.source_id, delivery.stream), (0, ""))
        return content_hash is not None and content_hash == known and self.changed.get(delivery.source_id, 0) <= load_id

    def note(self, delivery: Delivery, load_id: int, content_hash: str | None, *, has_changed: bool) -> None:
        """Note what a landing brought."""
        self.newest[delivery.source_id, delivery.stream] = load_id, content_hash or ""
        if has_changed:
            self.changed[delivery.source_id] = load_id


def read_contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """Return what the ledger knows."""
    contents = Contents()
    for source_id, stream, load_id, content_hash, changed_by in connection.execute(
        read_sql("newest_contents.sql")
    ).fetchall():
        if load_id:
            contents.newest[source_id, stream] = load_id, content_hash
        contents.changed[source_id] = max(contents.changed.get(source_id, 0), changed_by or 0)
    return contents


def hash_of(delivery: Delivery) -> str | None:
    """Return the hash of what a delivery brings; None where it refused rows, of which nobody knows what they hold."""
    if delivery.refused:
        return None
    days = delivery.window.days(ZoneInfo(delivery.zone)) if delivery.mode == "replace" and not delivery.whole else None
    swept = delivery.reconciled.start if delivery.reconciled and delivery.lists_all else None
    scope = (_rules(), delivery.mode, delivery.children, delivery.whole, days, swept)
    digest = blake2b(repr(scope).encode(), digest_size=16)
    for kind, rows in sorted(delivery.frames.items()):
        digest.update(f"{kind} {rows.height} {rows.schema}".encode())
        if rows.height:
            digest.update(rows.hash_rows().to_numpy().tobytes())
    return digest.hexdigest()


@cache
def _rules() -> str:
    """What decides how rows become versions, and how they are hashed: of another program everything is compared."""
    return f"{pl.__version__} {fingerprint(read_folder('landing'))}"
