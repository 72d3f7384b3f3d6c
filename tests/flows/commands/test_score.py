"""`okr score`: the same numbers again, and those of a day gone by (flows.commands.score)."""

import json
from pathlib import Path

from tests.flows.command import ask


def test_scoring_again_gives_the_same_numbers(home: Path) -> None:
    """`okr score` from the warehouse alone agrees with the run, and says which instants it used."""
    ask(home, "run", "--as-of", "2020-05-16")
    ran = json.loads(ask(home, "status", "--json").stdout)

    again = json.loads(ask(home, "score", "--as-of", "2020-05-16", "--json").stdout)

    keys = ("key_result_id", "value", "progress", "probability", "status", "input_hash")
    assert [{key: row[key] for key in keys} for row in ran] == sorted(
        ({key: row[key] for key in keys} for row in again), key=lambda row: str(row["key_result_id"])
    )


def test_a_day_gone_by_stays_beside_the_newest(home: Path) -> None:
    """`okr score --as-of` prints that day's scores and keeps them under it; scoreboard and page stay the newest."""
    ask(home, "run", "--as-of", "2020-05-16")
    newest = ask(home, "status", "--json").stdout
    page = (home / "warehouse" / "published" / "okr.html").read_bytes()

    again = ask(home, "score", "--as-of", "2020-04-30")

    kept = json.loads(ask(home, "sql", "--json", "select distinct as_of::varchar as at from key_result_score").stdout)
    assert ["2020-04-30 22:00:00+00", "2020-05-16 22:00:00+00"] == sorted(row["at"] for row in kept)
    assert "Sell 10 units" in again.stdout
    assert "as of 2020-04-30 24:00" in again.stderr
    assert newest == ask(home, "status", "--json").stdout
    assert page == (home / "warehouse" / "published" / "okr.html").read_bytes()


def test_scoring_again_writes_the_page(home: Path) -> None:
    """A plain `okr score` leaves the page that fits its scores."""
    ask(home, "run", "--as-of", "2020-05-16")
    page = home / "warehouse" / "published" / "okr.html"
    page.unlink()

    ask(home, "score")

    assert page.exists()
