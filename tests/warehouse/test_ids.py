"""Ids that need no coordination: they sort by time, and two of one time differ."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from warehouse.ids import load_id_at, run_id_at

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2041, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
CHANCES = st.floats(0, 1, exclude_max=True)


@given(INSTANTS, CHANCES, CHANCES)
def test_later_ids_are_greater_whatever_the_dice(instant: datetime, first: float, second: float) -> None:
    """A microsecond decides; a load's id is a whole number of JSON's and above any number that was counted up."""
    later = instant + timedelta(microseconds=1)

    assert load_id_at(instant, lambda: first) < load_id_at(later, lambda: second)
    assert run_id_at(instant, lambda: first) < run_id_at(later, lambda: second)
    assert 10**12 < load_id_at(instant, lambda: first) < 2**53


def test_two_of_one_microsecond_differ_by_chance() -> None:
    """A thousand falls of the dice make a thousand runs' ids and four of loads."""
    instant = datetime(2026, 11, 30, 12, tzinfo=UTC)

    loads = {load_id_at(instant, lambda fall=fall: fall / 1000) for fall in range(1000)}
    runs = {run_id_at(instant, lambda fall=fall: fall / 1000) for fall in range(1000)}

    assert (4, 1000) == (len(loads), len(runs))
    assert "20261130T120000.000000Z500" == run_id_at(instant, lambda: 0.5)


def test_a_run_of_before_sorts_by_its_time_too() -> None:
    """Ids had no chance in them: the time alone decides."""
    old, instant = "20261130T120000.000000Z", datetime(2026, 11, 30, 12, 0, 0, 1, tzinfo=UTC)

    assert old < run_id_at(instant, lambda: 0.0)
