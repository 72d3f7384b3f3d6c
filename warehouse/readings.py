"""What scores follow from besides observations, as it was known at an instant; None is all that is known now."""

from abc import ABC, abstractmethod
from datetime import datetime

import polars as pl


class Readings(ABC):
    """Tables and views of a warehouse as frames; whoever has the file says how it is read and what time it is."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the time, zone-aware."""

    @abstractmethod
    def _read(self, sql: str, known_at: datetime | None = None) -> pl.DataFrame:
        """Return a query's rows, as known at an instant."""

    def freshness(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return the state of each source's streams."""
        return self._read("from source_freshness order by source_id, stream", known_at or self.now())

    def refused(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return the rows that came in and are not counted, for as long as no later landing has read them well."""
        return self._read("from refused_row order by load_id, row_number", known_at)

    def rates(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return exchange rates: currency, day, rate (units of the currency for one euro)."""
        return self._read("select currency, day, rate from exchange_rate order by currency, day", known_at)

    def check_ins(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return check-ins, oldest first."""
        return self._read('from check_in where known("at") order by "at"', known_at)

    def decisions(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return what was decided about key results, oldest first: key_result_id, at, author, text."""
        return self._read('from decision where known("at") order by "at"', known_at)

    def notes(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return the notes that stand, by day: name, first_day, last_day, metric, key_result_id, author, at."""
        return self._read("from note order by first_day, name", known_at)

    def frozen_scores(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return the scores that no longer move: the newest of each key result after its due day and three more."""
        return self._read("from frozen_score order by key_result_id", known_at)

    def calibration(self, known_at: datetime | None = None) -> pl.DataFrame:
        """Return the chances that were published for key results closed by then, and what came of them."""
        return self._read("from calibration order by key_result_id, stage", known_at)

    def kept_hashes(self, as_of: datetime) -> pl.DataFrame:
        """Return the hashes of what scores of exactly this instant were made of: key_result_id, input_hash."""
        instant = f"'{as_of.isoformat()}'::timestamptz"
        return self._read(
            f"select distinct key_result_id, input_hash from key_result_score where as_of = {instant}"  # noqa: S608 - an instant
        )
