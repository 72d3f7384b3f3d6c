"""What the page says about the whole: the lead, what changed in a week, the sources, the method."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
from markupsafe import Markup

from scorecard.forecasting.calibration import learn
from scorecard.i18n.formats import NOTHING, Unit, chance, day_long, moment, number, percent
from scorecard.i18n.page_messages import count, say
from scorecard.page.cards import Card
from scorecard.page.data import PageData
from scorecard.span import judged_day

_EARLY = "early"
_TOLD_FIRST = ("achieved", "on_track", "at_risk", "off_track", "missed", "no_data", _EARLY, "not_started")
_LATE = ("stale", "failing", "never")
_LARGE_MOVE = 5  # percentage points
_MOST_MOVES = 5
_MOST_TARGETS = 10
_FEWEST_TOLD = 10  # chances of a tenth; fewer say nothing of how often such chances come true


@dataclass(frozen=True)
class Change:
    """A sentence on what moved, and how much it matters: larger comes first."""

    weight: float
    text: str


@dataclass(frozen=True)
class SourceRow:
    """One stream of a source, as text."""

    source: str
    stream: str
    state: str
    state_word: str
    newest: str
    last_success: str
    rows: str
    refused: str
    error: str


def heading(data: PageData) -> tuple[str, ...]:
    """Say which day the page is about and how long the period still lasts."""
    if data.as_of is None:
        return ()
    language, day = data.language, judged_day(data.as_of, data.zone)
    left = (data.period.end - day).days
    if day < data.period.start:
        rest = say(language, "period_not_begun")
    elif left < 0:
        rest = say(language, "period_over")
    else:
        rest = count(language, "days_left", left) if left else say(language, "last_day")
    when = day_long(language, day)
    return (say(language, "as_of", when=when), say(language, "week", n=day.isocalendar().week), rest)


def past(data: PageData) -> str:
    """Say that a page is about a day gone by, and with whose knowledge; nothing where it is about now."""
    if data.past_known_at is None or data.as_of is None:
        return ""
    key = "past.now" if data.past_knows_all else "past"
    when, then = (day_long(data.language, judged_day(at, data.zone)) for at in (data.as_of, data.past_known_at))
    return say(data.language, key, when=when, known=then)


def lead(data: PageData) -> tuple[str, ...]:
    """Count the key results by status and name the sources that are late; counts of zero are left out."""
    language, total = data.language, len(data.scores)
    if not total:
        return (say(language, "led" if data.roll_ups else "no_key_results"),)
    counts = Counter(_EARLY if data.is_early(score) else score.status for score in data.scores)
    told = [status for status in _TOLD_FIRST if counts[status]]
    said = [
        say(language, f"only.{told[0]}")
        if total == 1
        else count(language, f"first.{told[0]}", counts[told[0]], of=total)
    ]
    said += [count(language, f"next.{status}", counts[status]) for status in told[1:]]
    late = dict.fromkeys(row["source_id"] for row in _freshness(data) if row["state"] in _LATE)
    if late:
        said.append(count(language, "sources_late", len(late), names=", ".join(late)))
    return tuple(said)


def moves(data: PageData, cards: Mapping[str, Card]) -> tuple[str, ...]:
    """
    Say what moved since a week ago, or since the last report where that is longer ago.

    Pasts that were corrected come first, then statuses, then chances, largest first. Empty where nothing is known of
    before.
    """
    corrected = {row["key_result_id"]: row for row in data.restated.iter_rows(named=True)}
    told = [_correction(data, cards[name], row) for name, row in corrected.items() if name in cards]
    if data.week_ago.is_empty():
        return tuple(told)
    # a correction says what it did to the status itself
    said = {name: row["status_before"] for name, row in corrected.items() if row["status_before"] != row["status"]}
    before = {row["key_result_id"]: row for row in data.week_ago.iter_rows(named=True)}
    changes = [
        _move(data, card, before[name])
        for name, card in cards.items()
        if name in before and said.get(name) != before[name]["status"]
    ]
    largest = sorted((change for change in changes if change), key=lambda change: -change.weight)
    told += [change.text for change in largest[:_MOST_MOVES]]
    return tuple(told) or (_since(data, "changed.nothing"),)


def edits(data: PageData, cards: Mapping[str, Card]) -> tuple[str, ...]:
    """Say which targets were edited, newest first, and why."""
    rows = data.definitions_changed.sort("at", descending=True).head(_MOST_TARGETS)
    return tuple(
        _edit(data, cards[row["key_result_id"]], row)
        for row in rows.iter_rows(named=True)
        if row["key_result_id"] in cards
    )


def repairs(data: PageData) -> tuple[str, ...]:
    """Say which sources answer again after a failure of the past week."""
    return tuple(
        say(data.language, "changed.repaired", source=row["source_id"], when=_when(data, row["at"]))
        for row in data.repaired.iter_rows(named=True)
    )


def source_rows(data: PageData) -> tuple[SourceRow, ...]:
    """Tell every stream: its state, how new its data are, and what went wrong last."""
    return tuple(
        SourceRow(
            source=row["source_id"],
            stream=row["stream"],
            state=row["state"],
            state_word=say(data.language, f"state.{row['state']}"),
            newest=_when(data, row["newest_data_at"]),
            last_success=_when(data, row["last_success_at"]),
            rows=NOTHING if row["rows"] is None else number(data.language, Decimal(row["rows"])),
            refused=NOTHING if row["refused"] is None else number(data.language, Decimal(row["refused"])),
            error=row["last_error"] or "",
        )
        for row in _freshness(data)
    )


def findings(data: PageData) -> tuple[Markup, ...]:
    """Tell what looks wrong in what came, with the reason where the team says that it is right."""
    return tuple(
        Markup("{}: <span lang=en>{}</span>{}").format(
            " ".join(filter(None, (row["source_id"], row["subject"]))) or row["check_id"],
            f"{row['found']} ({row['expected']})" if row["expected"] else row["found"],
            Markup(" ") + data.written(row["reason"]) if row["state"] == "silenced" and row["reason"] else "",
        )
        for row in data.quality.iter_rows(named=True)
    )


def method(data: PageData) -> tuple[str, ...]:
    """Say how the numbers come about, and how often such chances came true."""
    keys = ("method.pace", "method.forecast", "method.chance", "method.status")
    return (*(say(data.language, key) for key in keys), *_calibration(data))


def _move(data: PageData, card: Card, before: Mapping[str, Any]) -> Change | None:
    language, score, title = data.language, card.score, card.title
    moved = abs(card.week_change or 0)
    if before["status"] != score.status:
        old, new = say(language, f"status.{before['status']}"), say(language, f"status.{score.status}")
        return Change(100 + moved, _since(data, "changed.status", title=title, old=old, new=new))
    if moved < _LARGE_MOVE or card.week_change is None:
        return None
    key = "changed.up" if card.week_change > 0 else "changed.down"
    old_chance = chance(language, before["probability"])
    return Change(moved, _since(data, key, title=title, old=old_chance, new=card.chance))


def _since(data: PageData, key: str, **words: object) -> str:
    """Say something of the past week, or of the time since the last report where that is longer."""
    days = data.days_since
    return say(data.language, key, **words) if days is None else say(data.language, f"{key}.since", n=days, **words)


def _correction(data: PageData, card: Card, row: Mapping[str, Any]) -> str:
    language, unit = data.language, Unit(data.language, card.score.unit or "")
    values = row["before"], row["after"]
    old, new = (unit.short(value, *values) for value in values)
    when = day_long(language, row["day"])
    text = say(language, "changed.restated", title=card.title, old=old, new=new, when=when, source=row["source_id"])
    if row["status_before"] in (None, row["status"]):
        return text
    was, became = (say(language, f"status.{row[name]}") for name in ("status_before", "status"))
    return text + Markup(" ") + say(language, "changed.restated.status", old=was, new=became)


def _edit(data: PageData, card: Card, row: Mapping[str, Any]) -> str:
    language, title = data.language, card.title
    when = day_long(language, data.local(row["at"]).date())
    if row["old_target"] == row["new_target"]:
        text = say(language, "changed.definition", title=title, when=when)
    else:
        unit = Unit(language, card.score.unit or "")
        targets = row["old_target"], row["new_target"]
        old, new = (unit.short(target, *targets) for target in targets)
        text = say(language, "changed.target", title=title, old=old, new=new, when=when)
    return text + Markup(" ") + data.written(row["reason"]) if row["reason"] else text


def _calibration(data: PageData) -> tuple[str, ...]:
    """Say how often chances of the tenth that was said most often came true."""
    rows = data.calibration.drop_nulls(["measured", "hit"])
    if rows.is_empty():
        return ()
    tenths = rows.with_columns((pl.col("measured") * 10).floor().clip(0, 9).cast(pl.Int64).alias("tenth"))
    most = tenths.group_by("tenth").agg(pl.len().alias("times"), pl.col("hit").cast(pl.Int64).sum())
    tenth, times, hits = most.sort("times", "tenth", descending=True).row(0)
    low, high = percent(data.language, tenth / 10), percent(data.language, (tenth + 1) / 10)
    if times < _FEWEST_TOLD:
        return ()
    told = count(data.language, "calibration", times, low=low, high=high, hits=hits)
    learnt = learn(rows).key_results
    return (told, say(data.language, "calibration.learnt", n=learnt)) if learnt else (told,)


def _freshness(data: PageData) -> Sequence[Mapping[str, Any]]:
    return data.freshness.sort("source_id", "stream").rows(named=True)


def _when(data: PageData, at: datetime | None) -> str:
    return NOTHING if at is None else moment(data.language, data.local(at))
