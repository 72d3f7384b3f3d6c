"""A company and its teams, from the files to terminal, page and digest (scorecard.parents)."""

import json

import pytest

from tests.flows.project_folder import FILE_SOURCE, Folder

COMPANY = """\
period: {id: y2026, start: 2026-01-01, end: 2026-12-31}
timezone: Europe/Oslo
language: en
objectives:
  - {id: company, title: Grow, owner: Board}
"""
TEAMS = """\
period: {id: q4, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that sells
    parent: company
    weight: 3
    owner: Ada
    key_results:
      - {id: sales, title: Sales, metric: sheet.sales, kind: total, target: 200}
      - {id: calls, title: Calls, metric: sheet.calls, kind: total, target: 9}
  - id: people
    title: People stay
    parent: company
    owner: Bo
    key_results:
      - {id: talks, title: Talks, metric: sheet.talks, kind: total, target: 10}
  - id: office
    title: A new office
    key_results:
      - {id: desks, title: Desks, metric: sheet.talks, kind: total, target: 40}
"""
NUMBERS = "metric,day,value\nsheet.sales,2026-10-02,100\nsheet.talks,2026-10-05,10\n"


@pytest.fixture
def teams(folder: Folder) -> Folder:
    """Return a folder that has run: sales half way, talks all the way, calls never counted."""
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", TEAMS)
    folder.write("okr_config/objectives/y2026.yaml", COMPANY)
    folder.write("numbers/n.csv", NUMBERS)
    folder.run()
    return folder


def test_a_company_comes_to_what_its_teams_come_to(teams: Folder) -> None:
    """0.5 three times and 1 once are 0.625, of a weight of which 5/8 has a score; the office counts nowhere else."""
    rows = json.loads(teams.ask("status", "--objectives", "--json").stdout)

    assert [
        ("company", None, 0.625, 0.625, 3, 1, "Board"),
        ("shop", "company", 0.5, 0.5, 2, 3, "Ada"),
        ("people", "company", 1.0, 1.0, 1, 1, "Bo"),
        ("office", None, 0.25, 1.0, 1, 1, None),
    ] == sorted(
        (
            (
                row["objective_id"],
                row["parent"],
                row["score"],
                row["coverage"],
                row["key_results"],
                row["weight"],
                row["owner"],
            )
            for row in rows
        ),
        key=lambda row: ["company", "shop", "people", "office"].index(row[0]),
    )


def test_parents_lead_in_the_terminal(teams: Folder) -> None:
    """Each stands below the one that it serves, in the scoreboard and in the table of objectives."""
    table = teams.ask("status", "--objectives").stdout
    board = teams.ask("status").stdout
    shop = teams.ask("status", "--objective", "company", "--json").stdout

    assert table.index("Grow") < table.index("> A shop that sells")
    assert table.index("Grow") < table.index("> People stay")
    assert board.index("Grow") < board.index("> A shop that sells") < board.index("Sales")
    assert "y2026, 63 % covered" in board
    assert {"sales", "calls", "talks"} == {row["key_result_id"] for row in json.loads(shop)}


def test_a_parent_is_explained_by_whom_it_rests_on(teams: Folder) -> None:
    """Scores, weights and coverage of those that serve it stand in its arithmetic."""
    told = teams.ask("explain", "company").stdout.splitlines()

    assert [
        "Grow (company)",
        "",
        "score        0.625   weighted mean, over 0.63 of the weight",
        "served by    people 1.00, weight 1, 1.00 of its own weight scored",
        "             shop 0.50, weight 3, 0.50 of its own weight scored",
    ] == told[:5]


def test_parents_lead_on_the_page_and_in_the_digest(teams: Folder) -> None:
    """The table begins with the company, of another period; sections tell whom they serve, the digest what it is."""
    page = (teams.project().page).read_text("utf-8")
    table = page[page.index('<table class="objectives">') :].split("</table>")[0]
    digest = teams.ask("digest").stdout

    assert table.index("Grow") < table.index("People stay") < table.index("A shop that sells")
    assert 2 == table.count('class="below1"')
    assert "It serves" in page
    assert "“Grow” stands at 0.63 of 1, with numbers for 63% of the weight." in digest.replace("\n", " ")


def test_a_parent_that_is_gone_is_gone(teams: Folder) -> None:
    """When nobody serves it any more it leaves the scoreboard, and the teams stand on their own."""
    (teams.home / "okr_config/objectives/y2026.yaml").unlink()
    teams.write("okr_config/objectives/term.yaml", TEAMS.replace("    parent: company\n", ""))
    teams.run()

    rows = teams.query("select objective_id, parent from objective_scoreboard order by 1").rows()

    assert [("office", None), ("people", None), ("shop", None)] == rows


def test_a_period_of_parents_alone_has_its_page(teams: Folder) -> None:
    """Its days, its objective's score and whom it is served by; the list of periods leads to it."""
    pages = teams.home / "pages"
    written = teams.ask("report", "--all", str(pages))

    page = (pages / "y2026.html").read_text("utf-8") if written.exit_code == 0 else written.output

    assert "1 January 2026 to 31 December 2026" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "These objectives are measured by those that serve them" in page
    assert ["Grow", "A shop that sells", "People stay"] == [
        text for text in ("Grow", "A shop that sells", "People stay", "A new office") if text in page
    ]
    assert 3 == page[page.index('class="objectives"') :].split("</table>")[0].count('<th scope="row"')
    assert 'href="y2026.html"' in (pages / "index.html").read_text("utf-8")
