"""Tests of okr_config.checks.key_results, through the door; key results stand on line 7."""

import pytest

from tests.okr_config.config_folder import Project

BASE = "id: ten, title: Ten, metric: shop.units_sold, kind: total, target: 10"
RATIO = "id: r, title: R, kind: ratio, target: 3"
SHOP = "shop metrics: orders, units_sold, units_refunded, gross_revenue, net_revenue, refunds, ..."
GOOD = {
    "total": BASE,
    "total of money": BASE.replace("units_sold", "net_revenue"),
    "filtered": BASE + ", where: {sku: 010}",
    "level": "id: f, title: F, metric: social.followers, kind: level, target: 500, where: {account: a}",
    "probe as level": "id: p, title: P, metric: shop.products_published, kind: level, at_least: 3",
    "window": "id: w, title: W, metric: web.visitors, kind: window, every: week, target: 50, judge: best",
    "window of an additive metric": "id: w, title: W, metric: shop.orders, kind: window, every: day, target: 5",
    "share": "id: w, title: W, metric: web.visits, kind: window, every: week, at_least: 9, judge: share, need: 0.8",
    "ratio": "id: r, title: R, metric: web.conversion_rate, kind: ratio, target: 0.05",
    "ratio of two": RATIO + ", numerator: shop.orders, denominator: web.visits",
    "milestone": "id: m, title: M, kind: milestone, steps: [{title: A, probe: shop.open}, {title: B, done: null}]",
    "manual": "id: n, title: N, kind: manual, baseline: 9, target: 6, direction: decrease",
    "sql": "id: q, title: Q, kind: sql, sql: select 1, at_most: 4",
    "a file's metric": "id: s, title: S, metric: sheet.calls, kind: total, target: 3, sources: [sheet]",
    "title in two languages": BASE.replace("title: Ten", "title: {nb: Ti, en: Ten}"),
}
BAD = {
    "unknown metric": (
        BASE.replace("units_sold", "unit_sold"),
        [f"39  unknown metric 'shop.unit_sold'\n  did you mean 'shop.units_sold'?  {SHOP}\n  next: okr connectors"],
    ),
    "metric of no family": (
        BASE.replace("shop.units_sold", "shet.calls"),
        [
            (
                "39  unknown metric 'shet.calls'\n"
                "  metrics begin with newsletter, sheet, shop, social, web\n  next: okr connectors"
            )
        ],
    ),
    "distinct as total": (
        BASE.replace("shop.units_sold", "web.visitors"),
        [
            (
                "39  web.visitors counts each person once and is never summed over days: it does not fit kind: total\n"
                "  use kind: window with every, or metric: web.visits"
            )
        ],
    ),
    "level as total": (
        BASE.replace("shop.units_sold", "social.followers"),
        [
            (
                "39  social.followers is a level, known at moments: it does not fit kind: total\n"
                "  use kind: level, or a milestone's probe"
            )
        ],
    ),
    "ratio as total": (
        BASE.replace("shop.units_sold", "web.conversion_rate"),
        ["39  web.conversion_rate is a ratio: it does not fit kind: total\n  use kind: ratio"],
    ),
    "additive as level": (
        BASE.replace("total", "level"),
        [
            (
                "39  shop.units_sold adds up over days: it does not fit kind: level\n"
                "  use kind: total, or kind: window with every"
            )
        ],
    ),
    "a file's metric as level": (
        BASE.replace("shop.units_sold, kind: total", "sheet.calls, kind: level"),
        [
            (
                "39  sheet.calls adds up over days: it does not fit kind: level\n"
                "  use kind: total, or kind: window with every"
            )
        ],
    ),
    "no metric": (
        "id: t, title: T, kind: total, target: 3",
        ["9  kind: total needs a metric\n  next: okr connectors, to list what can be measured"],
    ),
    "sql of a total": (
        BASE + ", sql: select 1",
        ["86  sql does not belong to kind: total\n  remove it, or change to kind: sql"],
    ),
    "metric of a milestone": (
        "id: m, title: M, kind: milestone, metric: shop.orders, steps: [{title: A}]",
        ["52  metric does not belong to kind: milestone\n  remove it, or change to kind: total, level, window, ratio"],
    ),
    "sql without sql": (
        "id: q, title: Q, kind: sql, target: 3",
        ["9  kind: sql needs sql, a query that returns one number"],
    ),
    "blank sql": (
        "id: q, title: Q, kind: sql, sql: ' ', target: 3",
        ["43  kind: sql needs sql, a query that returns one number"],
    ),
    "half a ratio": (
        RATIO + ", numerator: shop.orders",
        ["9  kind: ratio needs numerator and denominator, or a metric that is a ratio"],
    ),
    "ratio twice": (
        RATIO + ", metric: web.conversion_rate, numerator: shop.orders",
        ["59  metric and numerator are both given\n  keep metric, or numerator and denominator"],
    ),
    "ratio of people": (
        RATIO + ", numerator: shop.orders, denominator: web.visitors",
        [
            (
                "88  web.visitors counts each person once and is never summed over days: it does not fit kind: ratio\n"
                "  use kind: window with every, or metric: web.visits"
            )
        ],
    ),
    "unknown dimension": (
        BASE + ", where: {colour: red}",
        ["97  shop.units_sold has no dimension 'colour'\n  it can be filtered by product_id, sku"],
    ),
    "no dimensions": (
        BASE.replace("units_sold", "orders") + ", where: {sku: A}",
        ["90  shop.orders has no dimension 'sku'\n  it cannot be filtered"],
    ),
    "dimension of one part only": (
        RATIO + ", numerator: shop.units_sold, denominator: web.visits, where: {sku: A}",
        ["117  shop.units_sold / web.visits has no dimension 'sku'\n  it cannot be filtered"],
    ),
    "filter of nothing": (
        "id: n, title: N, kind: manual, target: 3, where: {a: b}",
        ["59  where filters a metric, and this key result names none"],
    ),
    "window without every": (
        BASE.replace("total", "window"),
        ["9  kind: window needs every: day, week or month"],
    ),
    "every of a total": (
        BASE + ", every: week",
        ["88  every does not belong to kind: total\n  remove it, or change to kind: window"],
    ),
    "judge of a total": (
        BASE + ", judge: best",
        ["88  judge does not belong to kind: total\n  remove it, or change to kind: window"],
    ),
    "share of a target": (
        "id: w, title: W, metric: web.visits, kind: window, every: week, target: 50, judge: share",
        ["93  judge: share needs a band\n  use at_least, at_most or between in place of target"],
    ),
    "need of a target": (
        BASE + ", need: 0.5",
        ["87  need belongs to a band\n  it goes with at_least, at_most or between"],
    ),
    "empty title": (BASE.replace("Ten", "''"), ["26  the title is empty"]),
    "unknown source": (BASE + ", sources: [shet]", ["91  unknown source 'shet'\n  did you mean 'sheet'?"]),
    "unlike any source": (BASE + ", sources: [x]", ["91  unknown source 'x'\n  there are: sheet"]),
    "steps of a total": (
        BASE + ", steps: [{title: A}]",
        ["88  steps does not belong to kind: total\n  remove it, or change to kind: milestone"],
    ),
    "milestone without steps": ("id: m, title: M, kind: milestone", ["9  kind: milestone needs at least one step"]),
    "empty steps": ("id: m, title: M, kind: milestone, steps: []", ["51  kind: milestone needs at least one step"]),
    "steps without weight": (
        "id: m, title: M, kind: milestone, steps: [{title: A, weight: 0}]",
        ["51  all steps weigh 0"],
    ),
    "steps": (
        (
            "id: m, title: M, kind: milestone, steps: [{title: A, probe: shop.opn}, {title: B, probe: shop.orders},"
            " {title: C, at_least: 3}, {title: D, probe: shop.open, done: 2026-10-05}]"
        ),
        [
            f"70  unknown metric 'shop.opn'\n  did you mean 'shop.open'?  {SHOP}\n  next: okr connectors",
            (
                "99  shop.orders adds up over days: it does not fit a probe\n"
                "  a level is needed, such as social.followers or shop.products_published"
            ),
            "134  at_least belongs to a probe",
            "173  a step is done by its probe or by hand, not by both",
        ],
    ),
    "thresholds": (
        BASE + ", status: {on_track: 0.3, pace_at_risk: 0.95}",
        ["89  at_risk must be less than on_track", "119  pace_at_risk must be less than pace_on_track"],
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_passes(project: Project, name: str) -> None:
    """Each kind, as the design shows it, is taken."""
    assert [] == project.told_of(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told(project: Project, name: str) -> None:
    """Each mistake has one message at its place."""
    text, expected = BAD[name]

    assert expected == project.told_of(text)
