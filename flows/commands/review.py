"""`okr review`: the meeting, key result by key result, worst first."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import click

from flows.commands._options import Choice, examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.confidence import confidence_of
from flows.console.questions import UnfitError, ask_until
from flows.project.author import author_of
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.report.digest import read_digest
from okr_config.errors import UsageError
from scorecard.digest.data import DigestData
from scorecard.digest.decision import decided, is_decided, question
from scorecard.digest.moves import move_of
from scorecard.forecasting.pooling import Direction, confidence_by
from scorecard.i18n.digest_messages import say as say_of_week
from scorecard.i18n.formats import day_short
from scorecard.i18n.language import Language
from scorecard.i18n.meeting_messages import count, say
from scorecard.score_row import ScoreRow
from scorecard.status import BAD, DECIDED, LOOKS, Status

_DIRECTIONS = {"+": Direction.BETTER, "=": Direction.SAME, "-": Direction.WORSE}
_ENDS = ("q", "quit", "slutt")
_NOT_WALKED = (Status.ACHIEVED, Status.NOT_STARTED)
_ASKED = (*BAD, Status.AT_RISK)


@click.command(epilog=examples("okr review --owner Kari"))
@project_options
@click.option("--period", "period_id", metavar="ID", help="The period to go through (default: the one under way).")
@click.option("--owner", help="Only the key results of one person.")
@click.option("--lang", type=Choice(["en", "nb"]), help="The language to ask in (default: the objective file's).")
@click.option("--author", help="Who says it (default: OKR_AUTHOR, git's user.name, the user).")
def review(
    home: Path | None, *, period_id: str | None, owner: str | None, lang: str | None, author: str | None
) -> None:
    """
    Go through the key results at the terminal, worst first.

    Of each: its numbers, what changed since a week ago, and the question. How sure the team is, a note and what is
    decided are kept as they are typed; what is left empty stays as it was.
    """
    with project_at(home) as project:
        project.reading.scored()
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(
                "okr review asks at a terminal",
                where="this is a pipe or a file",
                next_step="okr digest, to read it; okr checkin KEY_RESULT --confidence 8/10 --note ..., to answer",
            )
        data = read_digest(project, language=lang, period_id=period_id)
        walk(project, data, owner, AtTerminal(data.language), author_of(project.environ, project.home, author))


class Asks(Protocol):
    """Somebody who can be asked."""

    def ask(self, label: str, judge: Callable[[str], str]) -> str:
        """Return an answer that fits; empty is one."""


@dataclass(frozen=True)
class AtTerminal:
    """Somebody at the terminal, who may answer once more."""

    language: Language

    def ask(self, label: str, judge: Callable[[str], str]) -> str:
        """Ask until the answer fits."""
        return ask_until(label, judge, default="")


def walk(project: Project, data: DigestData, owner: str | None, person: Asks, author: str) -> None:
    """
    Go through what is under way or was missed; whoever is asked may stop at any key result.

    Raises:
        UsageError: when nobody of that name answers for anything.
    """
    language = data.language
    scores = chosen(data, owner)
    decisions = gone_through = 0
    for place, score in enumerate(scores, 1):
        _show(data, score, place, len(scores))
        confidence = person.ask(say(language, "review.confidence"), partial(_judged, language, score))
        if confidence in _ENDS:
            break
        note = person.ask(say(language, "review.says"), str)
        decision = person.ask(say(language, "review.decision"), str)
        gone_through += 1
        decisions += bool(decision)
        if confidence or note or decision:
            _keep(project, score, _confidence(score, confidence), note, decision, author=author)
            output.say(say(language, "review.kept"))
    ending = [count(language, "review.end", gone_through)] if scores else [say(language, "review.nothing")]
    if decisions:
        ending.append(count(language, "review.end.decided", decisions))
    output.say(" ".join(ending))
    output.next_step("okr score, to see it on the scoreboard" if gone_through else "okr status")


def chosen(data: DigestData, owner: str | None) -> Sequence[ScoreRow]:
    """Return the key results to go through, worst first."""
    owners = {name for score in data.page.scores if (name := data.owner_of(score))}
    if owner is not None and owner not in owners:
        raise UsageError.unknown("owner", owner, sorted(owners), next_step="okr status")
    return [
        score for score in data.page.scores if score.status not in _NOT_WALKED and owner in (None, data.owner_of(score))
    ]


def _show(data: DigestData, score: ScoreRow, place: int, among: int) -> None:
    language, owner = data.language, data.owner_of(score)
    title = say_of_week(language, "quoted", title=data.title_of(score))
    key = "review.head.owner" if owner else "review.head"
    output.say("")
    output.say(say(language, key, place=place, all=among, title=title, id=score.key_result_id, owner=owner))
    status = f"{LOOKS[score.status].shape} {say_of_week(language, f'status.{score.status}')}"
    output.say(say(language, "review.stands", status=status, explanation=score.explanation or ""))
    if score.outlook and score.outlook not in (score.explanation or ""):
        output.say(score.outlook)
    if score.key_result_id in data.before:
        output.say(move_of(data, score).text)
    for row in data.page.check_ins.filter(key_result_id=score.key_result_id).iter_rows(named=True):
        when = day_short(language, data.page.local(row["at"]).date())
        output.say(say(language, "review.note", author=row["author"], when=when, note=row["note"]))
    if is_decided(data, score):
        output.say(decided(data, score))
    elif score.status in _ASKED:
        output.say(question(data, score))


def _judged(language: Language, score: ScoreRow, text: str) -> str:
    if text in _DIRECTIONS and (score.probability is None or score.status in DECIDED):
        raise UnfitError(say(language, "wrong.direction"))
    if text and text not in (*_ENDS, *_DIRECTIONS) and confidence_of(text) is None:
        raise UnfitError(say(language, "wrong.confidence"))
    return text


def _confidence(score: ScoreRow, text: str) -> float | None:
    """Return the confidence that was typed, or that a direction states beside the chance that was shown."""
    if text in _DIRECTIONS and score.probability is not None:
        return confidence_by(_DIRECTIONS[text], score.probability)
    return confidence_of(text) if text else None


def _keep(  # noqa: PLR0913 - what a person may say of a key result
    project: Project, score: ScoreRow, confidence: float | None, note: str, decision: str, *, author: str
) -> None:
    with write_warehouse(project) as warehouse:
        if confidence is not None or note:
            warehouse.words.add_check_in(score.key_result_id, author=author, confidence=confidence, note=note)
        if decision:
            warehouse.words.add_decision(score.key_result_id, author=author, text=decision)
        warehouse.publish(project.published)
