"""What people say, and what an edit would change."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flows.commands.checkin import Said, check_in
from flows.commands.plan import show_plan
from okr_config.errors import LockHeldError, UsageError
from tests.conftest import Clock
from tests.flows.project_folder import Folder
from warehouse import hold_run_lock

OBJECTIVES = """\
period: {id: term, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 200, confidence: 5}
      - {id: members, title: Members, kind: manual, target: 40}
      - {id: calls, title: Calls, metric: sheet.calls, kind: total, target: 9}
"""
NOTHING = Said(value=None, confidence=None, note="", author="kari")


@pytest.fixture
def shop(folder: Folder) -> Folder:
    """Return a folder that has run on the 54th of 92 days."""
    first = datetime(2026, 9, 20, tzinfo=UTC).date()
    rows = [f"sheet.{name},{first + timedelta(days=n)},2" for n in range(64) for name in ("sales", "calls")]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.run()
    return folder


def said(**words: object) -> Said:
    """Return what Kari says."""
    return Said(**{**vars(NOTHING), **words})  # type: ignore[arg-type]  # fields of what is said


def board(folder: Folder, key_result: str) -> Mapping[str, object]:
    """Return the published score of a key result."""
    return folder.query(f"from scoreboard where key_result_id = '{key_result}'").to_dicts()[0]


def test_a_check_in_is_scored_with(shop: Folder, clock: Clock) -> None:
    """A value by hand becomes the value of a manual key result, a confidence the stated one."""
    clock.move(hours=1)
    check_in(shop.project(), "members", said(value="12,5", confidence=7.0, note="på møtet"), as_json=False)
    clock.move(hours=1)
    shop.run()
    row = board(shop, "members")

    assert (Decimal("12.5"), 7.0) == (row["value"], row["confidence_stated"])
    assert [("kari", Decimal("12.5"), 7.0, "på møtet")] == (
        shop.query("select author, value, confidence, note from check_in").rows()
    )


def test_a_said_value_never_mixes_with_a_measured_one(
    shop: Folder, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is measured stays the value; what was said is kept and shown."""
    before = board(shop, "sales")["value"]
    clock.move(minutes=1)
    check_in(shop.project(), "sales", said(value="7"), as_json=False)
    told = capsys.readouterr().err
    shop.run()
    check_in(shop.project(), "sales", NOTHING, as_json=True)
    rows = json.loads(capsys.readouterr().out)

    assert before == board(shop, "sales")["value"]
    assert "its value stays what is measured" in told
    assert [("sales", "kari", 7)] == [(row["key_result_id"], row["author"], row["value"]) for row in rows]


@pytest.mark.parametrize(
    ("key_result", "words", "what"),
    [
        ("nobody", {"value": "1"}, "unknown key result 'nobody'"),
        ("members", {"value": "tolv"}, "'tolv' is no number"),
        ("members", {"value": "nan"}, "'nan' is no number"),
        ("members", {"value": "1e40"}, "'1e40' is no number"),
        ("members", {"note": "x" * 2001}, "the note is longer than 2000 characters"),
    ],
)
def test_what_cannot_be_said(shop: Folder, key_result: str, words: dict[str, str], what: str) -> None:
    """Nothing is kept of what is not clear."""
    with pytest.raises(UsageError) as caught:
        check_in(shop.project(), key_result, said(**words), as_json=False)

    assert what == caught.value.what


def test_a_run_is_waited_for(shop: Folder) -> None:
    """While a run holds the lock a check-in is refused, and says who holds it."""
    project = shop.project()
    with hold_run_lock(project.warehouse.parent, world=shop.world), pytest.raises(LockHeldError):
        check_in(project, "members", said(value="1"), as_json=False)


def test_a_plan_of_nothing(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """An unchanged config changes nothing."""
    show_plan(shop.project(), as_json=False)

    assert "3 key results unchanged; nothing was saved" in capsys.readouterr().err


def test_a_plan_side_by_side(shop: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """What is new, gone and changed, each as it stands by the old config and by the new one; nothing is saved."""
    edited = OBJECTIVES.replace("target: 200", "target: 150").replace(
        "id: calls, title: Calls", "id: rang, title: Calls"
    )
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
    shop.write("okr_config/objectives/term.yaml", OBJECTIVES.replace("target: 200", later))

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
        shop.write("okr_config/objectives/term.yaml", OBJECTIVES.replace("target: 200", changed))
        show_plan(shop.project(), as_json=True)
        (row,) = json.loads(capsys.readouterr().out)
        chances.append(row["later"][0]["probability"] if row["later"] else row["probability_then"])

    assert chances[0] == chances[1]
