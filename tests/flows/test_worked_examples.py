"""The worked examples of the scoring rules, through the public door: YAML and a CSV in, scoreboard out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

END_OF_0516 = datetime(2020, 5, 16, 22, tzinfo=UTC)
END_OF_0518 = datetime(2020, 5, 18, 22, tzinfo=UTC)
HEAD = """\
period: {id: eksamen-2020, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
currency: NOK
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
"""
COLUMNS = "metric,day,grain,value,account\n"
# 1 + 2 + 1 sold, then 1 of them refunded, which lowers the day of its order
UNITS = "shop.units_sold,2020-05-02,day,1,\nshop.units_sold,2020-05-08,day,2,\nshop.units_sold,2020-05-15,day,0,\n"
TWELVE = "shop.orders,2020-05-02,day,5,\nshop.orders,2020-05-08,day,7,\n"
WEEKS = "web.visitors,2020-04-27,week,20,\nweb.visitors,2020-05-04,week,35,\nweb.visitors,2020-05-11,week,41,\n"


def _followers(first: int, second: int) -> str:
    return f"social.followers,2020-05-16,day,{first},a\nsocial.followers,2020-05-16,day,{second},b\n"


STEPS = (
    "{kind: milestone, steps: [{title: a, done: 2020-05-01}, {title: b, done: 2020-05-02},"
    " {title: c, done: null, weight: 2}]}"
)
EXAMPLES = {
    "total": (
        "{metric: shop.units_sold, kind: total, target: 10}",
        UNITS,
        {"value": 3, "progress_raw": 0.3, "progress": 0.3, "expected": 0.5, "pace": 0.6},
    ),
    "total_reached": (
        "{metric: shop.orders, kind: total, target: 10, baseline: 0}",
        TWELVE,
        {"value": 12, "progress_raw": 1.2, "progress": 1.0, "status": "achieved", "expected": 0.5, "pace": 2.0},
    ),
    "level": (
        "{metric: social.followers, kind: level, baseline: 100, target: 500}",
        _followers(180, 120),
        {"value": 300, "progress_raw": 0.5, "expected": 0.5, "pace": 1.0},
    ),
    "level_below_baseline": (
        "{metric: social.followers, kind: level, baseline: 100, target: 500}",
        _followers(60, 20),
        {"value": 80, "progress_raw": -0.05, "progress": 0.0, "expected": 0.5, "pace": 0.0},
    ),
    "level_down": (
        "{metric: sheet.share, kind: level, baseline: 9, target: 6}",
        "sheet.share,2020-05-16,day,7.5,\n",
        {"value": 7.5, "progress_raw": 0.5, "expected": 0.5, "pace": 1.0},
    ),
    "window_last": (
        "{metric: web.visitors, kind: window, every: week, target: 50}",
        WEEKS,
        {"value": 35, "progress_raw": 0.7, "expected": 0.5, "pace": 1.4},
    ),
    "window_best": (
        "{metric: web.visitors, kind: window, every: week, judge: best, target: 50}",
        WEEKS,
        {"value": 35, "progress_raw": 0.7, "expected": 0.5, "pace": 1.4},
    ),
    "window_mean": (
        "{metric: web.visitors, kind: window, every: week, judge: mean, target: 50}",
        WEEKS,
        {"value": 27.5, "progress_raw": 0.55, "expected": 0.5, "pace": 1.1},
    ),
    "window_in_band": (
        "{metric: web.visitors, kind: window, every: week, judge: share, at_least: 30}",
        WEEKS,
        {"progress": 0.5},
    ),
    "milestone": (
        STEPS,
        "",
        {"value": 0.5, "progress_raw": 0.5, "expected": 0.5, "pace": 1.0, "probability": None},
    ),
    "ratio": (
        "{numerator: shop.orders, denominator: web.visits, kind: ratio, target: 0.05}",
        "shop.orders,2020-05-02,day,4,\nweb.visits,2020-05-02,day,160,\n",
        {"value": 0.025, "progress_raw": 0.5, "expected": 0.5, "pace": 1.0},
    ),
}


def _plain(value: object) -> object:
    """Return a number as a float free of the last binary digit, anything else as it is."""
    return round(float(value), 12) if isinstance(value, Decimal | float) else value


CHANGED = "{metric: shop.units_sold, kind: total, target: 10, changes: [{on: 2020-05-18, target: 12, reason: more}]}"


def _score(folder: Folder, key_result: str, numbers: str, as_of: datetime) -> dict[str, Any]:
    metrics = "metrics:\n  - {id: sheet.share, unit: share, additive: false}\n"
    folder.write("okr_config/metrics.yaml", metrics)
    folder.write("okr_config/objectives/term.yaml", f"{HEAD}      - {{id: kr, title: One, {key_result[1:]}\n")
    folder.write("numbers/numbers.csv", COLUMNS + numbers)
    folder.run(as_of)
    return folder.query("from scoreboard").to_dicts()[0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(folder: Folder, name: str) -> None:
    """Each row of the table of worked examples comes out exactly."""
    key_result, numbers, expected = EXAMPLES[name]

    row = _score(folder, key_result, numbers, END_OF_0516)

    assert expected == {column: _plain(row[column]) for column in expected}


@pytest.mark.parametrize(("as_of", "progress"), [(END_OF_0516, 0.3), (END_OF_0518, 0.25)])
def test_changed_target(folder: Folder, as_of: datetime, progress: float) -> None:
    """A target changed to 12 on 05-18 counts from that day on, and the first one is kept beside it."""
    row = _score(folder, CHANGED, UNITS, as_of)

    assert (progress, Decimal(10)) == (pytest.approx(row["progress"]), row["target_original"])
    assert (as_of == END_OF_0518) == ("target_changed" in row["flags"])


def test_objective_of_four(folder: Folder) -> None:
    """Scores 0.3, 0.5 and 0.7 (weight 2) with one that has no data: score 0.55, coverage 0.8."""
    rows = [
        "{id: a, title: a, metric: shop.units_sold, kind: total, target: 10}",
        "{id: b, title: b, metric: social.followers, kind: level, baseline: 100, target: 500}",
        "{id: c, title: c, metric: web.visitors, kind: window, every: week, target: 50, weight: 2}",
        "{id: d, title: d, metric: shop.orders, kind: total, target: 10}",
    ]
    folder.write("okr_config/objectives/term.yaml", HEAD + "".join(f"      - {row}\n" for row in rows))
    folder.write("numbers/numbers.csv", COLUMNS + UNITS + _followers(180, 120) + WEEKS)

    folder.run(END_OF_0516)

    objective = folder.query("from objective_scoreboard").to_dicts()[0]
    assert pytest.approx((0.55, 0.8, 4)) == (objective["score"], objective["coverage"], objective["key_results"])
