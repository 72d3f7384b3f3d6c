"""Facebook Pages: followers now, and totals at the end of a Pacific day of the past (connectors.rows.accounts)."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

PAGE = "1000001"
SETTINGS = {"page_id": PAGE, "access_token": "EAAG-CANARY-5c"}
NOWADAYS = {"followers_count": 163, "id": PAGE}

CASE = {"settings": SETTINGS, "good": lambda _: NOWADAYS, "rows": {"accounts": 1}}


def insights(*values: object) -> dict[str, object]:
    """Return a series of totals."""
    series = {
        "name": "page_follows",
        "period": "day",
        "values": list(values),
        "id": f"{PAGE}/insights/page_follows/day",
    }
    return {"data": [series], "paging": {"next": "https://graph.facebook.com/CANARY"}}


def test_a_page_becomes_one_row(loopback: Loopback) -> None:
    """Followers, not likes; a Page's posts are not counted."""
    loopback.script = lambda _: Reply(NOWADAYS)

    pulled = loopback.pull("facebook", SETTINGS)

    assert [(PAGE, "social.followers", NOW, 163, None, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert ("/v27.0/1000001", "followers_count") == (seen.path, seen.query["fields"])


def test_totals_keep_the_instant_their_day_ended(loopback: Loopback) -> None:
    """Midnight Pacific, in winter and in summer; a total that is missing or no number is no 0."""
    loopback.script = lambda _: Reply(
        insights(
            {"value": 150, "end_time": "2026-11-01T07:00:00+0000"},
            {"value": 151, "end_time": "2026-11-02T08:00:00+0000"},
            {"end_time": "2026-11-03T08:00:00+0000"},
            {"value": {"organic": 1}, "end_time": "2026-11-04T08:00:00+0000"},
            {},
        )
    )

    pulled = loopback.pull("facebook", SETTINGS, "history")

    assert [
        (datetime(2026, 11, 1, 7, tzinfo=UTC), 150, 0),
        (datetime(2026, 11, 2, 8, tzinfo=UTC), 151, 0),
    ] == pulled.frames[RecordKind.ACCOUNTS].select("observed_at", "followers", "precision").rows()
    assert ["followers is an object instead of a plain value"] == [refusal.reason for refusal in pulled.refused]
    assert (datetime(2026, 11, 4, 8, tzinfo=UTC), "merge") == (pulled.cursor, pulled.mode)


def test_the_past_is_asked_for_in_spans_of_ninety_days(loopback: Loopback) -> None:
    """Two years at most, without a gap; the same totals again are the same rows."""

    def totals(request: Request) -> Reply:
        since, until = (date.fromisoformat(request.query[name]) for name in ("since", "until"))
        days = [since + timedelta(days=n) for n in range(1, (until - since).days + 1)]
        return Reply(insights(*({"value": day.toordinal(), "end_time": f"{day}T08:00:00+0000"} for day in days)))

    loopback.script = totals

    pulled = loopback.pull("facebook", SETTINGS, "history", window=(NOW - timedelta(days=900), NOW))

    spans = [tuple(date.fromisoformat(seen.query[name]) for name in ("since", "until")) for seen in loopback.seen]
    assert 90 == max((until - since).days for since, until in spans)
    assert 9 == len(spans)
    assert (NOW - timedelta(days=730)).date() == spans[0][0]
    found = pulled.frames[RecordKind.ACCOUNTS].sort("observed_at")
    assert {timedelta(days=1)} == set(found["observed_at"].diff().drop_nulls())
    assert (
        found["followers"].to_list() == found["observed_at"].dt.date().map_elements(date.toordinal, pl.Int64).to_list()
    )


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply({"error": {"code": 100, "message": "CANARY"}}, 400), "does not take the request (error 100)"),
        (Reply({"error": {"code": 10}}, 400), "says that the access token lacks a permission (error 10)"),
    ],
)
def test_without_insights_there_is_no_past(loopback: Loopback, reply: Reply, told: str) -> None:
    """Small Pages and tokens without read_insights: the pull says so and goes on."""
    loopback.script = lambda _: reply

    pulled = loopback.pull("facebook", SETTINGS, "history")

    assert 0 == pulled.frames[RecordKind.ACCOUNTS].height
    [note] = pulled.notes
    assert note.startswith(f"{PAGE}: no followers of the past: ")
    assert note.endswith(told)


def test_a_page_with_few_likes_has_an_empty_past(loopback: Loopback) -> None:
    """No series at all."""
    loopback.script = lambda _: Reply({"data": []})

    pulled = loopback.pull("facebook", SETTINGS, "history")

    assert (0, None) == (pulled.frames[RecordKind.ACCOUNTS].height, pulled.cursor)


def test_a_dead_token_ends_the_past_too(loopback: Loopback) -> None:
    """Only what a small Page is refused is forgiven."""
    loopback.script = lambda _: Reply({"error": {"code": 190, "error_subcode": 463}}, 400)

    with pytest.raises(SourceError) as caught:
        loopback.pull("facebook", SETTINGS, "history")

    assert "unauthorized" == caught.value.reason


def test_the_probe_tells_page_and_quota(loopback: Loopback) -> None:
    """From one call and its headers."""
    loopback.script = lambda _: Reply(NOWADAYS, headers={"X-App-Usage": '{"call_count": 3}'})

    assert SourceHealth(account=PAGE, quota="3 % of the calls allowed are used") == loopback.probe("facebook", SETTINGS)
