"""What cannot be worked out is found by leaving the rest out, so that it takes nothing else with it."""

from collections.abc import Callable, Mapping

import duckdb

UNCOMPUTABLE = (duckdb.DataError, duckdb.OutOfRangeException, duckdb.InvalidInputException)
"""What DuckDB raises for a value that a query cannot work with; all else is the file's or the machine's."""
_LONGEST = 200

Series = Mapping[str, str]
"""Metrics by the series that are made of them."""


def work_out(work: Callable[[Series | None], None], all_series: Callable[[], Series]) -> dict[str, str]:
    """
    Do some work for all series at once (None), or where that fails for all but those that cannot be worked out.

    Returns:
        By series that cannot be, why, in one line.
    """
    try:
        work(None)
    except UNCOMPUTABLE:
        return _by_halves(work, all_series())
    return {}


def _by_halves(work: Callable[[Series | None], None], series: Series) -> dict[str, str]:
    try:
        work(series)
    except UNCOMPUTABLE as error:
        if len(series) == 1:
            return dict.fromkeys(series, str(error).partition("\n")[0][:_LONGEST])
        pairs, half = list(series.items()), len(series) // 2
        return _by_halves(work, dict(pairs[:half])) | _by_halves(work, dict(pairs[half:]))
    return {}
