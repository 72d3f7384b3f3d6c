"""`okr digest`: the week in ten lines, shown or sent."""

import sys
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands._options import Choice, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.report.digest import read_digest
from flows.run.cadence import lateness
from okr_config.errors import UsageError
from scorecard.digest.digest import Digest, build_digest
from scorecard.digest.render import as_html, as_markdown, as_rows, as_text


@click.command(epilog=examples("okr digest --lang nb", "okr digest --to mailto://me:secret@example.org"))
@project_options
@json_option
@click.option("--lang", type=Choice(["en", "nb"]), help="Its language (default: the objective file's).")
@click.option("--period", "period_id", metavar="ID", help="The period to tell of (default: the one under way).")
@click.option("--owner", help="Only what is about the key results of one person.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--html", "form", flag_value="html", help="Print a piece of HTML.")
@click.option("--to", "addresses", multiple=True, metavar="URL", help="Send it there; may be repeated.")
def digest(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    as_json: bool,
    lang: str | None,
    period_id: str | None,
    owner: str | None,
    form: str | None,
    addresses: tuple[str, ...],
) -> None:
    """
    Tell the week in ten lines, or send it to people.

    What moved and why, what needs a decision and whose, what is missing. Moves that luck makes are no news. URL is the
    webhook of Slack, Teams or Discord, mailto://... or any address that apprise knows. Runs send it
    by themselves to those named under `notify` in project.yaml, each week once.
    """
    with project_at(home) as project:
        project.reading.scored()
        data = read_digest(project, language=lang, period_id=period_id)
        owners = {name for score in data.page.scores if (name := data.owner_of(score))}
        if owner is not None and owner not in owners:
            raise UsageError.unknown("owner", owner, sorted(owners), next_step="okr digest")
        told = build_digest(data, owner=owner)
        if addresses:
            sys.exit(send(project, told, addresses))
        if as_json:
            output.put_json(as_rows(told))
            return
        forms = {None: as_text, "markdown": as_markdown, "html": as_html}
        output.put(forms[form](told).rstrip("\n"))
        if late := lateness(project.reading, ZoneInfo(project.config(need_secrets=False).timezone)):
            output.say(late)
        output.next_step("okr review, to go through them; okr digest --to URL, to send it")


def send(project: Project, told: Digest, addresses: tuple[str, ...]) -> int:
    """Send a digest to each address, unless it was sent there just so; return the exit code."""
    from flows.notify.outbox import Message, send_once  # noqa: PLC0415 - few send, and what sends is large
    from flows.notify.recipients import recipient_of  # noqa: PLC0415

    subject = f"asked {sha256(as_text(told).encode()).hexdigest()[:16]}"
    messages = [Message("digest", recipient_of(address), (subject,), told) for address in addresses]
    code = 0
    with write_warehouse(project) as warehouse:
        for message in messages:
            outcome = send_once(warehouse, message, project.world)
            if outcome is None:
                output.say(f"{message.recipient.name}: it was sent there already, and has not changed since")
            elif outcome.error:
                output.say(f"{message.recipient.name}: not sent: {outcome.error} (tried {outcome.attempts} times)")
                code = 1
            else:
                output.say(f"{message.recipient.name}: sent")
        warehouse.publish(project.published)
    output.next_step("okr sql notification, to see what was sent" if not code else "the same once more")
    return code
