"""A chart is drawn inside its box, with gaps where days are missing and no more points than can be seen."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.page.charts import Chart, Day, FanDay, Series, draw

START = date(2026, 10, 1)


def series(
    values: Sequence[float | None],
    *,
    baseline: float | None = 0,
    target: float | None = 100,
    length: int = 20,
    fan: Sequence[FanDay] = (),
) -> Series:
    """Make a series of days from the start of a period, with a linear plan."""
    days = [Day(START + timedelta(days=n), value, (n + 1) / length) for n, value in enumerate(values)]
    due = START + timedelta(days=length - 1)
    return Series(START, due, days[-1].day if days else START, baseline, target, days, fan)


def drawn(wanted: Series) -> Chart:
    """Draw something that can be drawn."""
    chart = draw(wanted)
    assert chart is not None
    return chart


def fan_from(day: date, days: int, middle: float, width: float) -> list[FanDay]:
    """Make a fan that opens evenly."""
    steps = [width * n / days for n in range(days + 1)]
    return [
        FanDay(day + timedelta(days=n), (middle - 2 * w, middle - w, middle, middle + w, middle + 2 * w))
        for n, w in enumerate(steps)
    ]


def test_nothing_observed_is_no_chart() -> None:
    """Without a value there is nothing to draw."""
    assert draw(series([])) is None
    assert draw(series([None, None])) is None


def test_an_even_climb_is_a_straight_line() -> None:
    """Half the way in half the time lies on the plan, in the middle of the box."""
    chart = drawn(series([5.0 * (n + 1) for n in range(10)]))

    assert chart.observed.startswith("M50 ")
    assert chart.observed.endswith(" 500 200")
    assert "M0 364 1000 36" == chart.pace
    assert (50, 50, 50) == (chart.last.x, chart.last.y, chart.today)
    assert 9 == chart.target


def test_missing_days_break_the_line() -> None:
    """A gap is a gap, and a day alone is a dot."""
    chart = drawn(series([10, 20, None, None, 40, None, 60, 70]))
    runs = chart.observed.split("M")[1:]

    assert [4, 4, 4] == [len(run.split()) for run in runs]
    assert 1 == len(set(re.findall(r"\d+ \d+", runs[1])))


def test_one_point_is_drawn() -> None:
    """One value is a dot and no forecast."""
    chart = drawn(series([3], fan=fan_from(START, 19, 3, 9)))

    assert 1 == chart.observed.count("M")
    assert ("", "", None) == (chart.fan_90, chart.fan_50, chart.median)


def test_fan_starts_at_the_last_value() -> None:
    """Both bands open from where the observed line ends."""
    values = [float(n) for n in range(1, 11)]
    chart = drawn(series(values, fan=fan_from(START + timedelta(days=9), 10, 10.0, 30)))
    end = chart.observed.split("M")[-1].split()[-2:]

    assert end == re.findall(r"\d+", chart.fan_90)[:2] == re.findall(r"\d+", chart.fan_50)[:2]


def test_a_band_has_a_point_where_it_bends() -> None:
    """A straight fan is four corners; one that opens like a root keeps its curve within a hair."""
    values = [float(n) for n in range(1, 11)]
    day = START + timedelta(days=9)
    straight = drawn(series(values, fan=fan_from(day, 10, 10.0, 30)))
    curved = [FanDay(day + timedelta(days=n), (10.0, 10.0, 10.0, 10.0, 10 + 40 * math.sqrt(n / 10))) for n in range(11)]
    points = re.findall(r"(\d+) (\d+)", drawn(series(values, fan=curved)).fan_90)

    assert 4 == len(re.findall(r"\d+ \d+", straight.fan_90))
    assert 6 <= len(points) <= 12
    assert {"500", "1000"} <= {x for x, _ in points}


def test_a_fan_of_a_few_days_in_years_is_drawn() -> None:
    """Days so close that they share a place are no trouble, however far their values lie apart."""
    days = [
        FanDay(START + timedelta(days=9 + n), (9.0, 9 + 2.0 * n, 9 + 3.0 * n, 9 + 4.0 * n, 9 + 9.0 * n))
        for n in range(5)
    ]
    chart = drawn(series([float(n) for n in range(1, 11)], length=20_000, fan=days))

    assert chart.fan_90.endswith("Z")
    assert chart.fan_50.endswith("Z")


def test_a_band_too_wide_to_be_drawn_is_left_out() -> None:
    """A band a thousand times as wide as everything else is told and not drawn; one that fits is never cut flat."""
    values = [10.0 * n for n in range(1, 11)]
    fan = fan_from(START + timedelta(days=9), 10, 100.0, 5)
    wild = [fan[0], *(FanDay(day.day, (-1e5, *day.quantiles[1:4], 1e5)) for day in fan[1:])]
    chart, tame = drawn(series(values, fan=wild)), drawn(series(values, fan=fan))
    heights = [int(y) for y in re.findall(r"\d+ (\d+)", chart.observed)]

    assert max(heights) - min(heights) > 100
    assert ("", True, False) == (chart.fan_90, chart.is_cut, tame.is_cut)
    assert {True} == {0 < int(y) < 400 for y in re.findall(r"\d+ (\d+)", chart.fan_50 + tame.fan_90)}


def test_fan_of_a_stale_series_starts_where_the_line_ends() -> None:
    """Days that nobody has told of are part of what is foreseen."""
    fan = fan_from(START + timedelta(days=12), 7, 10.0, 30)
    chart = drawn(series([*(float(n) for n in range(1, 11)), None, None, None], fan=fan))
    end = chart.observed.split("M")[-1].split()[-2:]

    assert end == re.findall(r"\d+", chart.fan_90)[:2] == re.findall(r"\d+", chart.fan_50)[:2]


def test_a_fan_of_windows_opens_from_close_to_close() -> None:
    """Days on which no window closes foresee what the day before did, and are no steps in the picture."""
    days = [START + timedelta(days=9 + n) for n in range(11)]
    flat = [FanDay(day, (10.0,) * 5 if n == 0 else (5.0, 8.0, 10.0, 12.0, 15.0)) for n, day in enumerate(days)]
    chart = drawn(series([10.0] * 10, fan=flat))

    assert ["500", "550", "1000"] == sorted({x for x, _ in re.findall(r"(\d+) (\d+)", chart.fan_90)}, key=int)


def test_a_changed_target_is_a_step() -> None:
    """The old target is drawn up to the day before, and the plan runs towards the one in force."""
    values = [5.0 * (n + 1) for n in range(10)]
    changed = replace(series(values), targets=((START, 50.0), (START + timedelta(days=5), 100.0)))
    chart, plain = drawn(changed), drawn(series(values))

    assert "M0 200H250V36H1000" == chart.aim
    assert "M0 36H1000" == plain.aim
    assert "M0 364 250 323 300 266 1000 36" == chart.pace


def test_what_was_noted_has_its_place() -> None:
    """From the morning of its first day to the evening of its last."""
    noted = (START + timedelta(days=5), START + timedelta(days=9))

    assert ((25, 50),) == drawn(replace(series([1.0] * 10), noted=(noted,))).noted


def test_a_falling_target_has_its_label_below() -> None:
    """Where less is wanted the line comes from above."""
    assert drawn(series([9, 8, 7], baseline=9, target=6)).target_below
    assert not drawn(series([1, 2, 3], baseline=0, target=6)).target_below


def test_a_curved_plan_is_drawn_as_far_as_it_is_known() -> None:
    """Only a linear plan may be drawn beyond today."""
    days = [Day(START + timedelta(days=n), 1.0, ((n + 1) / 20) ** 2) for n in range(10)]
    chart = drawn(Series(START, START + timedelta(days=19), days[-1].day, 0, 100, days, ()))

    assert " 500 " in chart.pace
    assert "1000" not in chart.pace


def test_no_baseline_no_pace() -> None:
    """A result that is kept in a band has no way to go."""
    assert "" == drawn(series([1, 2], baseline=None)).pace


def test_today_is_not_drawn_after_the_end() -> None:
    """When the period is over there is no line between past and future."""
    assert drawn(series([1.0] * 20)).today is None


def test_long_series_are_thinned_but_end_where_they_end() -> None:
    """A year has few points, the first and the last among them."""
    chart = drawn(series([float(n) for n in range(360)], length=366, target=400))
    points = re.findall(r"\d+ \d+", chart.observed)

    assert 60 <= len(points) <= 100
    assert points[-1].startswith(f"{round(360 / 366 * 1000)} ")
    assert len(chart.months) <= 5


@given(
    st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=30),
    st.floats(-1e9, 1e9),
    st.floats(-1e9, 1e9),
    st.floats(0, 1e9),
)
@settings(max_examples=60, deadline=None)
def test_everything_lies_in_the_box(values: list[float | None], baseline: float, target: float, width: float) -> None:
    """Whatever the numbers, no line leaves the box, so that nothing can cover other parts of the page."""
    last = next((value for value in reversed(values) if value is not None), 0.0)
    fan = fan_from(START + timedelta(days=len(values) - 1), 5, last, width)
    chart = draw(series(values, baseline=baseline, target=target, length=35, fan=fan))

    if chart is not None:
        paths = f"{chart.observed} {chart.pace} {chart.fan_90} {chart.fan_50}"
        points = [(int(x), int(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", paths)]
        assert [] == [point for point in points if not (0 <= point[0] <= 1000 and 0 <= point[1] <= 400)]


@pytest.mark.parametrize("value", [0.0, -5.0, 7.0])
def test_constant_series(value: float) -> None:
    """A series that never moves, on a target it has, still has room above and below."""
    chart = drawn(series([value] * 6, baseline=value, target=value))

    assert 50 == chart.last.y
