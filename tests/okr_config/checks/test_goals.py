"""Tests of okr_config.checks.goals, through the door; key results stand on line 7, in a period 2026-10-01 .. 12-31."""

import pytest

from tests.okr_config.config_folder import Project

BASE = "id: ten, title: Ten, metric: shop.units_sold, kind: total, target: 10"
LEVEL = "id: f, title: F, metric: social.followers, kind: level"
SAME = "target and baseline are the same\n  progress is the way from baseline to target"
GOOD = {
    "whole period": BASE + ", start: 2026-10-01, due: 2026-12-31",
    "one day": BASE + ", start: 2026-12-31",
    "changes": BASE + ", changes: [{on: 2026-10-01, target: 12, reason: More}, {on: 2026-12-31, target: 14}]",
    "change of a band": LEVEL + ", between: [5, 9], changes: [{on: 2026-11-01, between: [6, 9]}]",
    "points of a pace": BASE + ", pace: [{on: 2026-11-01, value: 0.2}, {on: 2026-12-31, value: 1}]",
    "shares of a pace": BASE + ", pace: [{on: 2026-11-01, share: 0.2}, {on: 2026-12-31, share: 1}]",
    "last year's pace": BASE + ", pace: last_year",
    "down": LEVEL + ", baseline: 9, target: 6, direction: decrease",
    "measured": LEVEL + ", baseline: measured, target: 0",
    "limit": "id: r, title: R, metric: shop.refunds, kind: total, at_most: 100",
}
BAD = {
    "no goal": (
        BASE.replace(", target: 10", ""),
        ["9  no goal: a key result needs target, at_least, at_most or between"],
    ),
    "two goals": (BASE + ", at_most: 9", ["90  target and at_most are both given\n  a key result has one of them"]),
    "target is baseline": (BASE + ", baseline: 10.0", [f"77  {SAME}"]),
    "target is the unstated baseline": (
        BASE.replace("10", "0"),
        [f"77  {SAME}; the baseline is 0 unless it is given"],
    ),
    "falling total": (
        BASE + ", baseline: 20",
        [
            (
                "77  a total has its target below its baseline\n"
                "  to stay within a limit, write at_most: 10 in place of target"
            )
        ],
    ),
    "direction": (
        LEVEL + ", baseline: 9, target: 6, direction: increase",
        ["101  direction: increase disagrees with baseline 9 and target 6"],
    ),
    "band upside down": (LEVEL + ", between: [5, 3]", ["75  between is upside down\n  write the lower bound first"]),
    "not a number": (BASE.replace("10", "NaN"), ["77  target must be a number, not 'NaN'"]),
    "goals of a milestone": (
        "id: m, title: M, kind: milestone, target: 1, baseline: 0, steps: [{title: A}]",
        [
            "52  a milestone has no target: it is reached when its steps are done",
            "65  a milestone has no baseline: it is reached when its steps are done",
        ],
    ),
    "changes": (
        BASE + ", changes: [{on: 2026-10-10, target: 12}, {on: 2026-10-05, target: 14}, {on: 2026-10-05, target: 15},"
        " {on: 2027-01-01, at_most: 3}, {on: 2026-09-30}]",
        [
            "126  changes are not in the order of their days",
            "156  two changes on one day",
            "186  2027-01-01 lies outside the key result's days 2026-10-01 .. 2026-12-31",
            "207  a change of this key result gives a new target, not at_most",
            "211  a change needs the new target",
            "216  2026-09-30 lies outside the key result's days 2026-10-01 .. 2026-12-31",
            "216  changes are not in the order of their days",
        ],
    ),
    "change to the baseline": (
        BASE + ", changes: [{on: 2026-10-10, target: 0}]",
        [f"116  {SAME}; the baseline is 0 unless it is given"],
    ),
    "change against the direction": (
        LEVEL + ", baseline: 9, target: 6, direction: decrease, changes: [{on: 2026-10-10, target: 10}]",
        ["146  direction: decrease disagrees with baseline 9 and target 10"],
    ),
    "change upside down": (
        LEVEL + ", between: [3, 5], changes: [{on: 2026-10-10, between: [5, 3]}]",
        ["119  between is upside down\n  write the lower bound first"],
    ),
    "start outside": (BASE + ", start: 2026-09-30", ["88  start lies outside the period 2026-10-01 .. 2026-12-31"]),
    "due outside": (BASE + ", due: 2027-01-01", ["86  due lies outside the period 2026-10-01 .. 2026-12-31"]),
    "due before start": (
        BASE + ", start: 2026-12-02, due: 2026-12-01",
        ["105  due lies before start, 2026-12-02"],
    ),
    "no share": (BASE + ", pace: [{on: 2026-10-10}]", ["88  share is missing"]),
    "two shares": (
        BASE + ", pace: [{on: 2026-10-10, share: 0.1, value: 0.2}]",
        ["117  unknown key 'value'\n  keys here: on, share"],
    ),
    "misspelt share": (
        BASE + ", pace: [{on: 2026-10-10, shar: 0.1}]",
        ["88  share is missing", "105  unknown key 'shar'\n  did you mean 'share'?"],
    ),
    "no share by its old name": (
        BASE + ", pace: [{on: 2026-10-10, value: 30}]",
        ["112  value must be at most 1, not '30'"],
    ),
    "empty pace": (BASE + ", pace: []", ["87  a pace needs at least one point"]),
    "pace": (
        BASE + ", pace: [{on: 2026-10-10, value: 0}, {on: 2026-10-10, value: 1}, {on: 2027-10-10, value: 1}]",
        [
            "121  points of a pace are not in the order of their days",
            "149  2027-10-10 lies outside the key result's days 2026-10-01 .. 2026-12-31",
        ],
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_passes(project: Project, name: str) -> None:
    """Bounds are inclusive: first and last day belong to the period."""
    assert [] == project.told_of(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told(project: Project, name: str) -> None:
    """Each mistake has one message at its place."""
    text, expected = BAD[name]

    assert expected == project.told_of(text)
