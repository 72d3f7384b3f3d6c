"""`okr note` and `okr notes`: what people write of a day (with flows.commands.notes)."""

import json
from datetime import date

import pytest

from okr_config.world import World
from tests.flows.command import invoke
from tests.flows.project_folder import Folder

DAYS = ("--on", "2026-10-12", "--to", "2026-10-25")


def test_a_note_is_kept_and_listed_with_what_was_said(shop: Folder, world: World) -> None:
    """Notes and check-ins stand in one list, the newest day first."""
    made = invoke(world, "note", "Kampanje", *DAYS, "--metric", "web.visitors", "--author", "kari", home=shop.home)
    invoke(world, "checkin", "sales", "--note", "it goes well", "--author", "ola", home=shop.home)
    rows = json.loads(invoke(world, "notes", "--json", home=shop.home).stdout)

    assert "noted: «Kampanje», 2026-10-12 to 2026-10-25\n" in made.stderr
    assert [
        ("check_in", "sales", "ola", "it goes well"),
        ("note", "web.visitors", "kari", "Kampanje"),
    ] == [(row["kind"], row["about"], row["author"], row["text"]) for row in rows]
    assert [("Kampanje", date(2026, 10, 12), date(2026, 10, 25), "web.visitors", None, "kari")] == (
        shop.query("select name, first_day, last_day, metric, key_result_id, author from note").rows()
    )


def test_a_note_taken_back_is_no_longer_one_and_may_be_written_again(shop: Folder, world: World) -> None:
    """What was written stays on record; what stands is the newest of its name."""
    invoke(world, "note", "Kampanje", *DAYS, home=shop.home)
    invoke(world, "note", "Kampanje", "--remove", home=shop.home)
    gone = shop.query("from note").rows()
    invoke(world, "note", "Kampanje", "--on", "2026-10-13", home=shop.home)

    assert [] == gone
    assert [("Kampanje", date(2026, 10, 13))] == shop.query("select name, last_day from note").rows()
    assert [False, True, False] == shop.query('select removed from note_version order by "at"')["removed"].to_list()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("Kampanje", "--metric", "web.visitor"), "unknown metric 'web.visitor'"),
        (("Kampanje", "--key-result", "sale"), "unknown key result 'sale'"),
        (("Kampanje", "--on", "2026-10-12", "--to", "2026-10-11"), "it ends on 2026-10-11, before it begins"),
        (("a\nb",), "a note is one line of 1 to 200 characters"),
        (("x" * 201,), "a note is one line of 1 to 200 characters"),
        (("Kampanj", "--remove"), "unknown note 'Kampanj'"),
        (("There",), "there is a note 'There' already"),
    ],
)
def test_what_is_not_clear_is_not_kept(shop: Folder, world: World, arguments: tuple[str, ...], text: str) -> None:
    """What, where and next; nothing is written."""
    invoke(world, "note", "There", *DAYS, home=shop.home)
    ended = invoke(world, "note", *arguments, home=shop.home)

    assert 2 == ended.exit_code
    assert text in ended.stderr
    assert "next: " in ended.stderr
    assert ["There"] == shop.query("select name from note_version")["name"].to_list()
