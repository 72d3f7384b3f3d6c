"""Cloudflare: days of UTC, visits and no visitors, samples that are said to be samples, and errors under status 200."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

ACCOUNT, SITE = "0" * 31 + "a", "0" * 31 + "b"
SETTINGS = {"account_tag": ACCOUNT, "site_tag": SITE, "api_token": "CANARY-cf-5f0c2a1d7e934b68"}


def answer(days: list[str], interval: float = 1) -> dict[str, Any]:
    """Answer in the sheet's shape: 96 page loads and 41 visits a day."""
    groups = [
        {"count": 96, "avg": {"sampleInterval": interval}, "sum": {"visits": 41}, "dimensions": {"date": day}}
        for day in days
    ]
    return {"data": {"viewer": {"accounts": [{"rumPageloadEventsAdaptiveGroups": groups}]}}, "errors": None}


CASE = {
    "settings": {**SETTINGS, "rate": 1000},
    "good": lambda _: answer(["2026-11-09", "2026-11-23"]),
    "rows": {"traffic": 15},
}


def test_days_of_utc_without_visitors(loopback: Loopback) -> None:
    """Visits and page loads; a day left out had none, and the running one is not settled."""
    loopback.script = lambda _: Reply(answer(["2026-11-09", "2026-11-23"]))
    window = (datetime(2026, 11, 8, 23, 30, tzinfo=UTC), NOW)

    pulled = loopback.pull("cloudflare", SETTINGS, window=window)

    rows = pulled.frames[RecordKind.TRAFFIC].sort("period_start").drop("grain").rows()
    assert (date(2026, 11, 8), None, 0, 0, True) == rows[0]
    assert (date(2026, 11, 9), None, 41, 96, True) == rows[1]
    assert (date(2026, 11, 23), None, 41, 96, False) == rows[-1]
    assert ("UTC", ()) == (pulled.zone, pulled.notes)
    [seen] = loopback.seen
    both = [{"date_geq": "2026-11-08", "date_leq": "2026-11-23"}, {"siteTag": SITE}]
    assert {"account": ACCOUNT, "filter": {"AND": both}} == seen.body["variables"]
    assert ("/client/v4/graphql", f"Bearer {SETTINGS['api_token']}") == (seen.path, seen.headers["authorization"])


def test_a_sample_is_said_to_be_one(loopback: Loopback) -> None:
    """The counts stand, with a note."""
    loopback.script = lambda _: Reply(answer(["2026-11-09"], interval=10))

    pulled = loopback.pull("cloudflare", SETTINGS)

    assert ("Cloudflare estimated these counts from one page load in 10 (sampling)",) == pulled.notes


def test_what_is_not_kept_is_not_nobody(loopback: Loopback) -> None:
    """Beyond half a year nothing is asked for, and nothing is 0."""
    loopback.script = lambda request: Reply(answer([]) if request.method == "POST" else {"success": True})

    pulled = loopback.pull("cloudflare", SETTINGS, window=(datetime(2025, 1, 1, tzinfo=UTC), NOW))

    assert date(2026, 5, 27) == pulled.frames[RecordKind.TRAFFIC]["period_start"].min()


@pytest.mark.parametrize(
    ("body", "reason", "told"),
    [
        (
            {"data": None, "errors": [{"message": "CANARY", "extensions": {"code": "authz"}}]},
            "forbidden",
            "needs Account",
        ),
        ({"data": None, "errors": [{"extensions": {"code": "budget"}}]}, "rate_limited", "in five minutes"),
        ({"data": None, "errors": [{"message": "CANARY"}]}, "bad_answer", "does not answer the query"),
        ({"data": None, "errors": ["CANARY"]}, "bad_answer", "does not answer the query"),
        ({"data": {"viewer": {"accounts": []}}}, "not_found", "no account"),
    ],
)
def test_errors_under_status_200_are_read_by_their_codes(
    loopback: Loopback, body: dict[str, Any], reason: str, told: str
) -> None:
    """The text is not repeated."""
    loopback.script = lambda _: Reply(body)

    with pytest.raises(SourceError) as caught:
        loopback.pull("cloudflare", SETTINGS)

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_a_look_asks_for_two_days(loopback: Loopback) -> None:
    """A sample is a warning."""
    loopback.script = lambda _: Reply(answer(["2026-11-23"], interval=10))

    note = "Cloudflare estimated these counts from one page load in 10 (sampling)"
    expected = SourceHealth(f"account {ACCOUNT}", newest=NOW, warnings=((note, ""),))
    assert expected == loopback.probe("cloudflare", SETTINGS)


def test_a_site_that_is_not_there_is_no_zero(loopback: Loopback) -> None:
    """Nothing counted and no such site: it fails, and no day becomes 0."""
    loopback.script = lambda request: Reply(answer([])) if request.method == "POST" else Reply({"success": False}, 404)

    with pytest.raises(SourceError) as caught:
        loopback.pull("cloudflare", SETTINGS)

    assert ("not_found", True) == (caught.value.reason, f"knows no site {SITE}" in caught.value.what)
    assert f"/client/v4/accounts/{ACCOUNT}/rum/site_info/{SITE}" == loopback.seen[-1].path


@pytest.mark.parametrize("status", [400, 401, 403])
def test_without_the_right_to_ask_for_the_site_nothing_is_unknown(loopback: Loopback, status: int) -> None:
    """No row of 0 comes; each day is refused by its name, and what to allow is said, by a look too."""
    loopback.script = lambda request: (
        Reply(answer([])) if request.method == "POST" else Reply({"success": False}, status)
    )

    pulled = loopback.pull("cloudflare", SETTINGS)

    assert (0, 15) == (pulled.frames[RecordKind.TRAFFIC].height, len(pulled.refused))
    assert "allow the token Account Settings, Read too, and check site_tag" in pulled.notes[0]
    [(what, fix)] = loopback.probe("cloudflare", SETTINGS).warnings
    assert ("no page loads since yesterday, and whether the site is there is not told", True) == (
        what,
        "Account Settings" in fix,
    )


def test_a_site_that_is_there_had_nobody(loopback: Loopback) -> None:
    """Days without a page load are 0."""
    loopback.script = lambda request: Reply(answer([]) if request.method == "POST" else {"success": True})

    pulled = loopback.pull("cloudflare", SETTINGS)

    assert ([0] * 15, ()) == (pulled.frames[RecordKind.TRAFFIC]["visits"].to_list(), pulled.refused)
