"""
Any JSON API, without code: where the list of records lies, which fields they have, how the pages follow each other.

`params` may hold {from} and {to}, the first and last day wanted, and {cursor}, {page} or {offset}. Expressions are
JMESPath; those of `fields` are relative to a record. A record without a value is left out: nobody knows it yet.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

import jmespath
import polars as pl
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, model_validator

from connectors.http import pagination
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.observations import ObservationSettings, grain_of, may_bring, observe, unit_of
from connectors.rows.periods import last_day
from connectors.source import Page, Pull, Source, Stream
from okr_config.models import Model


def _compiles(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        raise ValueError("not a JMESPath expression") from error
    return expression


Path = Annotated[str, AfterValidator(_compiles)]


class Fields(Model):
    """Where a record keeps what. `day` may be absent where the grain is instant: then it is the day of the pull."""

    value: Path
    day: Path | None = None
    account: Path | None = None


class CursorPages(Model):
    """Each page names the next one's mark."""

    type: Literal["cursor"]
    next: Path
    param: str = "cursor"


class NumberedPages(Model):
    """Pages are numbered. `total`: how many records there are in all."""

    type: Literal["page"]
    param: str = "page"
    start: int = 1
    until: Literal["empty", "total"] = "empty"
    total: Path | None = None

    @model_validator(mode="after")
    def _knows_its_end(self) -> Self:
        if (self.until == "total") != (self.total is not None):
            raise ValueError("until: total and the path named total belong together")
        return self


class OffsetPages(Model):
    """Records are counted off, `limit` at a time."""

    type: Literal["offset"]
    param: str = "offset"
    limit: Annotated[int, Field(ge=1)]


class LinkedPages(Model):
    """Each page links to the next one in a Link header."""

    type: Literal["link_header"]


class NextUrlPages(Model):
    """Each page links to the next one in its body."""

    type: Literal["next_url"]
    next: Path


class OnePage(Model):
    """One answer holds it all."""

    type: Literal["none"] = "none"


Pagination = CursorPages | NumberedPages | OffsetPages | LinkedPages | NextUrlPages | OnePage


class Settings(ObservationSettings):
    """`records`: path to the list; `fields`: paths within a record; `metric` and what kind of number it is."""

    identity: ClassVar[tuple[str, ...]] = ("url", "metric", "records")

    url: Annotated[str, Field(pattern=r"^https?://[^/?#]+")]
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, str] = Field(default_factory=dict)
    records: Path = "@"
    fields: Fields
    metric: str
    unit: str | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    additive: bool = True
    grain: Literal["day", "week", "month", "instant"] | None = None
    pagination: Annotated[Pagination, Field(discriminator="type")] = OnePage()

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
    for number, answer in enumerate(_answers(pull)):
        records = _records(pull.settings, answer, exact=True)
        yield _page(pull, records, first=number == 0)


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
    records = _search(settings.records, answer, exact=exact)
    if not isinstance(records, list):
        raise RequestError("bad_answer", f"the answer has no list at {settings.records}")
    return records


def _search(path: str, answer: Answer, *, exact: bool = False) -> Any:  # noqa: ANN401 - JSON is anything
    return jmespath.search(path, answer.json(exact=exact))


def _unused(records: list[object], paths: Collection[str | None]) -> str:
    """Fields of the first record that no path begins with."""
    used = {match.group(1) for path in paths for match in re.finditer(r'"?([\w-]+)', path or "")}
    first = records[0] if records else None
    return ", ".join(sorted(first.keys() - used)) if isinstance(first, dict) else ""


def _answers(pull: Pull[Settings]) -> Iterator[Answer]:
    settings = pull.settings

    def rows(answer: Answer) -> int:
        return len(_records(settings, answer))

    match settings.pagination:
        case CursorPages(next=path, param=param):
            return pagination.cursor(
                lambda mark: _ask(pull, param, "cursor", mark), lambda answer: _mark(_search(path, answer))
            )
        case NumberedPages(param=param, start=start, total=total):
            return pagination.page_number(
                lambda number: _ask(pull, param, "page", str(number)),
                rows,
                start=start,
                total=(lambda answer: int(_search(total, answer))) if total else None,
            )
        case OffsetPages(param=param, limit=limit):
            return pagination.offset(lambda seen: _ask(pull, param, "offset", str(seen)), rows, limit=limit)
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

    return pagination.cursor(lambda path: pull.client.get(path) if path else _ask(pull), following)


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
            missing="zero_in_window",
            lookback=timedelta(days=7),
        ),
    ),
    metrics=("any built-in metric", "<source>.<name>"),
    docs="https://jmespath.org",
    url=lambda settings: settings.host_and_path[0],
    auth=lambda settings: settings.headers,
    history="whatever the API gives for {from} and {to}",
    delay="the API's",
)
