"""`okr close`: the grades of a period that is over, taken down, and its retrospective."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from flows.commands._options import Choice, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.questions import ask_until
from flows.project.author import author_of
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.report.closing import Ended, read_ended, retrospective_path, write_retrospective
from scorecard.closing.grades import Grade
from scorecard.closing.retrospective import QUESTIONS, Closing, corrected, grade_in_words
from scorecard.i18n.closing_messages import say
from scorecard.i18n.messages import in_language


@click.command(epilog=examples("okr close 2026-q4"))
@click.argument("period", required=False)
@project_options
@json_option
@click.option(
    "--lang", type=Choice(["en", "nb"]), help="Language of the retrospective (default: the objective file's)."
)
@click.option("--no-ask", is_flag=True, help="Ask nothing: the questions stay as headings.")
@click.option("--author", help="Who closes it (default: OKR_AUTHOR, git's user.name, the user).")
def close(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None, *, period: str | None, as_json: bool, lang: str | None, no_ask: bool, author: str | None
) -> None:
    """
    Grade a period that is over and write its retrospective.

    Without PERIOD it is the newest that nobody has closed. Grades are taken down once and stay; numbers that are
    corrected later are told by the same command. At a terminal it asks what was learned; what is left empty stands as
    a heading in retrospectives/PERIOD.md; PERIOD.html beside it is the same as a page, with its charts.
    """
    with project_at(home) as project:
        project.reading.scored()
        ended = read_ended(project, period, lang)
        if ended.closed_at is None:
            asks = not (no_ask or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
            close_period(project, ended, author_of(project.environ, project.home, author), asks=asks)
        else:
            _tell_closed(project, ended)
        show_grades(ended, as_json=as_json)


def close_period(project: Project, ended: Ended, author: str, *, asks: bool) -> None:
    """Take down the grades and write the retrospective; one that is there already stays as it was edited."""
    grades, titles, language = ended.grades(), _titles(ended), ended.page.language
    ending = f" ({say(language, 'empty')})"
    learned, answers = dict.fromkeys(grades, ""), dict.fromkeys(QUESTIONS, "")
    if asks:
        for name in grades:
            output.say(f"{titles[name]}: {grade_in_words(language, grades[name])}")
            learned[name] = ask_until(say(language, "learned", title=titles[name]) + ending, str, default="")
        for question in QUESTIONS:
            answers[question] = ask_until(say(language, question) + ending, str, default="")
    rows: list[dict[str, Any]] = [{**asdict(grade), "learned": learned[name]} for name, grade in grades.items()]
    with write_warehouse(project) as warehouse:
        warehouse.grades.keep(ended.period.id, rows, author=author)
        warehouse.publish(project.published)
    name = project.name or ended.period.id
    closing = Closing(ended.page, name, grades, learned, answers, ended.today)
    for path, is_new in write_retrospective(project, closing):
        output.say(f"wrote {path}" if is_new else f"{path} is there already and stays as it is")


def show_grades(ended: Ended, *, as_json: bool) -> None:
    """Show the grades of a period."""
    grades = ended.grades()
    if as_json:
        output.put_json([asdict(grade) for grade in grades.values()])
        return
    output.put_table([_cells(ended, grade) for grade in grades.values()])
    output.next_step(f"okr init --from {ended.period.id}, for the next period")


def _tell_closed(project: Project, ended: Ended) -> None:
    output.say(f"{ended.period.id} was closed on {ended.closed_at:%Y-%m-%d}; its grades stay as they were")
    for sentence in corrected(ended.page, [*ended.grades().values()], _titles(ended)):
        output.say(sentence)
    path = retrospective_path(project, ended.period.id)
    for file in (path, path.with_suffix(".html")):
        if file.exists():
            output.say(f"retrospective  {file}")


def _titles(ended: Ended) -> dict[str, str]:
    page = ended.page
    return {
        score.key_result_id: in_language(
            page.defined[score.key_result_id].key_result.title if score.key_result_id in page.defined else score.title,
            page.language,
        )
        for score in page.scores
    }


def _cells(ended: Ended, grade: Grade) -> output.Row:
    unit = next((score.unit for score in ended.page.scores if score.key_result_id == grade.key_result_id), None)
    target = output.amount(grade.target, unit, grade.value)
    if grade.target_original != grade.target:
        target += f" (first {output.amount(grade.target_original, unit)})"
    return {
        "key result": grade.key_result_id,
        "grade": output.score(grade.score),
        "band": ("kept" if grade.hit else "broken") if grade.committed else grade.band or "-",
        "value": output.amount(grade.value, unit, grade.target),
        "target": target,
        "chance at half": output.percent(grade.probability_at_half),
        "team's": output.percent(grade.stated_at_half),
        "came": "reached" if grade.hit else "not",
    }
