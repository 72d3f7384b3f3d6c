"""`okr record`: how published chances came true, as a table and a page that anybody can check."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from flows.commands._options import Choice, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.report.record import Record, first_difference, instant_of_record, kept_record, make_record
from scorecard.forecasting.record import Figure
from scorecard.page.record import WHO, render_record

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True, epilog=examples("okr record -o record.html", "okr record verify record.html"))
@project_options
@json_option
@click.option("-o", "--output", "destination", type=_FILE, help="Write the page there, fit to be shown to strangers.")
@click.option("--lang", type=Choice(["en", "nb"]), default="en", help="The page's language (default: en).")
@click.pass_context
def record(context: click.Context, home: Path | None, *, destination: Path | None, lang: str, as_json: bool) -> None:
    """
    Show how published chances came true, as a record to check.

    Ours beside the team's beside even odds, over all closed key results, with error bars and the published score that
    each rests on. Of what is tagged private no title is shown.
    """
    if context.invoked_subcommand:
        return
    with project_at(home) as project:
        made = make_record(project)
        if destination:
            page = render_record(made, "nb" if lang == "nb" else "en")
            project.world.write(destination, page.encode(), 0o644)
            output.put(str(destination))
            output.next_step(f"okr record verify {destination}")
        elif as_json:
            output.put(made.as_json())
        else:
            put_record(made)


@record.command()
@click.argument("file", type=_FILE)
@project_options
def verify(file: Path, home: Path | None) -> None:
    """Make the record in FILE again from the warehouse, as of its instant, and compare it bit for bit."""
    with project_at(home) as project:
        sys.exit(verify_record(project, file))


def verify_record(project: Project, file: Path) -> int:
    """Say whether a record holds; return the exit code, 1 where it does not."""
    kept = kept_record(file)
    made = make_record(project, instant_of_record(kept, file))
    difference = first_difference(kept, made.as_json())
    if difference:
        output.say(f"the record does not hold: {difference}")
        output.next_step("okr restore, where the warehouse is not the one it was made from")
        return 1
    output.put(
        f"the record holds, bit for bit: {len(made.rows)} chances of {made.key_results} key results,"
        f" as known at {made.known_at.isoformat()}"
    )
    output.next_step("okr calibration")
    return 0


def put_record(made: Record) -> None:
    """Show the scores and the chances that they rest on."""
    if not made.rows:
        output.say("no key result has closed yet")
        output.next_step("okr status")
        return
    output.put_table(list(_lines(made)))
    output.put_table(
        [
            {
                "key result": row["key_result_id"],
                "at": output.percent(row["stage"]),
                "ours": output.percent(row["measured"]),
                "the team's": output.percent(row["stated"]),
                "came true": row["hit"],
                "run": row["run_id"],
            }
            for row in made.rows
        ]
    )
    output.say(
        "Brier = miscalibration - resolution + uncertainty; 0 is perfect; 95 % in brackets, counting key results"
    )
    output.next_step("okr record -o record.html, the page; okr calibration, the picture")


def _lines(made: Record) -> Iterator[output.Row]:
    for line in made.lines:
        yield {
            "who": WHO["en"][line.who],
            "brier": _figure(line.brier),
            "miscalibration": _figure(line.miscalibration),
            "resolution": _figure(line.resolution),
            "uncertainty": _figure(line.uncertainty),
            "key results": line.key_results,
        }


def _figure(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
