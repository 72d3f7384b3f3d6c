"""`okr review`, the meeting (flows.commands.review, flows.console.confidence, scorecard.i18n.meeting_messages)."""

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.commands.review import AtTerminal, walk
from flows.console.confidence import confidence_of
from flows.console.questions import UnfitError
from flows.report.digest import read_digest
from okr_config.errors import UsageError
from okr_config.world import World
from scorecard.forecasting.pooling import Direction, confidence_by
from scorecard.i18n import meeting_messages
from tests.conftest import Clock
from tests.flows.made_once import MadeOnce
from tests.flows.notify.conftest import a_team_behind
from tests.flows.project_folder import Folder


@dataclass
class Typist:
    """Answers what was prepared, in order; what does not fit is answered once more with the next."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def ask(self, label: str, judge: Callable[[str], str]) -> str:
        """Answer."""
        while True:
            self.asked.append(label)
            try:
                return judge(self.answers.pop(0))
            except UnfitError as error:
                self.refused.append(str(error))


@pytest.fixture
def run(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return the folder after its second run: sales off track, members without a number, calls achieved."""
    return made_once.copy(a_team_behind, tmp_path / "project", world, clock)


def meet(folder: Folder, *answers: str, owner: str | None = None, language: str | None = None) -> Typist:
    """Hold the meeting."""
    project, typist = folder.project(), Typist(list(answers))
    walk(project, read_digest(project, language=language), owner, typist, "Ola")
    return typist


def test_the_meeting_goes_worst_first_and_keeps_what_is_said(
    run: Folder, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers, what changed, the question; then confidence, note and decision, each with its author."""
    clock.move(hours=1)
    meet(run, "3/10", "the stall is closed", "open it on Saturdays", "", "", "")
    told = capsys.readouterr().err.replace("\N{NO-BREAK SPACE}", " ")
    said = run.query("select key_result_id, author, confidence, note from check_in").rows()

    assert [("sales", "Ola", 3.0, "the stall is closed")] == said
    assert [("sales", "Ola", "open it on Saturdays")] == (
        run.query('select key_result_id, author, "text" from decision').rows()
    )
    assert "1 of 2: “Sales” (sales), owner Kari\n◆ off track: We stand at 94 against a target of 180" in told
    assert "“Sales”: stands at 94 of 180; chance 77% → 11%, from on track to off track." in told
    assert "Kari, one decision: “Sales” is off track (11%)." in told
    assert "2 of 2: “Members” (members)" in told
    assert "2 have been gone through. 1 decision." in told


def test_a_decision_answers_the_digests_question(run: Folder, clock: Clock) -> None:
    """What the meeting decided stands in the digest and in okr notes."""
    clock.move(hours=1)
    meet(run, "", "", "open it on Saturdays", "q")
    digest, notes = run.ask("digest").stdout, run.ask("notes").stdout

    assert "“Sales” is off track; Ola decided on 23 Nov: “open it on Saturdays”" in digest.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "decided: open it on Saturdays" in notes


def test_it_stops_where_it_is_told_to(run: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is kept of what nobody answered."""
    meet(run, "q", language="nb")

    assert 0 == run.query("from check_in").height
    assert "0 er gått gjennom." in capsys.readouterr().err


def test_a_confidence_that_is_none_is_asked_for_again(run: Folder) -> None:
    """With the forms that are taken."""
    typist = meet(run, "11", "sure", "8", "", "", owner="Kari")

    assert ["type a number from 0 to 10, such as 8 or 8/10, or +, = or -"] * 2 == typist.refused
    assert [8.0] == run.query("select confidence from check_in")["confidence"].to_list()


def test_a_direction_takes_two_keystrokes(run: Folder) -> None:
    """A sign states a confidence on that side of the chance that is shown, in place of a number."""
    shown = run.score("sales")["probability"]
    meet(run, "-", "", "", "q", owner="Kari")
    (kept,) = run.query("select confidence from check_in")["confidence"].to_list()

    assert confidence_by(Direction.WORSE, shown) == kept
    assert kept < 10 * shown


def test_a_direction_needs_a_chance(run: Folder) -> None:
    """Where no chance is shown a sign is asked for again."""
    typist = meet(run, "", "", "", "+", "6", "", "")

    assert ["no chance stands here that could be better or worse: type a number from 0 to 10"] == typist.refused


def test_somebody_unknown_is_told_who_there_is(run: Folder) -> None:
    """As everywhere."""
    with pytest.raises(UsageError, match="unknown owner 'Kary'"):
        meet(run, owner="Kary")


def test_without_a_terminal_it_says_what_does_instead(run: Folder) -> None:
    """A pipe cannot answer."""
    result = run.ask("review")

    assert 2 == result.exit_code
    assert "okr review asks at a terminal\n  this is a pipe or a file\n  next: okr digest" in result.stderr


def test_at_a_terminal_an_answer_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed is judged as it is."""
    monkeypatch.setattr("click.prompt", lambda *_, **__: " 8/10 ")

    assert "8/10" == AtTerminal("nb").ask("?", str)


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("8", 8.0), ("8/10", 8.0), ("7,5 / 10", 7.5), ("0", 0.0), ("10", 10.0)]
    + [(text, None) for text in ("11", "8/5", "80 %", "-1", "", "ti", "8/10/10")],
)
def test_how_sure_people_are_in_their_own_forms(text: str, confidence: float | None) -> None:
    """Of ten, with or without saying so."""
    assert confidence == confidence_of(text)


def test_checkin_takes_the_same_forms(run: Folder) -> None:
    """One rule for both commands."""
    kept, refused = (run.ask("checkin", "sales", "--confidence", text) for text in ("8/10", "80 %"))

    assert [8.0] == run.query("select confidence from check_in")["confidence"].to_list()
    assert [0, 2] == [kept.exit_code, refused.exit_code]
    assert "'80 %' is no confidence from 0 to 10, such as 8 or 8/10" in refused.stderr


def test_both_languages_fill_in_the_same_words() -> None:
    """No text names a value in one language that the other leaves out."""
    names = [
        [sorted({field for _, field, _, _ in string.Formatter().parse(text) if field}) for text in pair]
        for pair in meeting_messages.TEXTS.values()
    ]

    assert [] == [pair for pair in names if pair[0] != pair[1]]
