"""The next period out of an earlier one (flows.scaffold.next_period, okr_config.yaml_text)."""

from pathlib import Path

import pytest

from flows.scaffold.beginning import Beginning
from flows.scaffold.next_period import Earlier, write_next_period
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

AUTUMN = """\
period: {id: autumn, start: 2026-11-02, end: 2026-11-29}
timezone: Europe/Oslo
currency: EUR
language: nb
objectives:
  - id: shop
    title: "Selge: mer"
    owner: gruppe 4
    key_results:
      - id: ready
        title: Klar
        kind: milestone
        confidence: 8
        steps:
          - {title: Varer, probe: shop.products_published, at_least: 3}
          - {title: "Vilkår, publisert", done: 2026-11-20}
          - {title: Frakt, done: null, weight: 2}
      - {id: sales-autumn, title: Selge 12, metric: shop.units_sold, kind: total, target: 10, confidence: 3,
         tags: [salg], changes: [{on: 2026-11-10, target: 12, reason: mer}]}
  - id: done
    title: Ferdig
    key_results:
      - {id: opened, title: Åpnet, kind: milestone, steps: [{title: Åpnet, done: 2026-11-05}]}
"""
WINTER = """\
# yaml-language-server: $schema=../schema.json
period: {id: 2026-w49, start: 2026-12-01, end: 2026-12-28}
timezone: Europe/Oslo
week_start: monday
currency: EUR
language: nb
objectives:
  - id: shop-2026-w49
    title: "Selge: mer"
    owner: gruppe 4
    key_results:
      - id: ready-2026-w49
        title: Klar
        kind: milestone
        confidence: 5
        steps:
          - {title: Varer, probe: shop.products_published, at_least: 3}
          - {title: Frakt, weight: 2, done: null}
      - id: sales-2026-w49
        title: Selge 12
        tags: [salg]
        kind: total
        metric: shop.units_sold
        target: 12
        confidence: 5
"""


@pytest.fixture
def over(folder: Folder, clock: Clock) -> Folder:
    """Return a folder whose only period is over."""
    folder.write("okr_config/objectives/autumn.yaml", AUTUMN)
    clock.move(days=8)
    return folder


def test_what_is_left_goes_on(over: Folder) -> None:
    """As long as before, by the newest targets, with new ids and an even chance; what is done is left out."""
    made = invoke(over.world, "init", str(over.home), "--from", "autumn")

    assert 0 == made.exit_code, made.output
    assert WINTER == (over.home / "okr_config/objectives/2026-w49.yaml").read_text()
    assert AUTUMN == (over.home / "okr_config/objectives/autumn.yaml").read_text()
    assert 0 == invoke(over.world, "check", home=over.home).exit_code


def test_whoever_is_served_goes_on(over: Folder) -> None:
    """A parent of the same file goes on under its new name, all of its own done or not; one of another file stays."""
    served = AUTUMN.replace('    title: "Selge: mer"\n', '    title: "Selge: mer"\n    parent: done\n')
    served = served.replace("    title: Ferdig\n", "    title: Ferdig\n    parent: company\n")
    over.write("okr_config/objectives/autumn.yaml", served)
    year = (
        AUTUMN.split("objectives:", maxsplit=1)[0].replace("id: autumn", "id: year").replace("2026-11-29", "2027-12-31")
    )
    over.write("okr_config/objectives/year.yaml", year + "objectives:\n  - {id: company, title: Vokse}\n")

    write_next_period(over.home, Earlier("autumn"), Beginning(), over.world, over.project().config())

    config = over.project().config(need_secrets=False)
    (winter,) = (file for file in config.files if file.period.id.startswith("2026-w"))
    assert [("shop-2026-w49", "done-2026-w49", 2), ("done-2026-w49", "company", 0)] == [
        (one.id, one.parent, len(one.key_results)) for one in winter.objectives
    ]


@pytest.mark.parametrize(
    ("previous", "days", "told"),
    [
        ("autum", 0, "unknown period 'autum'"),
        ("autumn", -5, "period autumn is not over"),
    ],
)
def test_what_cannot_go_on_is_told(over: Folder, clock: Clock, previous: str, days: int, told: str) -> None:
    """What, where, next; nothing is written."""
    clock.move(days=days)

    refused = invoke(over.world, "init", str(over.home), "--from", previous)

    assert (2, True, True) == (refused.exit_code, told in refused.stderr, "next: " in refused.stderr)
    assert ["autumn.yaml"] == [path.name for path in (over.home / "okr_config" / "objectives").iterdir()]


def test_a_period_of_which_all_is_done(over: Folder, world: World) -> None:
    """There is nothing to go on with."""
    over.write(
        "okr_config/objectives/autumn.yaml",
        AUTUMN[: AUTUMN.index("  - id: shop")] + AUTUMN[AUTUMN.index("  - id: done") :],
    )

    with pytest.raises(UsageError, match="everything in autumn is done"):
        write_next_period(over.home, Earlier("autumn"), Beginning(), world, over.project().config())


def test_a_folder_without_periods(tmp_path: Path, world: World) -> None:
    """Nothing can go on from what is not there."""
    with pytest.raises(UsageError, match="unknown period 'autumn'"):
        write_next_period(tmp_path, Earlier("autumn"), Beginning(), world, None)


def test_what_an_earlier_period_came_to_is_known(over: Folder) -> None:
    """A milestone that its probe has reached is left out, and a target that was met five times over is warned of."""
    goals = AUTUMN.replace("currency: EUR\n", "").replace("metric: shop.units_sold", "metric: sheet.sold")
    goals = goals.replace("{title: Frakt, done: null, weight: 2}", "{title: Frakt, probe: sheet.freight}")
    over.write("okr_config/objectives/autumn.yaml", goals.replace("shop.products_published", "sheet.products"))
    over.write(
        "okr_config/metrics.yaml",
        "metrics:\n"
        + "".join(f"  - {{id: sheet.{name}, additive: false, grain: instant}}\n" for name in ("products", "freight")),
    )
    rows = "sheet.sold,2026-11-10,65\nsheet.products,2026-11-10,9\nsheet.freight,2026-11-10,1\n"
    over.write("numbers/numbers.csv", f"metric,day,value\n{rows}")
    over.run()
    made = invoke(over.world, "init", str(over.home), "--from", "autumn")
    text = (over.home / "okr_config/objectives/2026-w49.yaml").read_text()

    assert 0 == made.exit_code, made.output
    assert "sales-autumn was met 5 times over in autumn: set the next target higher" in made.stderr
    assert "ready-2026-w49" not in text
    assert "sales-2026-w49" in text
