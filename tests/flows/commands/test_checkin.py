"""`okr checkin`: what people say of a key result, kept beside what is measured (flows.commands.checkin)."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from flows.commands.checkin import Statement, check_in
from okr_config.errors import LockHeldError, UsageError
from scorecard.forecasting.pooling import Direction, confidence_by
from tests.conftest import Clock
from tests.flows.project_folder import Folder
from warehouse import hold_run_lock

NOTHING = Statement(value=None, confidence=None, note="", author="kari")


def said(**words: object) -> Statement:
    """Return what Kari says."""
    return Statement(**{**vars(NOTHING), **words})  # type: ignore[arg-type]  # fields of what is said


def test_a_check_in_is_scored_with(shop: Folder, clock: Clock) -> None:
    """A value by hand becomes the value of a manual key result, a confidence the stated one."""
    clock.move(hours=1)
    check_in(shop.project(), "members", said(value="12,5", confidence=7.0, note="på møtet"), as_json=False)
    clock.move(hours=1)
    shop.run()
    row = shop.score("members")

    assert (Decimal("12.5"), 7.0) == (row["value"], row["confidence_stated"])
    assert [("kari", Decimal("12.5"), 7.0, "på møtet")] == (
        shop.query("select author, value, confidence, note from check_in").rows()
    )


def test_a_said_value_never_mixes_with_a_measured_one(
    shop: Folder, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is measured stays the value; what was said is kept and shown."""
    before = shop.score("sales")["value"]
    clock.move(minutes=1)
    check_in(shop.project(), "sales", said(value="7"), as_json=False)
    told = capsys.readouterr().err
    shop.run()
    check_in(shop.project(), "sales", NOTHING, as_json=True)
    rows = json.loads(capsys.readouterr().out)

    assert before == shop.score("sales")["value"]
    assert "its value stays what is measured" in told
    assert [("sales", "kari", 7)] == [(row["key_result_id"], row["author"], row["value"]) for row in rows]


@pytest.mark.parametrize("direction", Direction)
def test_a_direction_states_a_confidence(shop: Folder, clock: Clock, direction: Direction) -> None:
    """Better, same or worse is kept as the confidence it states beside the chance that everybody sees."""
    shown = shop.score("sales")["probability"]
    clock.move(minutes=1)
    check_in(shop.project(), "sales", said(direction=direction), as_json=False)

    assert [confidence_by(direction, shown)] == shop.query("select confidence from check_in")["confidence"].to_list()


def test_a_word_is_said_once(shop: Folder) -> None:
    """A direction beside a confidence is refused."""
    result = shop.ask("checkin", "sales", "--direction", "worse", "--confidence", "4")

    assert 2 == result.exit_code
    assert "--direction and --confidence say the same thing twice" in result.stderr


@pytest.mark.parametrize(
    ("key_result", "words", "what"),
    [
        (
            "sales",
            {"direction": Direction.WORSE, "day": date(2020, 5, 1)},
            "a direction is about the chance of now, not of 2020-05-01",
        ),
        ("members", {"direction": Direction.WORSE}, "no chance stands at members that could be better or worse"),
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
    with hold_run_lock(project.warehouse.path.parent, world=shop.world), pytest.raises(LockHeldError):
        check_in(project, "members", said(value="1"), as_json=False)


def test_the_last_day_is_told_later(shop: Folder, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """After the end a value of now is said not to count; one with its day does, and the last said of a day wins."""
    clock.now = datetime(2027, 1, 5, 9, tzinfo=UTC)
    check_in(shop.project(), "members", said(value="41"), as_json=False)
    assert "it ended on 2026-12-31: what is told of a later day does not count for it" in capsys.readouterr().err
    shop.run()
    assert shop.score("members")["value"] is None

    for value in ("30", "38"):
        check_in(shop.project(), "members", said(value=value, day=date(2026, 12, 31)), as_json=False)
    shop.run()

    assert Decimal(38) == shop.score("members")["value"]


def test_a_day_to_come_has_nothing_to_tell(shop: Folder) -> None:
    """A check-in is of a day gone by, or of now."""
    with pytest.raises(UsageError, match="2027-01-01 has not come yet"):
        check_in(shop.project(), "members", said(value="1", day=date(2027, 1, 1)), as_json=False)
