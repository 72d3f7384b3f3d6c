"""`okr effect`: what noted events brought (.effect, flows.goals.effects, .effect_days, .effect_subjects)."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.command import invoke
from tests.flows.project_folder import FILE_SOURCE, Folder

pytestmark = pytest.mark.slow

FIRST, BEGIN = date(2026, 8, 1), date(2026, 10, 19)
KNOWN, CAMPAIGN = 114, 14
TERM = """\
period: {{id: term, start: 2026-10-01, end: 2026-12-31}}
timezone: Europe/Oslo
language: {language}
objectives:
  - id: blog
    title: A blog that is read
    key_results:
      - {{id: sales, title: Sell 40, metric: shop.units_sold, kind: total, target: 40, confidence: 5}}
      - {{id: visits, title: Visits, metric: sheet.visits, kind: total, target: 14000, confidence: 5}}
      - {{id: followers, title: Followers, metric: social.followers, kind: level, baseline: 1100, target: 1400}}
      - {{id: basket, title: Basket, metric: shop.average_order_value, kind: ratio, target: 500}}
"""


def blog(folder: Folder, language: str = "en", unknown: str = "none", **times: float) -> Folder:
    """
    Run a blog on the 114th of its days; a campaign of a fortnight multiplied what `times` names.

    Rows that begin with `unknown` are left out.
    """
    draw = np.random.default_rng(4)
    begin = (BEGIN - FIRST).days
    factor = np.ones(KNOWN)
    weather = np.repeat(np.exp(draw.normal(0.0, 0.25, KNOWN // 7 + 1)), 7)[:KNOWN]
    daily = {
        "shop.units_sold": draw.poisson(0.4, KNOWN),
        "sheet.visits": draw.poisson(120 * weather),
        "sheet.reads": draw.poisson(300 * weather),
        "social.followers": draw.poisson(3.0, KNOWN),
    }
    rows = ["metric,day,value"]
    for metric, values in daily.items():
        factor[begin : begin + CAMPAIGN] = times.get(metric.partition(".")[2], 1.0)
        counts = np.round(values * factor).astype(int)
        counts = 1100 + np.cumsum(counts) if metric == "social.followers" else counts
        rows += [f"{metric},{FIRST + timedelta(days=day)},{count}" for day, count in enumerate(counts)]
    folder.write("numbers/numbers.csv", "\n".join(row for row in rows if not row.startswith(unknown)) + "\n")
    folder.write("okr_config/metrics.yaml", "metrics:\n  - {id: sheet.reads}\n")
    folder.write("okr_config/objectives/term.yaml", TERM.format(language=language))
    folder.world = still_world(Clock(datetime(2026, 11, 23, 8, tzinfo=UTC)))
    folder.run()
    return folder


def note(folder: Folder, name: str = "Campaign", *options: str, on: date = BEGIN, days: int = CAMPAIGN) -> None:
    """Note an event."""
    last = on + timedelta(days=days - 1)
    assert 0 == folder.ask("note", name, "--on", str(on), "--to", str(last), *options).exit_code


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a blog with a campaign that changed nothing, and a note of before its numbers; only to be read."""
    made = Folder(tmp_path_factory.mktemp("blog") / "project", still_world(Clock()))
    made.write("okr_config/sources.yaml", FILE_SOURCE)
    blog(made)
    note(made)
    note(made, "Early", on=date(2026, 7, 3))
    return made


def rows(folder: Folder, *arguments: str) -> dict[str, dict[str, object]]:
    """Ask for effects and return them by metric."""
    return {row["metric"]: row for row in json.loads(folder.ask("effect", *arguments, "--json").stdout)}


def test_what_changed_shows_and_what_did_not_cannot_be_told(folder: Folder) -> None:
    """Doubled visits show, in a range that holds what was added; of a few sales nobody can tell."""
    blog(folder, visits=2.0)
    note(folder)
    found = rows(folder, "Campaign")

    assert {"shop.units_sold": "unclear", "sheet.visits": "more", "social.followers": "unclear"} == {
        metric: row["verdict"] for metric, row in found.items()
    }
    assert 0 < found["sheet.visits"]["low"] < found["sheet.visits"]["came"] / 2 < found["sheet.visits"]["high"]
    assert found["shop.units_sold"]["low"] <= 0 <= found["shop.units_sold"]["high"]
    assert found["shop.units_sold"]["detectable"] > 0


@pytest.mark.parametrize(
    ("language", "times", "sentence"),
    [
        (
            "en",
            {},
            (
                "units sold, 19 October 2026 to 1 November 2026: cannot tell; only more than 8 extra would have shown."
                " 11 came, and anything from 1 to 11 could have come anyway."
            ),
        ),
        (
            "nb",
            {"units_sold": 2.0},
            (
                "solgte enheter, 19. oktober 2026 til 1. november 2026: 22 kom, rundt 5 ville kommet uansett. Det er 17"
                " mer (11 til 21), 340 % mer enn ventet."
            ),
        ),
        (
            "en",
            {"followers": 2.0},
            (
                "followers, 19 October 2026 to 1 November 2026: 104 came, about 38 would have come anyway. That is 66"
                " more (47 to 78), 174% more than was to be expected."
            ),
        ),
        (
            "nb",
            {"followers": 2.0},
            (
                "solgte enheter, 19. oktober 2026 til 1. november 2026: kan ikke si det; bare mer enn 8 ekstra ville ha"
                " vist seg. 11 kom, og alt fra 1 til 11 kunne kommet uansett."
            ),
        ),
    ],
)
def test_it_is_told_in_plain_words(folder: Folder, language: str, times: dict[str, float], sentence: str) -> None:
    """In the language of the file, without a statistician's word."""
    blog(folder, language, **times)
    note(folder)
    shown = " ".join(folder.ask("effect", "Campaign").stdout.split("\n  ")).replace("\N{NO-BREAK SPACE}", " ")

    assert sentence in shown
    assert "signifi" not in shown


def test_the_chance_it_names_is_that_of_the_page_and_the_what_if(folder: Folder) -> None:
    """What the effect did to a key result begins from its one published chance; without it, less is likely."""
    blog(folder, visits=2.0)
    note(folder, "Campaign", "--metric", "sheet.visits")
    (chance,) = rows(folder, "Campaign")["sheet.visits"]["chances"]
    now = json.loads(folder.ask("whatif", "visits", "--json").stdout)[0]

    assert "visits" == chance["key_result_id"]
    assert folder.score("visits")["probability"] == chance["probability"] == now["probability"]
    assert chance["probability_without"] < chance["probability"]


def test_events_that_overlap_are_told_as_one(folder: Folder) -> None:
    """Whichever of them is asked for, their days are told together, and once."""
    blog(folder)
    note(folder, "Campaign", "--metric", "sheet.visits")
    note(folder, "Letter", "--metric", "sheet.visits", on=BEGIN + timedelta(days=10), days=7)
    note(folder, "Fair", "--metric", "social.followers", on=BEGIN + timedelta(days=10), days=7)
    both = json.loads(folder.ask("effect", "--json").stdout)

    assert [["Fair"], ["Campaign", "Letter"]] == sorted((row["notes"] for row in both), key=len)
    assert rows(folder, "Letter") == rows(folder, "Campaign")
    assert ("2026-10-19", "2026-11-04") == (both[0]["first_day"], max(row["last_day"] for row in both))


def test_notes_that_overlap_one_that_is_too_long_say_which(folder: Folder) -> None:
    """Who asks for a fortnight is told whose days make it too long."""
    blog(folder)
    note(folder)
    note(folder, "Rebuilding", on=date(2026, 8, 20), days=70)

    ended = folder.ask("effect", "Campaign", "--metric", "sheet.visits")

    assert 2 == ended.exit_code
    assert [
        "sheet.visits: it takes 74 days, and only 19 are known before it",
        "  «Campaign», told as one with «Rebuilding», which overlaps it",
        "  next: okr note NAME --remove, of what is too long",
    ] == ended.stderr.splitlines()


def test_days_of_which_none_is_known_have_no_effect(folder: Folder) -> None:
    """A source that was down for all of an event says nothing of it, not that nothing came."""
    blog(folder, unknown="social.followers,2026-10-2")
    note(folder, "Outage", "--metric", "social.followers", on=date(2026, 10, 20), days=10)

    ended = folder.ask("effect", "Outage")

    assert 2 == ended.exit_code
    assert "followers: of the 10 days from 20 October 2026 none is known" == (
        ended.stderr.splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")
    )


def test_a_control_that_the_same_luck_touches_narrows_the_range(folder: Folder) -> None:
    """Reads go up and down with visits, and were not touched; sales have nothing to say of them."""
    blog(folder, visits=1.5)
    note(folder, "Campaign", "--metric", "sheet.visits")
    alone, held, unlike = (
        rows(folder, "Campaign", *control)["sheet.visits"]
        for control in ((), ("--control", "sheet.reads"), ("--control", "shop.units_sold"))
    )

    wide, narrow = ((row["high"] - row["low"]) / row["foreseen"] for row in (alone, held))
    assert narrow < 0.9 * wide
    assert "Held against sheet.reads, which leaves" in held["text"]
    assert "units sold goes up and down in its own way" in unlike["text"]


def test_a_note_dated_after_the_data_says_so(folder: Folder) -> None:
    """There is nothing to measure, and that is no fault."""
    blog(folder)
    note(folder, "Later", "--metric", "sheet.visits", on=date(2026, 12, 3))
    ended = folder.ask("effect", "Later")

    assert 0 == ended.exit_code
    assert "it begins on 3 December 2026, after the newest day known (22 November 2026)" in ended.stdout.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_an_event_that_goes_on_is_told_so_far(folder: Folder) -> None:
    """Only whole days that have passed count."""
    blog(folder)
    note(folder, "Sale", "--metric", "sheet.visits", on=date(2026, 11, 20))
    row = rows(folder, "Sale")["sheet.visits"]

    assert 3 == row["days_known"]
    assert "It is not over: 3 of 14 days count." in row["text"]


def test_a_plan_tells_what_would_show_before_anything_happened(folder: Folder) -> None:
    """The size that is told beforehand is the one that is told afterwards; more days need more."""
    blog(folder)
    plan = json.loads(
        folder.ask(
            "effect", "--plan", "--metric", "shop.units_sold", "--days", "14", "--on", str(BEGIN), "--json"
        ).stdout
    )[0]
    longer = json.loads(folder.ask("effect", "--plan", "--metric", "shop.units_sold", "--days", "42", "--json").stdout)[
        0
    ]
    note(folder)

    assert ("planned", None, 8.0) == (plan["verdict"], plan["came"], plan["detectable"])
    assert plan["detectable"] == rows(folder, "Campaign")["shop.units_sold"]["detectable"] < longer["detectable"]
    assert plan["text"].replace("\N{NO-BREAK SPACE}", " ").startswith("units sold: about ")


def test_a_plan_for_public_holidays_has_less_coming_anyway(folder: Folder) -> None:
    """A week of Easter and one before it have the same history, and the holidays of their own days."""
    blog(folder).write("okr_config/project.yaml", "country: NO\n")
    usual, easter = (
        json.loads(
            folder.ask("effect", "--plan", "--metric", "sheet.visits", "--days", "7", "--on", on, "--json").stdout
        )[0]["foreseen"]
        for on in ("2027-03-15", "2027-03-22")
    )

    # Thursday, Friday and Sunday
    assert 0.55 <= easter / usual <= 0.7


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("Campaig",), "unknown note 'Campaig'"),
        (("Campaign", "--metric", "sheet.visit"), "unknown metric 'sheet.visit'"),
        (("Campaign", "--control", "sheet.read"), "unknown metric 'sheet.read'"),
        (("Campaign", "--metric", "sheet.visits", "--control", "sheet.visits"), "a metric is no control of itself"),
        (("Campaign", "--metric", "shop.average_order_value"), "an effect is measured on what adds up or grows"),
        (
            ("Campaign", "--metric", "sheet.visits", "--days", "200"),
            "it takes 200 days, and only 79 are known before it",
        ),
        (("Early", "--metric", "sheet.visits"), "the numbers begin on 1 August 2026"),
        (("--plan", "--metric", "sheet.visits", "--days", "200"), "it takes 200 days"),
        (("--plan", "--metric", "sheet.visits"), "a plan is for --metric and --days"),
        (("Campaign", "--on", "2026-10-01"), "--on is for a plan"),
    ],
)
def test_what_cannot_be_measured_is_refused(noted: Folder, arguments: tuple[str, ...], what: str) -> None:
    """What, where and next, with exit code 2."""
    ended = noted.ask("effect", *arguments)

    assert 2 == ended.exit_code
    assert what in ended.stderr.splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")
    assert ended.stderr.splitlines()[-1].startswith("  next: ")


def test_without_notes_the_next_step_is_to_write_one(folder: Folder, world: World) -> None:
    """Nothing is measured of nothing."""
    blog(folder)

    assert "no event is noted yet" in invoke(world, "effect", home=folder.home).stderr


def test_page_digest_and_explanation_say_what_the_command_says(folder: Folder) -> None:
    """One answer, in the reader's language; what is said of one key result is not said of another."""
    blog(folder, visits=2.0)
    note(folder, "Sale", "--metric", "sheet.visits", on=date(2026, 11, 9))
    said = str(rows(folder, "Sale")["sheet.visits"]["text"])
    pages = [folder.ask("report", "-o", "-", "--lang", language).stdout for language in ("en", "nb")]

    assert 1 == pages[0].count(f"(<bdi>{folder.query('from note')['author'][0]}</bdi>). {said}")
    assert "sheet.visits, 9. november 2026 til 22. november 2026: " in pages[1].replace("\N{NO-BREAK SPACE}", " ")
    assert f"«Sale»: {said}" in folder.ask("explain", "visits").stdout
    assert "«Sale»" not in folder.ask("explain", "sales").stdout
    assert said in folder.ask("digest").stdout
