"""Which numbers are missing, and who can bring them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from okr_config.kinds import RULES, Origin
from okr_config.models import Kind
from scorecard.digest.data import DigestData
from scorecard.i18n.digest_messages import say
from scorecard.i18n.formats import day_short
from scorecard.score_row import ScoreRow
from scorecard.span import judged_day
from scorecard.status import UNDECIDED, Flag, Status

_CADENCE = timedelta(days=7)
_LONGEST_ERROR = 120
_LATE = "freshness"


@dataclass(frozen=True)
class Missing:
    """A key result whose numbers are missing, who can bring them, and that in words; score is None for a source."""

    score: ScoreRow | None
    owner: str | None
    text: str


def missing(data: DigestData) -> tuple[Missing, ...]:
    """Return the sources that do not answer, the key results that wait for people's numbers, then what looks wrong."""
    return (*_sources(data), *_key_results(data), *_findings(data))


def _sources(data: DigestData) -> Iterator[Missing]:
    seen = set()
    for row in data.page.freshness.sort("source_id", "stream").iter_rows(named=True):
        if row["state"] in ("failing", "never") and row["source_id"] not in seen:
            seen.add(row["source_id"])
            error = (row["last_error"] or "-")[:_LONGEST_ERROR]
            yield Missing(None, None, say(data.language, "missing.source", source=row["source_id"], error=error))
        elif row["state"] == "stale" and row["source_id"] not in seen:
            seen.add(row["source_id"])
            when = _day(data, row["last_success_at"])
            yield Missing(None, None, say(data.language, "missing.source.stale", source=row["source_id"], when=when))


def _findings(data: DigestData) -> Iterator[Missing]:
    for row in data.page.quality.iter_rows(named=True):
        # what is late is told of the source and its key results
        if row["state"] == "silenced" or row["check_id"] == _LATE:
            continue
        about = " ".join(filter(None, (row["source_id"], row["subject"]))) or row["check_id"]
        yield Missing(None, None, say(data.language, "missing.finding", about=about, found=row["found"]))


def _key_results(data: DigestData) -> Iterator[Missing]:
    newest: Mapping[str, datetime] = dict(data.check_ins.iter_rows())
    for score in data.page.scores:
        if score.status not in UNDECIDED or Flag.FAILING_SOURCE in (score.flags or ()):
            continue
        key, at = _lack(score, newest.get(score.key_result_id))
        if key:
            owner, language = data.owner_of(score), data.language
            text = say(
                language,
                key,
                title=say(language, "quoted", title=data.title_of(score)),
                when="" if at is None else _day(data, at),
                key_result=score.key_result_id,
            )
            yield Missing(score, owner, say(language, "missing.owner", owner=owner, text=text) if owner else text)


def _lack(score: ScoreRow, checked_in: datetime | None) -> tuple[str, datetime | None]:
    """Return the key of what is missing, and since when."""
    if RULES[Kind(score.kind)].origin is Origin.CHECK_INS:
        if score.observed_at is None:
            return "missing.check_in.ever", None
        at = max(score.observed_at, checked_in or score.observed_at)
        return ("missing.check_in", at) if score.as_of - at > _CADENCE else ("", None)
    if score.status == Status.NO_DATA or score.value is None:
        return "missing.ever" if score.status == Status.NO_DATA else "missing.period", None
    if Flag.STALE in (score.flags or ()) and score.observed_at is not None:
        return "missing.since", score.observed_at
    return "", None


def _day(data: DigestData, at: datetime) -> str:
    return day_short(data.language, judged_day(at, data.page.zone))
