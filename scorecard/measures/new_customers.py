"""
New customers: who is new depends on how far back the shop's sales are known.

Somebody who bought before the first day that was read, and again after it, looks like a new customer. The number can be
trusted where the shop's sales are seen to begin: a while without any new customer after the first day that was read.
Asking for a shop's whole history at the first pull would cost many times all that is scored, so it is left to
`okr run --since`, and the key result says since when customers are known.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from scorecard.i18n.formats import day_long
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.observations import Point
from scorecard.status import Flag

NEW_CUSTOMERS = "shop.customers_new"
QUIET = timedelta(days=30)
"""How long nobody may have been new for the sales to count as seen from their beginning."""


def known_since(points: Iterable[Point]) -> date | None:
    """Return the first day from which customers are known, None where that is known of all, by every source."""
    days: dict[str, list[Point]] = {}
    for point in points:
        days.setdefault(point.source_id, []).append(point)
    cut = [first for own in days.values() if (first := _cut_off(own)) is not None]
    return max(cut, default=None)


def _cut_off(points: Iterable[Point]) -> date | None:
    ordered = sorted(points, key=lambda point: point.day)
    first = ordered[0].day
    earliest = next((point.day for point in ordered if point.value), None)
    return first if earliest is not None and earliest - first < QUIET else None


def with_caveat(subject: Subject, measured: Measured) -> Measured:
    """Mark what is counted in new customers where old ones may be taken for new, and say since when they are known."""
    since = known_since(measured.points) if subject.key_result.metric == NEW_CUSTOMERS else None
    if since is None:
        return measured
    told = subject.say("caveat.customers", day=day_long(subject.definition.language, since))
    return replace(measured, flags=measured.flags | {Flag.PARTIAL}, caveats=(*measured.caveats, told))
