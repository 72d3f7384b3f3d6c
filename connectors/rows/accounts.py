"""Looks at accounts: counts as they are now, and totals of the past where a vendor still knows them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.validate import fit
from connectors.source import Page, Pull
from okr_config.delivery import Refusal


def look(  # noqa: PLR0913 - what a vendor may tell of an account
    pull: Pull[Any],
    *,
    account: str,
    followers: object,
    posts: object = None,
    metric: str = "social.followers",
    precision: int = 0,
    notes: tuple[str, ...] = (),
    permanent_id: str | None = None,
) -> Page:
    """
    Return a page with one account as it is now.

    Args:
        pull: the pull it belongs to.
        account: as configured.
        followers: count as the vendor gives it, number or text; None is unknown, never 0.
        posts: the same.
        metric: what the count is of, such as newsletter.subscribers.
        precision: 0 for an exact count, else the step it is rounded to.
        notes: what else there is to say.
        permanent_id: the account, as the vendor names it whatever its handle is.

    Raises:
        SourceError: bad_rows, when a count is not a count.
    """
    if followers is None and not notes:
        notes = (*notes, f"{account}: the answer has no follower count")
    counts = frame_of(
        RecordKind.ACCOUNTS,
        [{"account": account, "metric": metric, "followers": followers, "posts": posts}],
        {"account": TEXT, "metric": TEXT, "followers": TEXT, "posts": TEXT},
    )
    rows = fit(
        RecordKind.ACCOUNTS,
        counts.frame.with_columns(observed_at=pull.now, precision=precision),
        required=("account", "metric", "observed_at", "precision"),
    )
    refused = () if followers is not None else (_unknown(pull, account, metric),)
    return Page(
        {RecordKind.ACCOUNTS: rows.frame},
        rows_read=1,
        refused=refused,
        cursor=pull.now,
        notes=notes,
        account=permanent_id,
    )


def _unknown(pull: Pull[Any], account: str, metric: str) -> Refusal:
    """A count that is not told is missing from a sum over accounts, which is then a lower bound, until it is told."""
    key = json.dumps({"account": account, "metric": metric})
    return Refusal(str(RecordKind.ACCOUNTS), "followers is not told", '{"followers": "not told"}', key, None, pull.now)


def look_back(account: str, totals: Sequence[tuple[datetime, object]], *, metric: str = "social.followers") -> Page:
    """
    Return a page with an account's totals at instants of the past.

    They are snapshots like those of a run, at the instant for which the vendor states them: the newest one of a day
    counts, whichever way it came, so that nothing is counted twice.

    Args:
        account: as configured.
        totals: instant (UTC) and count as the vendor gives it; one without a count is left out.
        metric: what they are of.

    Raises:
        SourceError: bad_rows, when more than half of the counts are not counts.
    """
    known = [(at, total) for at, total in totals if total is not None]
    rows = [
        {"account": account, "metric": metric, "observed_at": at.isoformat(), "followers": total, "precision": 0}
        for at, total in known
    ]
    wire = frame_of(RecordKind.ACCOUNTS, rows, dict.fromkeys(rows[0], TEXT) if rows else {"account": TEXT})
    fitted = fit(RecordKind.ACCOUNTS, wire.frame, required=("account", "metric", "observed_at", "followers"))
    return Page(
        {RecordKind.ACCOUNTS: fitted.frame},
        rows_read=len(rows),
        refused=(*wire.refused, *fitted.refused),
        cursor=max((at for at, _ in known), default=None),
    )
