"""`okr close` (flows.report.closing, scorecard.closing.retrospective .chart, scorecard.i18n.closing_messages)."""

import json
import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from okr_config.world import World
from scorecard.i18n import closing_messages
from tests.conftest import Clock, still_world
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import FILE_SOURCE, Folder

pytestmark = pytest.mark.slow

GOALS = """\
period: {id: term, start: 2026-10-01, end: 2026-10-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 60, confidence: 6}
      - id: mugs
        title: Mugs
        metric: sheet.mugs
        kind: total
        target: 40
        confidence: 5
        committed: true
        changes: [{on: 2026-10-12, target: 50, reason: a stall}]
      - {id: members, title: Members, kind: manual, target: 40}
      - {id: lids, title: Lids, metric: sheet.lids, kind: total, target: 5}
"""
HALF = datetime(2026, 10, 15, 21, tzinfo=UTC)


def sheet(folder: Folder, days: int, **others: int) -> None:
    """Write what was sold on each day: 2, 1 and 1, or otherwise."""
    sold = {"sales": 2, "mugs": 1, "lids": 1} | others
    rows = [
        f"sheet.{name},{date(2026, 9, 20) + timedelta(days=n)},{value}"
        for n in range(days)
        for name, value in sold.items()
    ]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")


@pytest.fixture
def halfway(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that ran in the middle of its month."""
    return made_once.copy(_halfway, tmp_path / "project", world, clock)


def _halfway(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", GOALS)
    sheet(folder, days=26)
    clock.now = HALF
    folder.run()
    return folder


@pytest.fixture
def over(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return it five days after its end, when it ran again."""
    return made_once.copy(_over, tmp_path / "project", world, clock)


def _over(home: Path, clock: Clock) -> Folder:
    folder = _halfway(home, clock)
    sheet(folder, days=46)
    clock.now = datetime(2026, 11, 5, 9, tzinfo=UTC)
    folder.run()
    return folder


def test_grades_are_taken_down_with_what_had_been_said(over: Folder) -> None:
    """Reached or not, against both targets, and the chances of half-time."""
    result = over.ask("close", "--author", "Kari")
    rows = {row["key_result_id"]: row for row in over.query("from grade").to_dicts()}

    assert 0 == result.exit_code
    assert {"sales", "mugs", "members", "lids"} == rows.keys()
    assert (1.0, "good", True) == tuple(rows["sales"][name] for name in ("score", "band", "hit"))
    assert (0.62, 0.775, "progress", True, False) == tuple(
        rows["mugs"][name] for name in ("score", "score_original", "band", "committed", "hit")
    )
    assert (None, None) == (rows["members"]["score"], rows["members"]["band"])
    assert 0.6 == rows["sales"]["stated_at_half"]
    assert rows["sales"]["brier"] == (rows["sales"]["probability_at_half"] - 1) ** 2
    assert ["Kari"] * 4 == [row["author"] for row in rows.values()]
    assert "next: okr init --from term" in result.stderr


def test_the_retrospective_says_it_in_words_with_charts(over: Folder) -> None:
    """Markdown with its questions as headings, and an SVG for each chart that it shows."""
    over.ask("close")
    text = (over.home / "retrospectives" / "term.md").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    drawing = (over.home / "retrospectives" / "term" / "mugs.svg").read_text("utf-8")

    assert text.startswith("# term: retrospective\n\n1 October 2026 to 31 October 2026, closed on 5 November 2026.\n")
    assert "2 of 4 key results were reached." in text
    assert "### Mugs: 0.62, the commitment was not kept\n\nEnded at 31 of 50." in text
    assert "The target was 40 at first; against it the grade is 0.78." in text
    assert "Ended at 31 of 5." in text
    assert "The target was met 6 times over: it was too low." in text
    assert "![How Mugs went](term/mugs.svg)\n\n#### What did we learn from Mugs?\n\n" in text
    assert "## Never measured\n\n- Members: " in text
    assert text.endswith("### What goes on?\n\n### What do we do differently?\n")
    assert "svg" in ET.fromstring(drawing).tag  # noqa: S314 - our own
    assert "How Mugs went" in drawing


def test_answers_are_asked_for_at_a_terminal(over: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed stands under its question, and what was learned in the table."""
    from flows.commands import close

    answers = iter(["it rains a lot", "", "", "", "the stall", ""])
    monkeypatch.setattr("flows.commands.close.ask_until", lambda *_, **__: next(answers))
    project = over.project()
    close.close_period(project, close.read_ended(project, None, "nb"), "Kari", asks=True)
    text = (over.home / "retrospectives" / "term.md").read_text("utf-8")

    assert "it rains a lot" in text
    assert "### Hva går videre?\n\nthe stall\n" in text
    assert 1 == over.query("from grade where learned = 'it rains a lot'").height


def test_what_is_corrected_later_is_told_and_moves_no_grade(over: Folder, clock: Clock) -> None:
    """The same command shows the grades as they were, and the numbers as they are."""
    over.ask("close")
    text = (over.home / "retrospectives" / "term.md").read_text("utf-8")
    clock.move(days=1)
    sheet(over, days=46, mugs=2)
    over.run()
    again = over.ask("close", "term")

    assert "term was closed on 2026-11-05; its grades stay as they were" in again.stderr
    assert "Mugs: the grade stays at 0.62; the numbers now say 62 instead of 31." in again.stderr
    assert [0.62] == over.query("select score from grade where key_result_id = 'mugs'")["score"].to_list()
    assert text == (over.home / "retrospectives" / "term.md").read_text("utf-8")


def test_rows_are_for_programs(over: Folder) -> None:
    """JSON, and nothing else, on stdout."""
    rows = json.loads(over.ask("close", "--json").stdout)

    assert {"term"} == {row["period_id"] for row in rows}
    assert [Decimal(31)] == [row["value"] for row in rows if row["key_result_id"] == "mugs"]


def test_a_period_under_way_is_not_closed(halfway: Folder) -> None:
    """What, where, next; nothing is written."""
    named, any_of_them = halfway.ask("close", "term"), halfway.ask("close")

    assert [2, 2] == [named.exit_code, any_of_them.exit_code]
    assert (
        "term is under way until 2026-10-31: it cannot be closed yet\n  today is 2026-10-15\n  next: okr review"
        in named.stderr
    )
    assert "no period waits to be closed\n  under way: term until 2026-10-31; closed: none" in any_of_them.stderr
    assert 0 == halfway.query("from grade").height


def test_a_period_not_scored_since_its_end_is_run_first(halfway: Folder, clock: Clock) -> None:
    """Its last days would not count."""
    clock.now = datetime(2026, 11, 5, 9, tzinfo=UTC)
    result = halfway.ask("close")

    assert 2 == result.exit_code
    assert "term has not been scored since it ended\n  its newest scores are of 2026-10-15" in result.stderr
    assert "next: okr run, then okr close term" in result.stderr


def test_a_period_that_nobody_has_is_told_with_the_nearest(over: Folder) -> None:
    """As everywhere."""
    assert "unknown period 'tern'\n  did you mean 'term'?" in over.ask("close", "tern").stderr


def test_a_retrospective_that_somebody_wrote_stays(over: Folder) -> None:
    """Their words are worth more than ours."""
    over.write("retrospectives/term.md", "ours\n")
    result = over.ask("close")

    assert "term.md is there already and stays as it is" in result.stderr
    assert f"wrote {over.home / 'retrospectives' / 'term.html'}" in result.stderr
    assert "ours\n" == (over.home / "retrospectives" / "term.md").read_text("utf-8")


def test_before_sources_have_settled_it_says_so(halfway: Folder, clock: Clock) -> None:
    """Whoever closes on the first day is told until when numbers may move."""
    sheet(halfway, days=42)
    clock.now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    halfway.run()
    halfway.ask("close")
    text = (halfway.home / "retrospectives" / "term.md").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")

    assert "Sources may correct numbers until 3 November 2026; the grades are taken as they are now." in text


def test_both_languages_fill_in_the_same_words() -> None:
    """No text names a value in one language that the other leaves out."""
    names = [
        [sorted({field for _, field, _, _ in string.Formatter().parse(text) if field}) for text in pair]
        for pair in closing_messages.TEXTS.values()
    ]

    assert [] == [pair for pair in names if pair[0] != pair[1]]


def test_the_page_is_frozen_and_the_index_leads_to_it(over: Folder, clock: Clock) -> None:
    """It lies beside the Markdown; a correction moves no byte of it, and the pages of all periods take it along."""
    result = over.ask("close", "--lang", "nb")
    page = over.home / "retrospectives" / "term.html"
    first = page.read_bytes()
    clock.move(days=1)
    sheet(over, days=46, mugs=2)
    over.run()
    again = over.ask("close", "term")
    over.ask("report", "--all", str(over.home / "pages"))
    index = (over.home / "pages" / "index.html").read_text("utf-8")

    assert f"wrote {page}" in result.stderr
    assert f"retrospective  {page}" in again.stderr
    assert b"<h3>Mugs: 0,62, l\xc3\xb8ftet er ikke holdt</h3>" in first
    assert first == page.read_bytes() == (over.home / "pages" / "term-retrospective.html").read_bytes()
    assert '<a href="term.html">term</a><br><a href="term-retrospective.html">Retrospective</a>' in index


def test_a_period_that_is_open_has_no_retrospective(halfway: Folder) -> None:
    """The index leads to nothing that is not there."""
    halfway.ask("report", "--all", str(halfway.home / "pages"))

    assert "term-retrospective" not in (halfway.home / "pages" / "index.html").read_text("utf-8")
