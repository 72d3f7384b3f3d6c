"""Fathom: days and months by grouping, a call for each week, and numbers that may be texts."""

from datetime import date
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

SETTINGS = {"site_id": "ABCDEFGH", "token": "CANARY-fathom-5f0c2a1d7e934b68"}
ROW = {"visits": "66", "uniques": "54", "pageviews": 214}


def answer(request: Request) -> list[dict[str, Any]]:
    """Answer with one row, dated where a grouping was asked for."""
    dates = {"day": "2026-11-16", "month": "2026-11"}
    grouping = request.query.get("date_grouping")
    return [{**ROW, **({"date": dates[grouping]} if grouping else {})}]


CASE = {"settings": {**SETTINGS, "rate": 1000}, "good": answer, "rows": {"traffic": 20}}


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def test_each_grain_is_asked_for_as_such(loopback: Loopback) -> None:
    """Weeks one by one from Monday to Sunday; a day that is left out had nobody."""
    loopback.script = lambda request: Reply(answer(request))

    pulled = loopback.pull("fathom", SETTINGS)

    assert [(date(2026, 11, day), 54, 66, 214, day < 23) for day in (2, 9, 16, 23)] == _rows(pulled, "week")
    assert [(date(2026, 11, 1), 54, 66, 214, False)] == _rows(pulled, "month")
    days = {row[0]: row[1] for row in _rows(pulled, "day")}
    assert (54, 0) == (days[date(2026, 11, 16)], days[date(2026, 11, 17)])
    week = loopback.seen[1].query
    assert ("2026-11-02 00:00:00", "2026-11-08 23:59:59", "Europe/Oslo") == (
        week["date_from"],
        week["date_to"],
        week["timezone"],
    )
    first = loopback.seen[0]
    assert ("pageview", "ABCDEFGH", "uniques,visits,pageviews", "day") == (
        first.query["entity"],
        first.query["entity_id"],
        first.query["aggregates"],
        first.query["date_grouping"],
    )
    assert ("/v1/aggregations", f"Bearer {SETTINGS['token']}") == (first.path, first.headers["authorization"])


def test_nobody_is_zero_and_null_is_unknown(loopback: Loopback) -> None:
    """A week without a row had nobody; a null count is not known."""
    loopback.script = lambda request: Reply(
        [] if request.query["date_from"] < "2026-11-16" else [{**ROW, "uniques": None}]
    )

    weeks = _rows(loopback.pull("fathom", SETTINGS), "week")

    assert [(0, 0), (0, 0), (None, 66), (None, 66)] == [row[1:3] for row in weeks]


def test_a_look_costs_one_request(loopback: Loopback) -> None:
    """It counts against the plan, too."""
    loopback.script = lambda request: Reply(answer(request))

    assert SourceHealth("site ABCDEFGH", newest=NOW) == loopback.probe("fathom", SETTINGS)
    assert 1 == len(loopback.seen)


@pytest.mark.parametrize(("status", "reason"), [(404, "not_found"), (403, ""), (401, ""), (200, None)])
def test_nothing_at_all_asks_for_the_site(loopback: Loopback, status: int, reason: str | None) -> None:
    """A site that is not there fails, one that is not shown leaves all unknown, one that is there had nobody."""
    loopback.script = lambda request: Reply([]) if request.path == "/v1/aggregations" else Reply({"id": "X"}, status)

    if reason:
        with pytest.raises(SourceError, match="Fathom knows no site ABCDEFGH") as caught:
            loopback.pull("fathom", SETTINGS)
        assert reason == caught.value.reason
        return
    pulled = loopback.pull("fathom", SETTINGS)
    rows = pulled.frames[RecordKind.TRAFFIC]
    assert ((20, 0) if reason is None else (0, 20)) == (rows.height, len(pulled.refused))
    assert set(rows["visitors"]) <= {0}
