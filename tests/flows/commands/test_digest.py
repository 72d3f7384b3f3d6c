"""`okr digest`: the week in ten lines, shown in four forms and sent (flows.commands.digest, flows.report.digest)."""

import json
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply
from tests.flows.made_once import MadeOnce
from tests.flows.notify.conftest import a_team_behind, hook  # noqa: F401 - hook is a fixture
from tests.flows.project_folder import Folder


@pytest.fixture
def run(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return the folder after its second run."""
    return made_once.copy(a_team_behind, tmp_path / "project", world, clock)


def plain(text: str) -> str:
    """Return a text with ordinary blanks."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_week_in_ten_lines(run: Folder) -> None:
    """What moved and why, whose decision it is, what is missing; in the language asked for."""
    english, norwegian = run.ask("digest"), run.ask("digest", "--lang", "nb")

    assert [
        "term, week 47",
        "",
        "As of 23 November 2026, 38 days left. 1 of 3 key results has been achieved. 1 is off track. 1 lacks data.",
        "“Sales”: stands at 94 of 180; chance 77% → 11%, from on track to off track.",
        "“Sales”: 2 in seven days from 16 Nov, less than chance brings (11 to 18). Week before: 14.",
        "Kari, one decision: “Sales” is off track (11%). Change the target, the effort or the plan?",
        "“Members” waits for the first number from you (okr checkin members).",
        "Does this look right? sheet sheet.calls: 0 since 2026-11-17",
        "1 more is on the page.",
    ] == plain(english.stdout).splitlines()
    assert "Kari, én beslutning: «Sales» er ute av rute (11 %)." in plain(norwegian.stdout)
    assert "next: okr review" in english.stderr


def test_old_numbers_are_told(run: Folder, clock: Clock) -> None:
    """Whoever reads it days after the last run hears that it is old; beside it, not in it."""
    clock.move(hours=80)

    told = run.ask("digest", "--markdown")

    assert "NO RUN since 2026-11-" in told.stderr
    assert "NO RUN" not in told.stdout


def test_other_forms_say_the_same(run: Folder) -> None:
    """Markdown, HTML and JSON, for people elsewhere and for programs."""
    markdown, html, rows = (run.ask("digest", form).stdout for form in ("--markdown", "--html", "--json"))

    assert markdown.startswith("## term, week 47\n\n- As of")
    assert html.startswith("<h2>term, week 47</h2>\n<ul>\n<li>As of")
    parts = [row["part"] for row in json.loads(rows)]
    assert ["title", "lead", "moved", "moved", "decision", *["missing"] * 3] == parts


def test_one_persons_digest_has_one_persons_key_results(run: Folder) -> None:
    """Somebody whom no key result names is told who there is."""
    mine, unknown = run.ask("digest", "--owner", "Kari"), run.ask("digest", "--owner", "Kary")

    assert "Members" not in mine.stdout
    assert 2 == unknown.exit_code
    assert "unknown owner 'Kary'\n  did you mean 'Kari'?" in unknown.stderr


def test_a_digest_is_sent_where_it_was_not(run: Folder, hook: Loopback) -> None:  # noqa: F811 - a fixture
    """The same words go to the same place once; a service that does not take them makes it exit 1."""
    address = hook.url.replace("http://", "json://")
    first, again = run.ask("digest", "--to", address), run.ask("digest", "--to", address)
    hook.script = lambda _: Reply(status=403)
    refused = run.ask("digest", "--to", f"{address}/other")

    assert [0, 0, 1] == [result.exit_code for result in (first, again, refused)]
    assert 2 == len(hook.seen)
    assert "it was sent there already" in again.stderr
    assert "not sent: it answers 403 (tried 1 times)" in refused.stderr
    assert hook.url.removeprefix("http://") not in first.stderr + again.stderr + refused.stderr


def test_nothing_published_is_told_with_what_comes_next(folder: Folder) -> None:
    """Before the first run there is no week to tell of."""
    result = folder.ask("digest")

    assert 2 == result.exit_code
    assert "nothing has been published yet" in result.stderr
