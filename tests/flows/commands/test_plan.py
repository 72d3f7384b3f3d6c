"""`okr plan`: what an edit would change (flows.commands.plan, flows.goals.comparison)."""

import json

import pytest
from click.testing import Result

from flows.commands.plan import show_plan
from tests.flows.command import invoke
from tests.flows.project_folder import AUTUMN, Folder


def test_a_plan_of_nothing(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """An unchanged config changes nothing."""
    show_plan(shop.project(), as_json=False)

    assert "3 key results unchanged; nothing was saved" in capsys.readouterr().err


def test_a_plan_side_by_side(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """What is new, gone and changed, each as it stands by the old config and by the new one; nothing is saved."""
    edited = AUTUMN.replace("target: 200", "target: 150").replace("id: calls, title: Calls", "id: rang, title: Calls")
    shop.write("okr_config/objectives/term.yaml", edited)
    counts = shop.counts()

    show_plan(shop.project(), as_json=True)
    rows = {row["key_result_id"]: row for row in json.loads(capsys.readouterr().out)}

    sales = rows["sales"]
    assert {"sales": "changed", "rang": "new", "calls": "gone"} == {name: row["change"] for name, row in rows.items()}
    assert (["target"], 200, 150) == (sales["keys"], sales["target_now"], sales["target_then"])
    assert 0.53 == pytest.approx(sales["progress_now"])
    assert sales["probability_now"] < sales["probability_then"]
    assert (None, 9) == (rows["rang"]["target_now"], rows["rang"]["target_then"])
    assert counts == shop.counts()


def test_a_change_to_come_is_told(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A change dated later moves nothing yet: from when, to what, and how likely that would be is told once."""
    later = "target: 200, changes: [{on: 2026-12-01, target: 150}, {on: 2026-12-20, target: 300, reason: more}]"
    shop.write("okr_config/objectives/term.yaml", AUTUMN.replace("target: 200", later))

    show_plan(shop.project(), as_json=True)
    (row,) = json.loads(capsys.readouterr().out)
    show_plan(shop.project(), as_json=False)
    captured = capsys.readouterr()
    shop.run()
    show_plan(shop.project(), as_json=False)

    first, second = row["later"]
    assert ("2026-12-01", 200, 150) == tuple(first[key] for key in ("on", "target_before", "target"))
    assert ("2026-12-20", 150, 300, "more") == tuple(second[key] for key in ("on", "target_before", "target", "reason"))
    assert second["probability"] < row["probability_then"] == row["probability_now"] < first["probability"]
    assert "sales: from 2026-12-01 on 200 → 150; if it held today, its chance would be " in captured.err
    assert "changed: changes" in captured.out
    assert "sales: from" not in capsys.readouterr().err


def test_a_change_to_come_has_the_chance_it_will_have(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told of a later day is what a change of today has, its first goal being the plan in both."""
    chances = []
    for day in ("2026-12-01", "2026-11-23"):
        changed = f"target: 200, changes: [{{on: {day}, target: 170}}]"
        shop.write("okr_config/objectives/term.yaml", AUTUMN.replace("target: 200", changed))
        show_plan(shop.project(), as_json=True)
        (row,) = json.loads(capsys.readouterr().out)
        chances.append(row["later"][0]["probability"] if row["later"] else row["probability_then"])

    assert chances[0] == chances[1]


RENAMED = AUTUMN.replace("{id: members, title: Members", "{id: crowd, renamed_from: members, title: Members")


def _check(folder: Folder, edited: str) -> Result:
    folder.write("okr_config/objectives/term.yaml", edited)
    return invoke(folder.world, "plan", "--check", home=folder.home)


@pytest.mark.parametrize(
    ("edited", "code", "told"),
    [
        (AUTUMN, 0, "3 key results unchanged"),
        (AUTUMN.replace("title: Sales", "title: Sold"), 0, "changed: title"),
        (AUTUMN.replace("target: 200", "target: 150"), 1, "sales: changes under way without a reason"),
        (
            AUTUMN.replace("target: 200", "target: 200, changes: [{on: 2026-11-24, target: 150, reason: fewer}]"),
            0,
            "200 → 150",
        ),
        (
            AUTUMN.replace("target: 200", "target: 200, changes: [{on: 2026-11-24, target: 150}]"),
            1,
            "without a reason",
        ),
        (AUTUMN.replace("kind: manual", "kind: manual, start: 2026-10-05"), 1, "members: changes under way"),
        (AUTUMN[: AUTUMN.index("      - {id: calls")], 1, "write renamed_from: calls there"),
        (AUTUMN + "      - {id: more, title: More, metric: sheet.calls, kind: total, target: 9}\n", 0, "new"),
        (RENAMED, 0, "crowd: renamed from members, whose history it carries on"),
    ],
    ids=["same", "words", "in place", "with a reason", "without one", "another start", "gone", "new", "renamed"],
)
def test_a_pull_request_is_checked(shop: Folder, edited: str, code: int, told: str) -> None:
    """1 when what is under way is judged otherwise and nobody says why; words, new ones and renames need no reason."""
    result = _check(shop, edited)

    assert (code, True) == (result.exit_code, told in result.output), result.output


def test_before_it_begins_nothing_needs_a_reason(shop: Folder) -> None:
    """By what has not begun nothing was judged."""
    later = AUTUMN.replace("target: 9}", "target: 9, start: 2026-12-01}")
    shop.write("okr_config/objectives/term.yaml", later)
    shop.run()

    assert 0 == _check(shop, later.replace("target: 9,", "target: 8,")).exit_code


def test_a_plan_in_markdown(shop: Folder) -> None:
    """A table for a pull request, with what it has no room for below; the first target beside the one in force."""
    edited = AUTUMN.replace(
        "target: 200", "target: 200, changes: [{on: 2026-11-20, target: 150, reason: fewer}]"
    ).replace("{id: calls, title: Calls", "{id: rang, title: Calls")
    shop.write("okr_config/objectives/term.yaml", edited)

    lines = invoke(shop.world, "plan", "--markdown", home=shop.home).stdout.splitlines()

    assert ["| key result | change | target | progress | chance | status |", "|---|---|---|---|---|---|"] == lines[:2]
    assert "| sales | changed: changes | 200 → 150 (first 200) |" in lines[2]
    assert "- calls: is no longer there; if it goes on under another id, write renamed_from: calls there" in lines
    assert "- calls: changes under way without a reason" in lines


def test_what_moves_is_told(shop: Folder) -> None:
    """To another objective, from which one."""
    head, tail = AUTUMN.split("      - {id: calls")
    moved = f"{head}  - id: phone\n    title: The phone\n    key_results:\n      - {{id: calls{tail}"

    result = _check(shop, moved)

    assert 0 == result.exit_code, result.output
    assert "calls: moved here from term/shop" in result.stderr
    assert "moved: objective_id, objective_title" in result.stdout


def test_a_rename_carries_what_was_said(shop: Folder) -> None:
    """The plan counts check-ins of the old id, the run moves them, and then nothing is new."""
    invoke(shop.world, "checkin", "members", "--value", "12", home=shop.home)
    shop.run()
    shop.write("okr_config/objectives/term.yaml", RENAMED)

    show_plan(shop.project(), as_json=False)
    planned = invoke(shop.world, "plan", "--json", home=shop.home)
    outcome = shop.run()

    (row,) = json.loads(planned.stdout)
    assert ("crowd", "members", "renamed", 0.3, 0.3) == tuple(
        row[key] for key in ("key_result_id", "renamed_from", "change", "progress_now", "progress_then")
    )
    assert {"crowd": 12} == {
        each["key_result_id"]: each["value"] for each in outcome.scoreboard.to_dicts() if each["kind"] == "manual"
    }
    assert ["crowd"] == shop.query("select distinct key_result_id from check_in")["key_result_id"].to_list()
    assert 0 == shop.query("select count(*) as n from key_result_score where key_result_id = 'members'")["n"][0]
    assert [] == json.loads(invoke(shop.world, "plan", "--json", home=shop.home).stdout)


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        (AUTUMN.replace("{id: members", "{id: members, renamed_from: sales"), "names 'sales', which is there still"),
        (
            AUTUMN.replace("{id: members", "{id: members, renamed_from: a").replace(
                "{id: calls", "{id: calls, renamed_from: a"
            ),
            "two key results were renamed from 'a'",
        ),
    ],
)
def test_renames_that_cannot_be(shop: Folder, edited: str, told: str) -> None:
    """What, where, next."""
    shop.write("okr_config/objectives/term.yaml", edited)

    result = invoke(shop.world, "check", home=shop.home)

    assert (2, True, True) == (result.exit_code, told in result.stderr, "term.yaml:" in result.stderr), result.stderr
