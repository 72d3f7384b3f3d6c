"""
What a team writes in YAML, as frozen models: one class per block of the files.

The models check shape and ranges; what needs two fields or two files to judge is in `okr_config.checks`. A key result
has a file of its own, `okr_config.key_result`, and so have the types of fields, `okr_config.fields`.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, SecretStr

from okr_config.fields import FITS, METRIC_NAME, Day, Identifier, MetricName, Model, Number, RefundDay, Span, Text
from okr_config.key_result import Change, Every, Judge, KeyResult, Kind, PacePoint, Reached, Step, Thresholds
from okr_config.notify import NotifySettings
from okr_config.serving import ServeSettings

__all__ = [
    "METRIC_NAME",
    "Change",
    "Day",
    "Definition",
    "Every",
    "Identifier",
    "Judge",
    "KeyResult",
    "Kind",
    "MetricName",
    "Model",
    "NotifySettings",
    "Number",
    "Objective",
    "ObjectiveFile",
    "PacePoint",
    "ParentObjective",
    "Period",
    "PingSettings",
    "ProjectSettings",
    "Reached",
    "Schedule",
    "SourceSettings",
    "Step",
    "TeamMetric",
    "Text",
    "Thresholds",
]


class Period(Model):
    """Days a team plans for, both inclusive."""

    id: Identifier
    """Short name of the period, such as 2026-q4; unique among the files."""
    start: Day
    """First day of the period."""
    end: Day
    """Last day of the period; it counts in full."""


class Objective(Model):
    """A goal in words with the key results that measure it."""

    id: Identifier
    """Short name of the objective, for commands and tables; unique among all files."""
    title: Text
    """What the team is after, in words; one text, or one a language: {nb: ..., en: ...}."""
    owner: str | None = None
    """Who answers for it; the page and the tables name them. Of what is
    tagged private, okr record names no title."""
    parent: Identifier | None = None
    """The objective that it serves, of this file or another one; it counts there beside that one's own key results."""
    weight: Annotated[Decimal, Field(ge=0), FITS] = Decimal(1)
    """How much it counts in the score of all objectives, or of its parent."""
    tags: tuple[str, ...] = ()
    """Words to find it by, such as [growth]; the page and the tables name them. Of what is
    tagged private, okr record names no title."""
    key_results: tuple[KeyResult, ...] = ()
    """What measures it; at least one, unless other objectives name it as their parent."""


class ObjectiveFile(Model):
    """One file under `okr_config/objectives/`: a period and its objectives."""

    period: Period
    """The days that the file plans for, both inclusive."""
    timezone: str
    """Where the days begin and end, such as Europe/Oslo."""
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    """First day of the weeks that windows are judged by."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "NOK"
    """Currency of all amounts, such as NOK; others are converted at the rate of their day."""
    language: Literal["nb", "en"] = "en"
    """Language of the page: nb or en."""
    status: Thresholds = Thresholds()
    """Where one status ends and the next begins, for all key results of the file."""
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    """What the team is after; at least one."""


class ParentObjective(Model):
    """An objective that others serve, as those who only know a key result below it need it; its period's days too."""

    id: str
    period_id: str
    start: Day | None = None
    end: Day | None = None
    title: Text
    weight: Number = Decimal(1)
    owner: str | None = None
    tags: tuple[str, ...] = ()


class Definition(Model):
    """
    One key result with everything that its scoring depends on, and nothing else.

    This is what `key_result_definition` stores as JSON and what the scorecard is given; `start` and `due` are resolved.
    objective_parents: whom the objective serves, the nearest first.
    refunds_on: the key result's own, else the project's; refunds_on_by_source: sources that say otherwise. Both stay
    at their defaults where no metric of the key result knows refunds. country: whose public holidays matter to what is
    foreseen; empty where none do.
    """

    period_id: str
    objective_id: str
    objective_title: Text
    objective_weight: Number = Decimal(1)
    objective_owner: str | None = None
    objective_tags: tuple[str, ...] = ()
    objective_parents: tuple[ParentObjective, ...] = ()
    timezone: str
    week_start: str = "monday"
    currency: str = "NOK"
    language: Literal["nb", "en"] = "en"
    start: Day
    due: Day
    status: Thresholds = Thresholds()
    refunds_on: RefundDay = "order"
    refunds_on_by_source: dict[str, RefundDay] = Field(default_factory=dict)
    country: str = ""
    key_result: KeyResult


class TeamMetric(Model):
    """A team's own metric: SQL over the warehouse that returns `day, value`, or the declaration of a file's metric."""

    id: MetricName
    """Name of the metric, dotted, such as shop.mug_units. One that a source brings begins with that source's id."""
    title: Text | None = None
    """Name for readers; one text, or one a language: {nb: ..., en: ...}."""
    unit: str = "count"
    """What is counted, such as units; money follows from currency."""
    currency: str | None = None
    """Currency of its amounts, such as NOK; it makes the metric one of money."""
    additive: bool = True
    """Whether values of days may be summed: sales may, stocks and distinct people may not."""
    grain: Literal["day", "week", "month", "instant"] = "day"
    """What a value is of: a day, a week, a month, or an instant for stocks such as followers."""
    sql: str | None = None
    """Query over the warehouse that returns day and value. Leave it out for a metric that a source brings."""


class Schedule(Model):
    """When `okr serve` runs: a cron line in a time zone (default: the project's)."""

    cron: str = "15 6 * * *"
    """When to run: minute, hour, day, month, weekday; "15 6 * * *" is every day at 6:15."""
    timezone: str | None = None
    """Zone of the cron line; the project's unless it is given."""


class BackupSettings(Model):
    """How many days, and how many weeks, keep their newest backup; both 0: runs keep none."""

    days: Annotated[int, Field(ge=0, le=366)] = 7
    """Of so many days, the last ones that have a backup, the newest of each is kept."""
    weeks: Annotated[int, Field(ge=0, le=520)] = 4
    """Of so many weeks, the last ones that have a backup, the newest of each is kept."""
    megabytes: Annotated[int, Field(ge=1)] = 5000
    """They take no more than this together: the oldest go first, the newest never."""


class PingSettings(Model):
    """A dead-man address: it is asked at each run, and whoever watches it tells somebody when it no longer is."""

    url: SecretStr
    """The address, from a variable; a start asks it with /start behind its path, a failure with /fail."""
    on: tuple[Literal["start", "success", "failure"], ...] = ("start", "success", "failure")
    """What is told. [success] suits an address that knows nothing else."""
    insecure: bool = False
    """Allow plain http, and a private network."""


class LakeSettings(Model):
    """Where a lake keeps its rows, and what its storage asks for; see `warehouse`."""

    data: str | None = None
    """Folder of its Parquet files, or s3://BUCKET/PREFIX; a catalogue that is a file has them beside it without one."""
    key_id: SecretStr | None = None
    """Of S3-compatible storage, from a variable."""
    secret: SecretStr | None = None
    """Of S3-compatible storage, from a variable."""
    region: str | None = None
    """Of S3-compatible storage, such as eu-north-1."""
    endpoint: str | None = None
    """Of S3-compatible storage that is not Amazon's, such as https://storage.example.com."""


class ProjectSettings(Model):
    """`okr_config/project.yaml`: everything optional."""

    id: Identifier | None = None
    """Short name of the project; the folder's name and a short hash unless it is given."""
    name: str | None = None
    """What the team or its shop is called, as the page's heading and in digests; the period's id unless it is given."""
    timezone: str | None = None
    """Zone of sources and schedule, such as Europe/Oslo; unless it is given, the one that objective files agree on."""
    country: str | None = None
    """Where customers live, such as NO, or a part of it, such as GB-SCT: on its public holidays few sales are foreseen.
    Unless it is given, no day is a holiday."""
    warehouse: str = "duckdb:///warehouse/okr.duckdb"
    """
    Where the warehouse lies, from the project folder: duckdb:///warehouse/okr.duckdb, or a lake, which several programs
    may write: ducklake:FILE, or ducklake:postgres: and how PostgreSQL is reached, such as host=db.example dbname=okr.
    """
    lake: LakeSettings | None = None
    """Where a lake keeps its rows."""
    schedule: Schedule = Schedule()
    """When `okr serve` runs."""
    sandbox: Day | None = None
    """Written by `okr demo`: the day up to which the demo's data is served, from local APIs."""
    ping: PingSettings | None = None
    """Address that hears of each run: that it began, ended well, or failed."""
    backup: BackupSettings = BackupSettings()
    """How long the backups that each run keeps in `.okr/backups` stay."""
    refunds_on: RefundDay = "order"
    """
    Which day refunds count on: order (the day of their order) or refund (the day they were made, as most vendors' pages
    have it). A source or a key result may say otherwise.
    """
    notify: tuple[NotifySettings, ...] = ()
    """Who is told what, and where."""
    serve: ServeSettings = ServeSettings()
    """Who may frame the pages of `okr serve`, and how often they are fetched again."""


class SourceSettings(Model):
    """
    The keys every source takes; a connector's own settings are a subclass with the vendor's words.

    Class attributes of a subclass: `identity` names the settings that together name one account, so that configuring
    it twice is an error. `brings_metrics` says that the source brings metrics under its own name, `<source>.<name>`,
    which need no declaration. `follows_account` says that `identity` names an account, whose history another one must
    not continue; a file or a query is none. `alternatives`: ways in that exclude each other, each with the settings it
    takes. Secrets are declared as `SecretStr`, which is how the loader knows them.
    """

    identity: ClassVar[tuple[str, ...]] = ()
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()
    brings_metrics: ClassVar[bool] = False
    follows_account: ClassVar[bool] = True

    id: Identifier
    """Short name of the source in every table; unique."""
    connector: str
    """What is read, such as shopify; `okr connectors` lists them."""
    renamed_from: Identifier | None = None
    """The id that the source had before; its history goes on under the new one."""
    base_url: str | None = None
    """Another scheme and host in place of the vendor's: a server of your own, a proxy. It may carry a path."""
    timezone: str | None = None
    """Zone of the source's days, where the vendor does not tell it; the project's unless it is given."""
    enabled: bool = True
    """false stops the pulling; what has been pulled still counts."""
    since: Day | None = None
    """First day to pull."""
    every: Span | None = None
    """How often scheduled runs pull it, such as 30m, 6h or 7d; each of them does unless it is given."""
    refunds_on: RefundDay | None = None
    """Which day refunds of this source count on, order or refund; the project's unless it is given."""
    timeout: Annotated[float, Field(gt=0, le=600)] = 10.0
    """Seconds to wait for an answer."""
    rate: Annotated[float, Field(ge=0.001, le=1000)] | None = None
    """Requests a second; the vendor's limit unless it is given."""
    concurrency: Annotated[int, Field(ge=1, le=32)] | None = None
    """Requests in flight at once; what suits the vendor unless it is given."""
    insecure: bool = False
    """Allow plain http to a host other than this machine."""
    budget: Annotated[float, Field(gt=0, le=86_400)] = 600.0
    """Seconds that a run may spend on the source; the next one goes on where it stopped."""
    _filled: tuple[str, ...] = PrivateAttr(())

    @property
    def cadence(self) -> timedelta | None:
        """How often scheduled runs pull it; None where each of them does."""
        if self.every is None:
            return None
        return (
            int(self.every[:-1])
            * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[self.every[-1]]
        )

    @property
    def filled(self) -> tuple[str, ...]:
        """The values that variables gave, wherever they stand: none of them may be shown."""
        return self._filled

    def with_filled(self, values: tuple[str, ...]) -> Self:
        """Return a copy that knows which values variables gave."""
        copied = self.model_copy()
        copied._filled = values  # noqa: SLF001 - its own class
        return copied
