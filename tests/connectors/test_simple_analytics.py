"""Simple Analytics: visits that it calls visitors, in the shop's days, at three grains."""

from datetime import date
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.delivery import Delivery
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

SETTINGS = {"hostname": "shop.example", "api_key": "CANARY-sa-5f0c2a1d7e934b68"}
LABELS = {"day": ["2026-11-09", "2026-11-16"], "week": ["2026-11-09", "2026-11-16"], "month": ["2026-11"]}


def answer(request: Request) -> dict[str, Any]:
    """Answer in the sheet's shape: 48 of what it calls visitors and 190 page views in some buckets."""
    labels = LABELS[request.query["interval"]]
    return {
        "ok": True,
        "hostname": "shop.example",
        "version": 6,
        "timezone": "Europe/Oslo",
        "pageviews": 404,
        "visitors": 102,
        "histogram": [{"date": label, "pageviews": 190, "visitors": 48} for label in labels],
    }


CASE = {"settings": {**SETTINGS, "rate": 1000}, "good": answer, "rows": {"traffic": 20}}


def _rows(pulled: Delivery, grain: str) -> list[tuple[object, ...]]:
    frame = pulled.frames[RecordKind.TRAFFIC].filter(grain=grain).sort("period_start")
    return frame.select("period_start", "visitors", "visits", "pageviews", "settled").rows()


def test_visits_and_no_visitors(loopback: Loopback) -> None:
    """Whole weeks and months; what is left out had nobody, and visitors are unknown throughout."""
    loopback.script = lambda request: Reply(answer(request))

    pulled = loopback.pull("simple_analytics", SETTINGS)

    expected = [
        (date(2026, 11, 2), None, 0, 0, True),
        (date(2026, 11, 9), None, 48, 190, True),
        (date(2026, 11, 16), None, 48, 190, True),
        (date(2026, 11, 23), None, 0, 0, False),
    ]
    assert expected == _rows(pulled, "week")
    assert [(date(2026, 11, 1), None, 48, 190, False)] == _rows(pulled, "month")
    week = loopback.seen[1]
    span = {"start": "2026-11-02", "end": "2026-11-29", "interval": "week", "timezone": "Europe/Oslo"}
    assert {"version": "6", "fields": "histogram", "info": "false", **span} == week.query
    assert ("/shop.example.json", SETTINGS["api_key"]) == (week.path, week.headers["api-key"])


def test_weeks_that_do_not_begin_on_mondays_are_an_error(loopback: Loopback) -> None:
    """Sunday weeks would be other weeks: they are not taken for ours."""
    labels = {**LABELS, "week": ["2026-11-08", "2026-11-15"]}
    loopback.script = lambda request: Reply(
        {"ok": True, "histogram": [{"date": day, "visitors": 1} for day in labels[request.query["interval"]]]}
    )

    with pytest.raises(SourceError, match="period_start is a day instead of the first day of a week"):
        loopback.pull("simple_analytics", SETTINGS)


def test_a_public_website_needs_no_key(loopback: Loopback) -> None:
    """Then no header is sent."""
    loopback.script = lambda request: Reply(answer(request))

    loopback.pull("simple_analytics", {"hostname": "shop.example"})

    assert "api-key" not in loopback.seen[0].headers


def test_an_error_under_status_200_is_one(loopback: Loopback) -> None:
    """Its text is not repeated."""
    loopback.script = lambda _: Reply({"ok": False, "error": "CANARY"})

    with pytest.raises(SourceError, match="check hostname and api_key") as caught:
        loopback.pull("simple_analytics", SETTINGS)

    assert ("forbidden", False) == (caught.value.reason, "CANARY" in str(caught.value))


def test_a_look_asks_for_two_days(loopback: Loopback) -> None:
    """One request proves hostname and key."""
    loopback.script = lambda request: Reply(answer(request))

    assert SourceHealth("shop.example", newest=NOW) == loopback.probe("simple_analytics", SETTINGS)
