"""
Any JSON API, without code: where the list of records lies, which fields they have, how the pages follow each other.

`params` may hold {from} and {to}, the first and last day wanted, and {cursor}, {page} or {offset}. Expressions are
JMESPath; those of `fields` are relative to a record. A record without a value is left out: nobody knows it yet.

Of what adds up over days, a day without a record is 0 from the first record on to the last full day that was asked for
(`missing: unknown` turns that off). Before it nothing is known, since many APIs keep only the last weeks or months:
where the first record comes after the period's start, sums are marked as partial. `before: zero` says that there was
nothing then: of an API that keeps everything since its first day.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

import jmespath
import polars as pl
from pydantic import Field, model_validator

from connectors.generic._json_paging import (
    CursorPages,
    LinkedPages,
    NextUrlPages,
    NumberedPages,
    OffsetPages,
    OnePage,
    Pagination,
    Path,
)
from connectors.http import pagination
from connectors.http.errors import RequestError
from connectors.http.redaction import names_of
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.observations import ObservationSettings, grain_of, may_bring, observe, unit_of
from connectors.rows.periods import last_day
from connectors.source import Page, Pull, Silent, Source, Stream
from okr_config.models import Model

_NO_ERROR = frozenset({"0", "ok", "none", "success", "no_error", "false"})


class Fields(Model):
    """Where a record keeps what, as JMESPath relative to the record."""

    value: Path
    """Path to the number."""
    day: Path | None = None
    """Path to the day. It may be absent where the grain is instant: then it is the day of the pull."""
    account: Path | None = None
    """Path to the account, where there are several."""


class Settings(ObservationSettings):
    """An address that answers with JSON, and what its numbers are."""

    identity: ClassVar[tuple[str, ...]] = ("url", "metric", "records")
    follows_account: ClassVar[bool] = False

    url: Annotated[str, Field(pattern=r"^https?://[^/?#]+")]
    """Address that answers with JSON."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers to send: {Authorization: "Bearer ${TOKEN}"}."""
    params: dict[str, str] = Field(default_factory=dict)
    """Parameters to send; {from} and {to} are the days of the window: {from: "{from}", to: "{to}"}."""
    records: Path = "@"
    """JMESPath to the list of records; the answer itself unless it is given."""
    fields: Fields
    """JMESPath to each field, relative to a record: {day: date, value: total}."""
    metric: str
    """What the numbers are of: a built-in metric, or <id>.<name>."""
    unit: str | None = None
    """Unit of the numbers, where the metric is the team's own."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """Currency of the amounts, such as NOK."""
    additive: bool = True
    """Whether values of days may be summed, where the metric is the team's own."""
    grain: Literal["day", "week", "month", "instant"] | None = None
    """What a number is of: a day, a week, a month or an instant."""
    pagination: Annotated[Pagination, Field(discriminator="type")] = OnePage()
    """How one gets from page to page: {type: cursor, next: meta.next}; one answer holds it all unless it is given."""

    @model_validator(mode="after")
    def _is_about_a_metric(self) -> Self:
        if not may_bring(self.id, self.metric):
            raise ValueError(f"metric is neither a built-in one nor called {self.id}.<name>")
        if unit_of(self.metric) == "money" and not self.currency:
            raise ValueError("an amount of money needs a currency")
        if not self.fields.day and self.resolved_grain != "instant":
            raise ValueError("fields needs a day")
        return self

    @property
    def host_and_path(self) -> tuple[str, str]:
        """The two halves of the URL: what `base_url` replaces, and the rest."""
        scheme, _, rest = self.url.partition("://")
        end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
        return f"{scheme}://{rest[:end]}", rest[end:]

    @property
    def resolved_grain(self) -> str:
        """The grain given, else the metric's usual one."""
        return self.grain or grain_of(self.metric)


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    seen = 0
    for number, answer in enumerate(_answers(pull)):
        records = _records(pull.settings, answer, exact=True)
        _refuse_error(pull, answer, records)
        seen += len(records)
        yield _page(pull, records, first=number == 0)
    if not seen:
        first, last = pull.window.days(pull.zone)
        pull.client.keep_rows(f"no records came for {first} to {last}: what is there of these days is kept")


def _refuse_error(pull: Pull[Settings], answer: Answer, records: list[object]) -> None:
    """Take an answer with an error for none: its list may be empty because of it."""
    names = [name for name in ("error", "errors") if _is_error(_top(answer).get(name))]
    if names and not records:
        raise RequestError("bad_answer", f"answered with a field {names[0]} and without records")
    if names:
        pull.client.report_gap(f"an answer has a field {names[0]} beside its records: some may be missing")


def _top(answer: Answer) -> Mapping[str, Any]:
    told = answer.json()
    return told if isinstance(told, dict) else {}


def _is_error(value: object) -> bool:
    """Whether a field names an error; some APIs always have it, with a code for none."""
    code = value.get("code", value) if isinstance(value, dict) else value
    return bool(value) and str(code).lower() not in _NO_ERROR


def _page(pull: Pull[Settings], records: list[object], *, first: bool) -> Page:
    settings, today = pull.settings, pull.now.astimezone(pull.zone).date()
    grain = settings.resolved_grain
    paths = {"period_start": settings.fields.day, "value": settings.fields.value, "account": settings.fields.account}
    found = [{name: jmespath.search(path, record) for name, path in paths.items() if path} for record in records]
    if not settings.fields.day:
        found = [{**row, "period_start": today.isoformat()} for row in found]
    valued = [row for row in found if row["value"] is not None]
    notes = [f"{len(found) - len(valued)} records have no value"] if len(valued) < len(found) else []
    if first and (unused := _unused(records, paths.values())):
        notes.append(f"fields not used: {unused}")

    wire = frame_of(RecordKind.OBSERVATIONS, valued, dict.fromkeys(paths, TEXT))
    rows = observe(
        settings.id,
        wire.frame.with_row_index("row", offset=1).with_columns(
            metric=pl.lit(settings.metric),
            grain=pl.lit(grain),
            unit=pl.lit(settings.unit, pl.String),
            currency=pl.lit(settings.currency, pl.String),
        ),
    )
    settled = [grain == "instant" or last_day(day, grain) < today for day in rows.frame["period_start"]]
    return Page(
        {RecordKind.OBSERVATIONS: rows.frame.with_columns(settled=pl.Series(settled, dtype=pl.Boolean))},
        rows_read=len(records),
        refused=(*wire.refused, *rows.refused),
        cursor=pull.window.end,
        notes=tuple(notes),
    )


def _records(settings: Settings, answer: Answer, *, exact: bool = False) -> list[object]:
    """Return the list of records; null in its place is an empty one."""
    records = _search(settings.records, answer, exact=exact)
    if records is None and _is_null(settings.records, answer):
        return []
    if not isinstance(records, list):
        raise RequestError("bad_answer", f"the answer has no list at {settings.records}")
    return records


def _is_null(path: str, answer: Answer) -> bool:
    """Whether there is a null at a path, not nothing."""
    *above, name = re.findall(r'"[^"]+"|[\w-]+', path)
    place: object = answer.json()
    for step in above:
        place = place.get(step.strip('"')) if isinstance(place, dict) else None
    return isinstance(place, dict) and name.strip('"') in place


def _keys(settings: Settings, answer: Answer) -> list[str]:
    """Tell records apart; they need not have an id."""
    return [repr(record) for record in _records(settings, answer)]


def _search(path: str, answer: Answer, *, exact: bool = False) -> Any:  # noqa: ANN401 - JSON is anything
    return jmespath.search(path, answer.json(exact=exact))


def _unused(records: list[object], paths: Collection[str | None]) -> str:
    """Fields of the first record that no path begins with."""
    used = {match.group(1) for path in paths for match in re.finditer(r'"?([\w-]+)', path or "")}
    first = records[0] if records else None
    return names_of(sorted(first.keys() - used)) if isinstance(first, dict) else ""


def _answers(pull: Pull[Settings]) -> Iterator[Answer]:
    settings = pull.settings

    rows, key, gap = partial(_count, settings), partial(_keys, settings), pull.client.report_gap
    match settings.pagination:
        case CursorPages(next=path, param=param):
            return pagination.cursor(
                lambda mark: _ask(pull, param, "cursor", mark), lambda answer: _mark(_search(path, answer)), rows=rows
            )
        case NumberedPages(param=param, start=start, total=total):
            return pagination.page_number(
                lambda number: _ask(pull, param, "page", str(number)),
                rows,
                start=start,
                total=(lambda answer: _total(_search(total, answer))) if total else None,
                key=key,
                gap=gap,
            )
        case OffsetPages(param=param, limit=limit):
            return pagination.offset(
                lambda seen: _ask(pull, param, "offset", str(seen)), rows, limit=limit, key=key, gap=gap
            )
        case NextUrlPages(next=path):
            return _linked(pull, lambda answer: _mark(_search(path, answer)))
        case LinkedPages():
            return _linked(pull, pagination.next_link)
        case OnePage():
            return pagination.single(lambda: _ask(pull))


def _linked(pull: Pull[Settings], link: Callable[[Answer], str | None]) -> Iterator[Answer]:
    def following(answer: Answer) -> str | None:
        target = link(answer)
        return pull.client.path_of(target, answer) if target else None

    return pagination.cursor(
        lambda path: pull.client.get(path) if path else _ask(pull), following, rows=partial(_count, pull.settings)
    )


def _count(settings: Settings, answer: Answer) -> int:
    return len(_records(settings, answer))


def _total(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not str(value).strip().isdecimal():
        raise RequestError("bad_answer", "the answer has no number at the path named total")
    return int(value)


def _mark(value: object) -> str | None:
    return None if value in (None, "", False) else str(value)


def _ask(pull: Pull[Settings], param: str = "", name: str = "", mark: str | None = None) -> Answer:
    """Ask for the page with this mark: as a parameter of its own, and wherever {name} stands."""
    first, last = pull.window.days(pull.zone)
    known = {"{from}": first.isoformat(), "{to}": last.isoformat()}
    place = f"{{{name}}}"
    if name:
        known[place] = mark or ""
    params = {key: _filled(value, known) for key, value in pull.settings.params.items()}
    if mark is not None and not any(place in value for value in pull.settings.params.values()):
        params[param] = mark
    return pull.client.get(_filled(pull.settings.host_and_path[1], known), params=params)


def _filled(text: str, known: Mapping[str, str]) -> str:
    for placeholder, value in known.items():
        text = text.replace(placeholder, value)
    return text


SOURCE = Source(
    name="http_json",
    title="Any JSON API",
    settings=Settings,
    streams=(
        Stream(
            "observations",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            missing=lambda settings: settings.meaning_of_missing("zero_in_window"),
            lookback=timedelta(days=7),
            changes=Silent("rows edited or taken out"),
        ),
    ),
    metrics=("any built-in metric", "<source>.<name>"),
    docs="https://jmespath.org",
    url=lambda settings: settings.host_and_path[0],
    auth=lambda settings: settings.headers,
    history="whatever the API gives for {from} and {to}",
    delay="the API's",
)
