"""What needs a decision, and whose."""

from collections.abc import Sequence
from dataclasses import dataclass

from scorecard.digest.data import DigestData
from scorecard.digest.moves import Move
from scorecard.i18n.digest_messages import count, say
from scorecard.i18n.formats import chance, day_short
from scorecard.score_row import ScoreRow
from scorecard.status import Status

_OPEN = (Status.OFF_TRACK, Status.MISSED)


@dataclass(frozen=True)
class Question:
    """A key result that waits for a decision, and the question in words."""

    score: ScoreRow
    owner: str | None
    text: str


def questions(data: DigestData, moved: tuple[Move, ...]) -> tuple[Question, ...]:
    """
    Return what waits for a decision, worst first.

    That is what is off track, missed, or at risk by more than luck, as long as nobody has decided since it became so.
    """
    fell = {move.score.key_result_id for move in moved if move.is_worse}
    found = [
        score
        for score in data.page.scores
        if score.status in _OPEN or (score.status == Status.AT_RISK and score.key_result_id in fell)
    ]
    return tuple(
        Question(score, data.owner_of(score), question(data, score)) for score in found if not is_decided(data, score)
    )


def question(data: DigestData, score: ScoreRow) -> str:
    """Ask what is to become of a key result."""
    language, owner = data.language, data.owner_of(score)
    key = "decision.over" if score.status == Status.MISSED else "decision"
    return say(
        language,
        key if owner else f"{key}.nobodys",
        owner=owner,
        title=say(language, "quoted", title=data.title_of(score)),
        status=say(language, f"status.{score.status}"),
        chance=chance(language, score.probability),
    )


def is_decided(data: DigestData, score: ScoreRow) -> bool:
    """Whether something was decided since a key result has its status."""
    row = data.decision_of.get(score.key_result_id)
    return row is not None and row["at"] is not None and row["at"] >= row["since"]


def decided(data: DigestData, score: ScoreRow) -> str:
    """Say what was decided about a key result last; nothing where nothing was since it has its status."""
    if not is_decided(data, score):
        return ""
    row, language = data.decision_of[score.key_result_id], data.language
    return say(
        language,
        "decision.made",
        title=say(language, "quoted", title=data.title_of(score)),
        status=say(language, f"status.{score.status}"),
        author=row["author"],
        when=day_short(language, data.page.local(row["at"]).date()),
        text=row["text"],
    )


def decision(data: DigestData, asked: Sequence[Question]) -> str:
    """Ask the one question that matters most; without one say what was decided, or that nothing waits."""
    language = data.language
    if asked:
        more = len(asked) - 1
        return f"{asked[0].text} {count(language, 'decision.more', more)}" if more else asked[0].text
    told = (decided(data, score) for score in data.page.scores if score.status in _OPEN)
    return next(filter(None, told), say(language, "decision.none"))
