"""`okr record` and its page (flows.commands.record, flows.report.record, scorecard.page.record)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Clock, still_world
from tests.flows.project_folder import FILE_SOURCE, Folder

TERM = """\
period: {id: october, start: 2026-10-01, end: 2026-10-31}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: sales, title: Sell <60> & more, metric: sheet.sales, kind: total, target: 60, confidence: 5}
      - {id: calls, title: Make 200 calls, metric: sheet.calls, kind: total, target: 200, confidence: 7}
      - {id: wages, title: Nobody is to know, metric: sheet.sales, kind: total, target: 50, tags: [private]}
"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a folder that ran four times in October and when it was over: two reached, one missed."""
    made = Folder(tmp_path_factory.mktemp("record") / "project", still_world(Clock()))
    made.write("okr_config/sources.yaml", FILE_SOURCE)
    made.write("okr_config/objectives/term.yaml", TERM)
    first = date(2026, 9, 1)
    for at in (
        datetime(2026, 10, 9, 6, tzinfo=UTC),
        datetime(2026, 10, 17, 6, tzinfo=UTC),
        datetime(2026, 11, 5, 6, tzinfo=UTC),
    ):
        days = (at.date() - first).days
        numbers = [
            f"sheet.{name},{first + timedelta(days=day)},{2 + day % 2}"
            for day in range(days)
            for name in ("sales", "calls")
        ]
        made.write("numbers/numbers.csv", "\n".join(["metric,day,value", *numbers]) + "\n")
        made.world = still_world(Clock(at))
        made.run()
    return made


def content(folder: Folder) -> dict[str, object]:
    """Return the record as JSON."""
    return json.loads(folder.ask("record", "--json").stdout)


def test_each_row_leads_to_the_score_it_rests_on(closed: Folder) -> None:
    """Run and input hash are those of the published score, and its chance is the one on record."""
    rows = [row for row in content(closed)["rows"] if row["key_result_id"] == "calls"]
    scores = closed.query("select run_id, input_hash, probability from key_result_score where key_result_id = 'calls'")

    assert [False] * len(rows) == [row["hit"] for row in rows] != []
    assert {(row["run_id"], row["input_hash"], row["measured"]) for row in rows} <= set(scores.rows())


def test_what_is_private_is_counted_and_not_named(closed: Folder, tmp_path: Path) -> None:
    """No title, id, metric or period of it is in the table, the JSON or the page; its chances are."""
    closed.ask("record", "-o", str(tmp_path / "record.html"))
    texts = (closed.ask("record").stdout, closed.ask("record", "--json").stdout, (tmp_path / "record.html").read_text())

    assert [] == [text for text in texts if "wages" in text or "Nobody is to know" in text]
    assert [True] * 3 == ["rivate 1" in text for text in texts]
    assert 3 == len({row["key_result_id"] for row in content(closed)["rows"]})


@pytest.mark.parametrize("form", ["html", "json"])
def test_a_record_is_made_again_bit_for_bit(closed: Folder, tmp_path: Path, form: str) -> None:
    """From the page, or from JSON, and at any later time; the same page comes of the same instant."""
    file = tmp_path / f"record.{form}"
    if form == "html":
        closed.ask("record", "-o", str(file), "--lang", "nb")
    else:
        file.write_text(closed.ask("record", "--json").stdout)
    later = Folder(closed.home, still_world(Clock(datetime(2026, 12, 24, 6, tzinfo=UTC))))
    ended = later.ask("record", "verify", str(file))

    assert 0 == ended.exit_code
    assert ended.stdout.startswith("the record holds, bit for bit: ")


def test_a_record_that_was_touched_up_does_not_hold(closed: Folder, tmp_path: Path) -> None:
    """The first line that differs is shown, beside what the warehouse says."""
    file = tmp_path / "record.json"
    file.write_text(closed.ask("record", "--json").stdout.replace('"hit": false', '"hit": true', 1))
    ended = closed.ask("record", "verify", str(file))

    assert 1 == ended.exit_code
    assert 'says "hit": true, the warehouse "hit": false' in ended.stderr.replace(",,", ",")


def test_the_page_shows_scores_terms_and_what_was_said(closed: Folder, tmp_path: Path) -> None:
    """Whole and escaped, in both languages, with the anchors to compare with and links to the periods' pages."""
    closed.ask("record", "-o", str(tmp_path / "en.html"))
    closed.ask("record", "-o", str(tmp_path / "nb.html"), "--lang", "nb")
    english, norwegian = ((tmp_path / f"{name}.html").read_text() for name in ("en", "nb"))

    assert "Miscalibration" in english
    assert "0.217" in english
    assert '<a href="october.html#k-sales">Sell &lt;60&gt; &amp; more</a>' in english
    assert "Feilkalibrering" in norwegian
    assert "0,217" in norwegian
    assert [] == [page for page in (english, norwegian) if "<script" in page]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "that is no record"),
        ("{}", "that is no record"),
        ('{"known_at": "2026-11-05T06:00:00+00:00", "format": 9}', "format 9"),
    ],
)
def test_what_is_no_record_is_refused(closed: Folder, tmp_path: Path, text: str, what: str) -> None:
    """What, where, next."""
    file = tmp_path / "file"
    file.write_text(text)
    ended = closed.ask("record", "verify", str(file))

    assert 2 == ended.exit_code
    assert what in ended.stderr.splitlines()[0]


def test_nothing_closed_has_an_empty_record(folder: Folder, tmp_path: Path) -> None:
    """That is said, and its page is whole."""
    folder.write("numbers/numbers.csv", "metric,day,value\nsheet.sales,2026-11-20,1\n")
    folder.write("okr_config/objectives/term.yaml", TERM.replace("2026-10", "2026-12"))
    folder.run()
    shown, page = folder.ask("record"), tmp_path / "record.html"
    folder.ask("record", "-o", str(page))

    assert "no key result has closed yet" in shown.stderr
    assert "No key result has closed yet." in page.read_text()
    assert 2 == folder.ask("record", "verify", str(tmp_path / "none.html")).exit_code
