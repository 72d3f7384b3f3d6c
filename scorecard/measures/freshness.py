"""Which sources could not be heard of late, as flags on the key results that count on them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

import polars as pl

from scorecard.status import Flag

_PROBES = "shop_state"
"""The stream of a shop's probes: its faults do not touch the shop's sales, nor theirs the probes."""


class _Stream(NamedTuple):
    name: str
    last_success_at: datetime | None
    state: str


class Freshness:
    """The newest state of every source's streams."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._streams: dict[str, list[_Stream]] = defaultdict(list)
        for source, *stream in frame.select("source_id", "stream", "last_success_at", "state").iter_rows():
            self._streams[source].append(_Stream(*stream))

    def flags(self, counted: Collection[str], named: Collection[str], judged: datetime, *, probes: bool) -> set[Flag]:
        """
        Flag what is missing about times before the judged instant.

        Args:
            counted: sources whose values were found.
            named: sources the key result names; without any, those that have a stream in common with the counted ones.
            judged: a source that succeeded after this has told all that counts.
            probes: whether the key result is about a shop's state.
        """
        found: set[Flag] = set()
        alike = {stream.name for source in counted for stream in self._relevant(source, probes=probes)}
        for source in self._streams:
            streams = self._relevant(source, probes=probes)
            expected = source in named if named else any(stream.name in alike for stream in streams)
            if source not in counted and not expected:
                continue
            if source not in counted and all(stream.last_success_at is None for stream in streams):
                found.add(Flag.PARTIAL)
            late = {stream.state for stream in streams if not stream.last_success_at or stream.last_success_at < judged}
            if "failing" in late:
                found.add(Flag.FAILING_SOURCE)
            if "stale" in late:
                found.add(Flag.STALE)
        return found

    def states(self) -> Iterator[tuple[str, _Stream]]:
        """Yield each source's streams."""
        for source, streams in self._streams.items():
            for stream in streams:
                yield source, stream

    def _relevant(self, source: str, *, probes: bool) -> list[_Stream]:
        streams = self._streams.get(source, [])
        fitting = [stream for stream in streams if (stream.name == _PROBES) is probes]
        return fitting or streams
