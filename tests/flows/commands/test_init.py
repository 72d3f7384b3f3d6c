"""`okr init` (flows.commands.init, ._beginning, flows.project.language, flows.scaffold.beginning): as asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import okr
from flows.goals.first_targets import propose_targets
from flows.scaffold.beginning import Beginning
from flows.scaffold.folder import write_project
from okr_config.errors import UsageError
from okr_config.world import World
from scorecard.i18n.language import Language
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.project_folder import Folder


def test_init_goes_on_when_the_period_is_over(tmp_path: Path, world: World, clock: Clock) -> None:
    """A new period gets a file of its own with new ids and targets from what is known; all else is kept."""
    folder = Folder(tmp_path, world)
    today = clock().date()
    days = [f"shop.units_sold,{today - timedelta(days=number)},{3 + number % 2}" for number in range(60)]
    write_project(tmp_path, Beginning(), world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    clock.move(days=60)
    folder.run()
    there = folder.project().config(need_secrets=False)
    written = write_project(tmp_path, Beginning(), world, there)
    (said,) = propose_targets(tmp_path, written, {}, world)

    assert [tmp_path / "okr_config" / "objectives" / "2027-w03.yaml"] == written
    assert said.startswith("sales-2027-w03 ")
    assert {"2026-w48", "2027-w03"} == {file.period.id for file in folder.project().config(need_secrets=False).files}
    kept = [path for path in before if path.parent.name in {"okr_config", "objectives", "numbers"}]
    assert [before[path] for path in kept] == [path.read_bytes() for path in kept]
    with pytest.raises(UsageError, match="nothing was written"):
        write_project(tmp_path, Beginning(), world, folder.project().config(need_secrets=False))


def test_init_keeps_the_sources_that_are_there(folder: Folder, world: World) -> None:
    """A folder with sources and no objectives gets what is missing, and no sheet of numbers."""
    sources = (folder.home / "okr_config/sources.yaml").read_bytes()

    written = [path.relative_to(folder.home).as_posix() for path in write_project(folder.home, Beginning("nb"), world)]

    assert sources == (folder.home / "okr_config/sources.yaml").read_bytes()
    assert "okr_config/objectives/2026-w48.yaml" in written
    assert not any("numbers" in name or "sources" in name for name in written)
    assert {"salg", "besok", "folgere"} < {one.key_result.id for one in folder.project().config().definitions()}


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_new_folder_passes_its_own_check(tmp_path: Path, world: World, language: str) -> None:
    """What is written is told file by file, and so is what comes next."""
    made = invoke(world, "init", str(tmp_path / "shop"), "--lang", language)

    files = [path for path in (tmp_path / "shop").rglob("*") if path.is_file()]
    assert 0 == made.exit_code, made.output
    assert sorted(f"wrote {path}" for path in files) == sorted(made.stderr.splitlines()[:-1])
    assert f"next: cd {tmp_path / 'shop'} && okr check" == made.stderr.splitlines()[-1]
    assert 0 == invoke(world, "check", home=tmp_path / "shop").exit_code


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, world: World) -> None:
    """Its period is not over: nothing changes, and the exit code is 2."""
    invoke(world, "init", str(tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    again = invoke(world, "init", str(tmp_path))

    assert (2, True) == (again.exit_code, "nothing was written" in again.stderr)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


ENGLISH = """\
# yaml-language-server: $schema=../schema.json
period: {id: 2026-w48, start: 2026-11-23, end: 2026-12-20}    # both days inclusive
timezone: Europe/Oslo
week_start: monday
currency: NOK
language: en
objectives:
  - id: web-shop
    title: Launch a web shop that works, and sell from it
    key_results:
      - id: shop-ready
        title: The shop is ready to sell
        kind: milestone
        confidence: 5
        steps:                                     # `done` is the day it was done, by hand
          - {title: At least one product for sale, probe: shop.products_published}
          - {title: Payment works, done: null}
          - {title: Terms are published, done: null}
      - id: sales
        title: Sell 30 mugs
        metric: shop.units_sold
        kind: total
        target: 30
        confidence: 5                              # 5 of 10: set so hard that its chance is even
      - id: visitors
        title: 50 visitors a week
        metric: web.visitors
        kind: window
        every: week
        target: 50
        confidence: 5
      - id: followers
        title: 500 followers across social platforms
        metric: social.followers
        kind: level
        baseline: measured                         # the way begins at the number of the first day
        target: 500
        confidence: 5
"""
NORWEGIAN_GUIDE = """\
# Nøkkelresultater, 2026-11-23 til 2027-01-03

1. Les `okr_config/objectives/2026-w48.yaml`: ett mål, fire nøkkelresultater. Endre måltall og titler som dere vil, og
   kjør så `okr check`. `okr add key-result` skriver ett til.
2. Hvor tallene kommer fra:
   - Bluesky: `okr connect bluesky`
   - Mastodon: `okr connect mastodon`
   - `numbers/numbers.csv`: skriv inn det ingen tjeneste forteller. De første linjene viser hvordan.
3. `okr run` henter tallene, regner ut og skriver siden; `okr open` viser den.
4. Hver uke: `okr run`, `okr status`, og `okr checkin` for det dere selv tror.

`okr doctor` forteller hva som er galt med en kilde, og hva som kan gjøres. Hemmeligheter står i `.env` og ingen andre
steder.
"""
NORWEGIAN_SHEET = """\
# Skriv tallene under linjen som begynner med metric, ett per linje. Linjer som begynner med # leses ikke.
# En dag uten salg kan utelates: den teller som 0. Besøkende er for en hel uke: grain er week, day er mandagen.
# Følgere er én rad for hver konto, slik den står den dagen. Penger har sin valuta. Eksempler:
# shop.units_sold;2026-11-23;2;;;
# shop.net_revenue;2026-11-23;398,00;;;NOK
# web.visitors;2026-11-16;41;week;;
# social.followers;2026-11-23;83;;instagram;
metric;day;value;grain;account;currency
"""


def test_the_conversation_in_english(tmp_path: Path, world: World) -> None:
    """Each answer is judged as it is typed, with the nearest name; the file says what was answered."""
    answers = ["", "mugs", "shopfy", "shopify", "-", "", "four", "4", "30", "", ""]

    result = CliRunner(env={"LANG": "en_GB.UTF-8", "LC_ALL": None, "LC_MESSAGES": None}).invoke(
        okr, ["init", str(tmp_path / "shop"), "--ask"], input="\n".join(answers) + "\n", obj=world
    )

    assert 0 == result.exit_code, result.output
    assert "'shopfy' is none of the shops: did you mean shopify?" in result.stderr
    assert "type a whole number from 1 to 104" in result.stderr
    assert "the period lasts to 2026-12-20" in result.stderr
    assert f"next: cd {tmp_path / 'shop'} && okr connect shopify" == result.stderr.splitlines()[-1]
    assert ENGLISH == (tmp_path / "shop/okr_config/objectives/2026-w48.yaml").read_text()


def test_the_conversation_in_norwegian(tmp_path: Path, world: World) -> None:
    """A Norwegian locale is obeyed; questions, comments, sheet, guide and .env are Norwegian."""
    answers = ["", "krus", "?", "-", "-", "bluesky, mastodon", "", "", "", ""]

    result = CliRunner(env={"LANG": "nb_NO.UTF-8", "LC_ALL": None, "LC_MESSAGES": None}).invoke(
        okr, ["init", str(tmp_path), "--ask"], input="\n".join(answers) + "\n", obj=world
    )

    assert 0 == result.exit_code, result.output
    assert "Hvilken nettbutikk" in result.stderr
    assert "bigcommerce, etsy" in result.stderr
    objectives = (tmp_path / "okr_config/objectives/2026-w48.yaml").read_text()
    assert "title: Selge 10 krus\n" in objectives
    assert "{title: Betaling virker, done: null}" in objectives
    assert NORWEGIAN_GUIDE == (tmp_path / "README.md").read_text()
    assert NORWEGIAN_SHEET == (tmp_path / "numbers/numbers.csv").read_text()
    assert (tmp_path / ".env").read_text().startswith("# Hemmelighetene")
    assert "Hemmeligheter står aldri her" in (tmp_path / "okr_config/sources.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], "nb_NO.UTF-8", ("nb", "2027-01-03")),
        ([], "C.UTF-8", ("en", "2027-01-03")),
        (["--lang", "en", "--weeks", "2"], "nn_NO", ("en", "2026-12-06")),
    ],
)
def test_without_a_terminal_options_say_it(
    tmp_path: Path, world: World, arguments: list[str], environ: str, expected: tuple[str, str]
) -> None:
    """Nothing is asked; the locale gives the language unless an option does."""
    result = CliRunner(env={"LANG": environ, "LC_ALL": None, "LC_MESSAGES": None}).invoke(
        okr, ["init", str(tmp_path), *arguments], obj=world
    )

    text = (tmp_path / "okr_config/objectives/2026-w48.yaml").read_text()
    assert 0 == result.exit_code, result.output
    assert f"language: {expected[0]}\n" in text
    assert f"end: {expected[1]}}}" in text


@pytest.mark.parametrize("language", ["en", "nb"])
def test_the_first_evening_is_never_off_track(tmp_path: Path, world: World, language: Language) -> None:
    """A fresh folder runs with the examples left in, and says of nothing that it goes badly; a day later neither."""
    write_project(tmp_path, Beginning(language), world)
    folder = Folder(tmp_path, world)

    first = folder.run()

    assert first.complete
    assert {"not_started", "no_data", "on_track"} >= set(first.scoreboard["status"].to_list())


@pytest.mark.parametrize("language", ["en", "nb"])
def test_the_examples_of_the_sheet_are_numbers_as_it_reads_them(
    tmp_path: Path, world: World, clock: Clock, language: Language
) -> None:
    """Without the mark before them they land, each with its grain, account and currency."""
    write_project(tmp_path, Beginning(language), world)
    path = tmp_path / "numbers" / "numbers.csv"
    *notes, header = path.read_text().splitlines()
    mark = ";" if language == "nb" else ","
    rows = [note.removeprefix("# ") for note in notes if note.count(mark) == header.count(mark)]
    path.write_text("\n".join([header, *rows]) + "\n")
    clock.move(days=1)
    folder = Folder(tmp_path, world)

    outcome = folder.run()

    assert [("ok", 4, 0)] == [(load.state, load.rows_read, load.rows_refused) for load in outcome.loads]
    landed = folder.query("select metric, grain, account, currency, value from stated_value order by metric").rows()
    assert [
        ("shop.net_revenue", "day", None, "NOK", 398),
        ("shop.units_sold", "day", None, None, 2),
        ("social.followers", "instant", "instagram", None, 83),
        ("web.visitors", "week", None, None, 41),
    ] == [(*row[:4], int(row[4])) for row in landed]
