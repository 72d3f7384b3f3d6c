"""`okr report`: the newest page, one of the past, every period, a picture (flows.report.pages, .screenshot)."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from flows.commands.report import past_of, write_report
from flows.report import screenshot
from flows.report.pages import Past, make_page, write_all
from okr_config.errors import OkrError, UsageError
from scorecard.i18n.page_messages import TEXTS
from tests.conftest import Clock, waiting_world
from tests.flows.command import invoke
from tests.flows.project_folder import FILE_SOURCE, Folder
from tests.scorecard.page.reading import COLUMNS, Numbers

OBJECTIVES = """\
period: {{id: {id}, start: {start}, end: {end}}}
timezone: Europe/Oslo
language: nb
objectives:
  - id: {id}-shop
    title: {{nb: Selge mer, en: Sell more}}
    key_results:
      - {{id: {id}-sales, title: {{nb: Salg i nettbutikken, en: Sales in the shop}}, owner: Kari, metric: sheet.sales,
         kind: total, target: 100, confidence: 5, changes: {changes}}}
"""
TEXT_OF = {TEXTS[f"exact.{column}"][0]: column for column in COLUMNS}
CHANGES = "[{on: 2026-11-10, target: 120, reason: Større lager}]"
FIRST = date(2026, 7, 1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder with two periods and a sale a day, run on three Mondays of November; tests only read it."""
    clock = Clock()
    world = replace(waiting_world(), clock=clock, monotonic=clock.seconds, sleep=clock.sleep, random=lambda: 0.5)
    folder = Folder(tmp_path_factory.mktemp("shop"), world)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write(
        "okr_config/objectives/q3.yaml", OBJECTIVES.format(id="q3", start=FIRST, end="2026-09-30", changes="[]")
    )
    folder.write(
        "okr_config/objectives/q4.yaml",
        OBJECTIVES.format(id="q4", start="2026-10-01", end="2026-12-31", changes=CHANGES),
    )
    for day in (2, 16, 23):
        clock.now = datetime(2026, 11, day, 9, tzinfo=UTC)
        days = [FIRST + timedelta(days=n) for n in range((clock.now.date() - FIRST).days)]
        folder.write("numbers/sales.csv", "\n".join(["metric,day,value", *(f"sheet.sales,{day},1" for day in days)]))
        folder.run()
    return folder


def _numbers(page: str) -> list[str]:
    """Return the numbers of the overview's first row: value, target, share of the way, chance."""
    row = re.search(r"<tbody>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    return re.findall(r'<data value="([^"]+)"', row[1])


def test_the_newest_page_says_what_the_scoreboard_says(shop: Folder) -> None:
    """Value and target stand in the page with all their digits."""
    page, period = make_page(shop.project())

    assert "q4" == period.id
    assert ["53", "120"] == _numbers(page)[:2]
    assert "scored again" not in page


def test_every_number_of_the_page_is_the_scoreboards(shop: Folder) -> None:
    """What the page tells with all its digits is what SQL finds in the published copy."""
    numbers = Numbers()
    numbers.feed(make_page(shop.project())[0])
    rows = shop.query("from scoreboard where period_id = 'q4'").to_dicts()

    assert [row["key_result_id"] for row in rows] == list(numbers.exact)
    for row in rows:
        told = {TEXT_OF[label]: Decimal(digits) for label, (digits, _) in numbers.exact[row["key_result_id"]].items()}
        assert told == {name: Decimal(str(row[name])) for name in TEXT_OF.values() if row[name] is not None}


def test_a_page_of_the_past_is_scored_again(shop: Folder) -> None:
    """As of a day gone by the page has that day's value, target, week before and heading, and says what it is."""
    before = shop.counts()
    past = Past(datetime(2026, 11, 8, 23, tzinfo=UTC))
    page, period = make_page(shop.project(), language="en", past=past)

    assert ["39", "100"] == _numbers(page)[:2]
    assert past.as_of == period.as_of
    text = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "As of 8 November 2026" in text
    assert (
        "A page of the past: worked out again as of 8 November 2026, with all that is known today, 23 November 2026."
    ) in text
    assert "Større lager" not in text
    assert before == shop.counts()


def test_a_page_of_the_past_with_the_knowledge_of_then(shop: Folder) -> None:
    """With --known-at, what was landed later is not there."""
    past = Past(datetime(2026, 11, 8, 23, tzinfo=UTC), known_at=datetime(2026, 11, 3, tzinfo=UTC))
    page, _ = make_page(shop.project(), language="en", past=past)

    assert ["32", "100"] == _numbers(page)[:2]
    assert "with what was known on 3 November 2026." in page.replace("\N{NO-BREAK SPACE}", " ")


def test_what_counts_as_a_day_gone_by(shop: Folder) -> None:
    """Today is not over and means now, unless it is asked for with the knowledge of an earlier day."""
    project = shop.project()
    today, earlier = date(2026, 11, 23), date(2026, 11, 8)
    midnight = datetime(2026, 11, 8, 23, tzinfo=UTC)

    assert past_of(today, None, project) is None
    assert Past(midnight) == past_of(earlier, today, project)
    assert Past(shop.world.clock(), midnight) == past_of(today, earlier, project)


def test_options_that_do_not_go_together(shop: Folder) -> None:
    """Every period's page is as of now; an earlier knowledge needs a day to look at. Both are said; exit code 2."""
    for options, what in (
        (["--all", "pages", "--png"], "--all goes with --lang alone"),
        (["--known-at", "2026-11-01"], "--known-at goes with --as-of"),
    ):
        result = invoke(shop.world, "report", *options, home=shop.home)
        assert (2, what) == (result.exit_code, result.stderr.splitlines()[0])


def test_the_past_of_an_earlier_period(shop: Folder) -> None:
    """A day in July shows the quarter that it lay in."""
    page, period = make_page(shop.project(), past=Past(datetime(2026, 8, 1, tzinfo=UTC)))

    assert "q3" == period.id
    assert ["31", "100"] == _numbers(page)[:2]


def test_titles_in_the_readers_language(shop: Folder) -> None:
    """A title written in both languages is shown in the page's, and needs no mark."""
    page, _ = make_page(shop.project(), language="en")

    assert "<bdi>Sales in the shop</bdi>" in page
    assert "Objective: <bdi>Sell more</bdi>" in page
    assert "Owner: Kari" in page
    assert "Salg i nettbutikken" not in page


def test_sentences_follow_the_page(shop: Folder) -> None:
    """What the scores say, and what is assumed, is said in the language asked for; its numbers are the same."""
    page, _ = make_page(shop.project(), language="en")
    own, _ = make_page(shop.project(), language=None)
    past, _ = make_page(shop.project(), language="en", past=Past(datetime(2026, 11, 16, tzinfo=UTC)))

    assert re.search(r"<bdi>Needs [\d.]+ a day for the next \d+ days; lately 1 a day", page)
    assert "<bdi>As it goes now</bdi>" in page
    assert "Det trengs" not in page
    assert "<bdi>Som det går nå</bdi>" in own
    assert "Needs " in past
    assert re.findall(r'<data value="([^"]+)"', own) == re.findall(r'<data value="([^"]+)"', page)


def test_sentences_that_cannot_be_said_anew_are_marked(shop: Folder, tmp_path: Path) -> None:
    """Where the config cannot be read any more, they stay as they were said, and are marked so."""
    broken = Folder(Path(shutil.copytree(shop.home, tmp_path / "broken")), shop.world)
    broken.write("okr_config/objectives/q4.yaml", "period: {}\n")

    page, _ = make_page(broken.project(), language="en")

    assert '<bdi lang="nb">Som det går nå</bdi>' in page


def test_every_period_has_a_page_and_the_index_leads_to_it(shop: Folder, tmp_path: Path) -> None:
    """The index links every period, each page its neighbours, and every link leads to a file."""
    folder = tmp_path / "pages"
    write_all(shop.project(), folder)
    pages = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    links = {name: re.findall(r'href="([\w.-]+)"', page) for name, page in pages.items()}

    assert {
        "index.html": ["q4.html", "q3.html", "q4.html"],
        "q3.html": ["index.html", "q4.html"],
        "q4.html": ["index.html", "q3.html"],
    } == links
    assert "2 perioder er beregnet." in pages["index.html"]
    assert "<script" not in "".join(pages.values())


def test_a_single_page_links_no_other(shop: Folder) -> None:
    """A page that is sent alone has no link that leads nowhere."""
    page, _ = make_page(shop.project())

    assert [] == [link for link in re.findall(r'href="([^"]+)"', page) if not link.startswith("#")]


def test_an_unknown_period_is_told(shop: Folder) -> None:
    """A period that was never scored is named beside those that were."""
    with pytest.raises(UsageError, match="unknown period 'q9'") as caught:
        make_page(shop.project(), period_id="q9")

    assert "there are: q4, q3" in str(caught.value)


def test_a_picture_needs_a_browser(shop: Folder) -> None:
    """Without a browser the error says where it looked and what to do."""
    project = replace(shop.project(), environ={"OKR_CHROMIUM": "/no/such/browser"})

    with pytest.raises(UsageError, match="OKR_CHROMIUM names no program") as caught:
        write_report(project, None, language=None, period_id=None, past=None, png=True)

    assert "install chromium" in str(caught.value)


def test_a_browser_that_ends_at_once_is_told() -> None:
    """A program that is no browser does not hang the command."""
    with pytest.raises(OkrError, match="it ended before it had answered"):
        screenshot.draw_page("<p>x</p>", browser="/bin/true", world=waiting_world())


def test_a_browser_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """After a minute the child is ended."""
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 300\n")
    silent.chmod(0o700)
    minutes = count(0, 61)

    with pytest.raises(OkrError, match="no answer in 60 s"):
        screenshot.draw_page("", browser=str(silent), world=replace(waiting_world(), monotonic=lambda: next(minutes)))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Debian's chromium is not installed")
def test_a_picture_is_as_tall_as_the_page(shop: Folder, tmp_path: Path) -> None:
    """The PNG is 1280 CSS pixels wide, drawn twice as fine, and shows the page to its end."""
    target = tmp_path / "page.png"
    write_report(
        replace(shop.project(), world=waiting_world()), target, language=None, period_id=None, past=None, png=True
    )
    head = target.read_bytes()[:24]

    assert b"\x89PNG" == head[:4]
    assert 2 * 1280 == int.from_bytes(head[16:20], "big")
    assert int.from_bytes(head[20:24], "big") > 2 * 1000


def test_a_page_goes_where_it_is_sent(shop: Folder, tmp_path: Path) -> None:
    """Through a link it keeps the permissions of what lies there; - is the standard output."""
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    real.chmod(0o644)
    link.symlink_to(real)

    write_report(shop.project(), link, language=None, period_id=None, past=None, png=False)

    assert invoke(shop.world, "report", "-o", "-", home=shop.home).stdout.startswith("<!doctype html>")
    assert (True, 0o644, True) == (link.is_symlink(), real.stat().st_mode & 0o777, "<html" in real.read_text("utf-8"))
