"""The totals that a vendor tells of its own."""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from connectors.http.errors import RequestError
from connectors.source import Pull, SettingsT, Source
from okr_config.delivery import VendorTotal, Window
from okr_config.errors import SourceError

_ENDS_ALL = ("stopped",)


def read_totals(
    source: Source[SettingsT], given: Pull[SettingsT], window: Window, *, quiet: Collection[str] = ()
) -> tuple[tuple[VendorTotal, ...], tuple[str, ...]]:
    """
    Ask a source what its own page says of each day of a window.

    A page that cannot be read costs no pull: what is wrong comes as a note, but for reasons that are `quiet`.

    Returns:
        The totals, and notes.

    Raises:
        SourceError: when the run is being stopped.
    """
    if source.totals is None:
        return (), ()
    try:
        return tuple(source.totals(replace(given, window=window))), ()
    except (SourceError, RequestError) as error:
        if error.reason in _ENDS_ALL:
            raise
        if error.reason in quiet:
            return (), ()
        what = error.what
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, pl.exceptions.PolarsError):
        what = "they have another shape than this connector reads"
    return (), (f"{source.title}'s own totals are not compared: {what}",)
