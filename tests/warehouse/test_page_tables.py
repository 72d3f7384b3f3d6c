"""What the page is given: the scoreboard, the one a week before, what changed, what answers again (.reader)."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from okr_config.delivery import Failure, Refusal, Window
from okr_config.world import World
from tests.conftest import Clock
from tests.warehouse.deliveries import FROM, TO, series_request, traffic
from tests.warehouse.test_scores import AS_OF, save
from warehouse import DefinitionRow, Warehouse
from warehouse.page_tables import PagePeriod, open_page_tables
from warehouse.reader import read_warehouse
from warehouse.words import Note

DEFINITION = {
    "timezone": "Europe/Oslo",
    "language": "nb",
    "key_result": {"target": "12", "changes": [{"on": "2020-05-10", "target": "12", "reason": "a"}]},
}
PERIOD = PagePeriod("q2", date(2020, 4, 27), date(2020, 6, 5), "Europe/Oslo", "nb", AS_OF, "r9", "")


def frames(warehouse: Warehouse, published: Path, period: PagePeriod = PERIOD) -> dict[str, pl.DataFrame]:
    """Publish, and read what the page would be given."""
    warehouse.publish(published)
    return read(published, period)


def read(published: Path, period: PagePeriod, *, known_at: datetime | None = None) -> dict[str, pl.DataFrame]:
    """Read what the page would be given of a copy."""
    with open_page_tables(published) as tables:
        return tables.frames(period, known_at=known_at)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([0, 7, 14], "r7"),
        ([0, 6, 9, 14], "r6"),
        ([0, 10, 12], "r10"),
        ([0, 1, 2, 3], None),
        ([0, 11, 30], "r11"),
        ([0, 10, 11], "r10"),
    ],
)
def test_the_score_nearest_to_a_week_before(
    warehouse: Warehouse, published: Path, days_ago: list[int], expected: str | None
) -> None:
    """A week before is the score nearest to it, a few seconds or up to three days off; else the newest before that."""
    for days in sorted(days_ago, reverse=True):
        save(
            warehouse, f"r{days}", as_of=AS_OF - timedelta(days=days) + timedelta(seconds=days % 5), start=PERIOD.start
        )
    week_ago = frames(warehouse, published)["week_ago"]

    assert ([] if expected is None else [expected]) == week_ago["run_id"].to_list()


def test_periods_name_their_newest_run_and_its_config(warehouse: Warehouse, published: Path) -> None:
    """A period is told with its days, its language, when it was judged and by which config."""
    row = DefinitionRow("ten", "shop", "q2", json.dumps(DEFINITION), "h", "")
    warehouse.register_definitions([row], at=AS_OF)
    run = warehouse.start_run(command="run", version="1", config_hash="c0ffee")
    save(warehouse, run, start=PERIOD.start)
    warehouse.publish(published)

    with open_page_tables(published) as tables:
        [period] = tables.periods()
    told = (period.id, period.language, period.as_of, period.run_id, period.config_hash)
    assert ("q2", "nb", AS_OF, run, "c0ffee") == told
    assert [DEFINITION] == [json.loads(text) for text in read(published, PERIOD)["definitions"]["definition"]]


def test_changes_that_are_still_to_come_are_not_told(warehouse: Warehouse, published: Path) -> None:
    """A target that moves on a day after the judged one has not been changed yet."""
    row = DefinitionRow("ten", "shop", "q2", json.dumps(DEFINITION), "h", "")
    warehouse.register_definitions([row], at=AS_OF)
    save(warehouse, "r9")
    before = PagePeriod("q2", PERIOD.start, PERIOD.end, "Europe/Oslo", "nb", AS_OF - timedelta(days=9), "r9", "")

    assert ["a"] == frames(warehouse, published)["definitions_changed"]["reason"].to_list()
    assert [] == read(published, before)["definitions_changed"]["reason"].to_list()


def test_a_source_that_answers_again(warehouse: Warehouse, published: Path, clock: Clock) -> None:
    """A source is repaired from its first landing after a failure of the past week, once none of its streams fails."""
    clock.now = TO
    failure = Failure("site", "plausible", "traffic", Window(FROM, TO), TO, "down")
    warehouse.record_failure(failure, "run")
    clock.move(hours=1)
    judged = PagePeriod("q2", PERIOD.start, PERIOD.end, "Europe/Oslo", "nb", clock.now + timedelta(days=1), "r9", "")
    still_down = frames(warehouse, published, judged)["repaired"]
    mended_at = clock.now
    warehouse.land(traffic({"visits": 3}), "run")
    clock.move(hours=1)
    warehouse.land(traffic({"visits": 4}), "run")
    late = PagePeriod("q2", PERIOD.start, PERIOD.end, "Europe/Oslo", "nb", clock.now + timedelta(days=8), "r9", "")

    assert [] == still_down.rows()
    assert [("site", mended_at)] == frames(warehouse, published, judged)["repaired"].rows()
    assert [] == read(published, late)["repaired"].rows()


def test_freshness_as_it_was_known(warehouse: Warehouse, published: Path, clock: Clock) -> None:
    """Sources are told as they stood at an instant; rows that a landing refused are counted."""
    clock.now = TO
    warehouse.land(traffic({"visits": 3}, refused=(Refusal("traffic", "no day", "{}"),)), "run")
    clock.move(days=5)
    warehouse.land(traffic({"visits": 4}), "run")
    warehouse.publish(published)

    then = read(published, PERIOD, known_at=TO)["freshness"]
    now = read(published, PERIOD)["freshness"]
    assert [("site", 1, TO)] == then.select("source_id", "refused", "last_success_at").rows()
    assert [("site", 0)] == now.select("source_id", "refused").rows()


STEPS = {
    "timezone": "Europe/Oslo",
    "key_result": {"steps": [{"title": "a"}, {"title": "b", "probe": "web.visits"}]},
}


def test_what_a_page_says_of_its_sources(warehouse: Warehouse, published: Path, clock: Clock) -> None:
    """Which source told of a metric, of which days and up to when: not when it was fetched, nor what came later."""
    row = DefinitionRow("ten", "shop", "q2", json.dumps(STEPS), "h", "")
    warehouse.register_definitions([row], at=AS_OF)
    save(warehouse, "r9", start=PERIOD.start)
    clock.now = TO
    warehouse.land(
        traffic(
            *({"visits": day, "period_start": date(2020, 4, day)} for day in (26, 28, 29)),
        ),
        "run",
    )
    warehouse.refresh_observations([series_request("web.visits")], "run")
    found = frames(warehouse, published, replace(PERIOD, as_of=datetime(2020, 4, 29, 12, tzinfo=UTC)))
    before = frames(warehouse, published, replace(PERIOD, as_of=datetime(2020, 4, 28, 12, tzinfo=UTC)))

    assert [("web.visits", "site", date(2020, 4, 29), [date(2020, 4, 28), date(2020, 4, 29)])] == found[
        "metric_sources"
    ].select("metric", "source_id", "newest_day", "days").rows()
    assert [date(2020, 4, 28)] == before["metric_sources"]["newest_day"].to_list()
    assert [26, 28, 29] == [int(value) for value in found["probes"]["value"]]
    assert [26, 28] == [int(value) for value in before["probes"]["value"]]
    assert [datetime(2020, 4, 29, 22, tzinfo=UTC)] == found["freshness"]["newest_data_at"].to_list()


def test_notes_of_the_period(warehouse: Warehouse, published: Path) -> None:
    """A note is given to the page of the days it touches, and no longer when it is taken back."""
    save(warehouse, "r9", start=PERIOD.start)
    for name, first, last in (
        ("before", date(2020, 4, 1), date(2020, 4, 26)),
        ("across", date(2020, 4, 20), date(2020, 4, 27)),
        ("gone", date(2020, 5, 1), date(2020, 5, 1)),
    ):
        warehouse.words.add_note(Note(name, first, last, author="kari"))
    warehouse.words.remove_note(Note("gone", date(2020, 5, 1), date(2020, 5, 1), author="kari"))

    assert [("across", date(2020, 4, 20), "kari")] == frames(warehouse, published)["notes"].select(
        "name", "first_day", "author"
    ).rows()


def test_a_published_copy_can_be_read_like_a_warehouse_but_not_changed(
    warehouse: Warehouse, published: Path, world: World
) -> None:
    """A past day is scored from the copy; whoever tries to keep something there is refused."""
    warehouse.land(traffic({"visits": 3}), "run")
    warehouse.publish(published)
    before = published.read_bytes()

    with read_warehouse(published, world=world) as copy:
        assert ["site"] == copy.freshness()["source_id"].to_list()
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            copy.words.add_check_in("ten", author="x")
    assert before == published.read_bytes()
