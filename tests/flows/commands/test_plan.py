"""`okr plan`: what an edit would change (flows.commands.plan)."""

import json

import pytest

from flows.commands.plan import show_plan
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
