"""The clock held against what is recorded: nothing lies further in its future than clocks differ among themselves."""

from datetime import datetime, timedelta

import duckdb

from okr_config.errors import ClockError
from warehouse.engine import first_row
from warehouse.ledger import newest_instant

LONGEST_LAG = timedelta(minutes=10)
"""How far behind the newest recorded instant a clock may be; that much is bridged, as after it was corrected."""

_AHEAD = """
select run_id, command
from run
order by greatest(started_at, finished_at) desc
limit 1
"""


def require_clock(connection: duckdb.DuckDBPyConnection, now: datetime, *, where: str) -> None:
    """
    Make sure that nothing is recorded of a time that the clock has not come to.

    Raises:
        ClockError: with both times and the run that was ahead.
    """
    newest = newest_instant(connection)
    if newest is None or newest - now <= LONGEST_LAG:
        return
    found = first_row(connection, _AHEAD)
    who = f"run {found[0]} (okr {found[1]})" if found else "something that was recorded"
    raise ClockError(
        f"the clock says {now:%Y-%m-%d %H:%M} UTC, but {who} was at {newest:%Y-%m-%d %H:%M} UTC already:"
        " nothing was pulled or scored",
        where=where,
        next_step="set the clock if it is wrong; if it is right, okr repair takes back what lies in its future",
    )
