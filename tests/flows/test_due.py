"""Each source by its own cadence: one schedule, and a run pulls what is due."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.run import runner
from flows.run.spans import NIGHT, is_sweep_due
from flows.run.steps import Options
from tests.conftest import Clock
from tests.flows.project_folder import TERM, Folder
from warehouse import WholeReading

pytestmark = pytest.mark.slow

SOURCES = """\
sources:
  - {id: shop, connector: file, path: numbers/*.csv}
  - {id: hourly, connector: file, path: hourly.csv, every: 1h}
  - {id: weekly, connector: file, path: weekly.csv, every: 7d}
"""
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def three(folder: Folder) -> Folder:
    """Return a folder of three sources: one of each run, one of each hour, one of each week."""
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write("okr_config/objectives/term.yaml", TERM)
    for name in ("numbers/numbers.csv", "hourly.csv", "weekly.csv"):
        folder.write(name, f"metric,day,value\n{name.partition('.')[0].replace('/', '-')}.sold,2026-11-20,1\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.sold,2026-11-20,1\n")
    return folder


def _run(folder: Folder, **options: object) -> list[str]:
    """Run as a schedule does; return the sources that were pulled."""
    folder.events.clear()
    chosen = Options(**{"due": True, **options})  # type: ignore[arg-type]
    outcome = runner.run(folder.project(), chosen, folder.events.append)
    return sorted(load.source_id for load in outcome.loads)


def _waiting(folder: Folder) -> Sequence[str]:
    return [event.what for event in folder.events if event.what.startswith("not due")]


def test_a_scheduled_run_pulls_what_is_due(three: Folder, clock: Clock) -> None:
    """All at first; then each when its cadence is over, to the minutes that runs are late; the others are named."""
    found = [(_run(three), _waiting(three))]
    for minutes in (20, 35, 60, 60 * 24 * 7):
        clock.move(minutes=minutes)
        found.append((_run(three), _waiting(three)))

    assert [
        (["hourly", "shop", "weekly"], []),
        (["shop"], ["not due yet: hourly, weekly"]),
        (["hourly", "shop"], ["not due yet: weekly"]),
        (["hourly", "shop"], ["not due yet: weekly"]),
        (["hourly", "shop", "weekly"], []),
    ] == found


def test_by_hand_all_is_pulled(three: Folder) -> None:
    """`okr run` asks every source; with --due it is as a scheduled run."""
    _run(three)

    told = [three.ask("run", "--no-prefect", *more).stderr for more in ((), ("--due",))]

    assert ["not due yet: hourly, weekly" in text for text in told] == [False, True]


def test_what_failed_is_due_again(three: Folder, clock: Clock) -> None:
    """A source that could not be pulled is tried at the next run, whatever its cadence."""
    (three.home / "weekly.csv").rename(three.home / "gone.csv")
    _run(three)
    (three.home / "gone.csv").rename(three.home / "weekly.csv")
    clock.move(minutes=20)

    assert ["shop", "weekly"] == _run(three)


def test_what_is_not_due_is_not_stale(three: Folder, clock: Clock) -> None:
    """A source of each week is fresh until a day after its week; others go stale after a day, as ever."""
    _run(three)
    states = {}
    for days in (2, 7.9, 8.2):
        clock.now = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(days=days)
        _run(three, only=("shop",))
        frame = three.query("select source_id, state from source_freshness where stream <> 'rates' order by 1")
        states[days] = dict(frame.rows())

    assert {
        2: {"hourly": "stale", "shop": "fresh", "weekly": "fresh"},
        7.9: {"hourly": "stale", "shop": "fresh", "weekly": "fresh"},
        8.2: {"hourly": "stale", "shop": "fresh", "weekly": "stale"},
    } == states


def test_a_changed_cadence_is_noted(three: Folder, clock: Clock) -> None:
    """The newest word counts, also where there is none any more."""
    _run(three)
    three.write("okr_config/sources.yaml", SOURCES.replace(", every: 7d", ""))
    clock.move(days=3)
    _run(three, only=("shop",))

    frame = three.query("select state from source_freshness where source_id = 'weekly'")
    assert ["stale"] == frame["state"].to_list()


@pytest.mark.parametrize("every", ["1", "90s", "0h", "every hour", "-1h", "1.5h"])
def test_a_cadence_is_a_number_and_a_letter(three: Folder, every: str) -> None:
    """Anything else is told, with its place and the form that is wanted."""
    three.write("okr_config/sources.yaml", SOURCES.replace("7d", f"'{every}'"))

    told = three.ask("check")

    assert 2 == told.exit_code
    assert "okr_config/sources.yaml:4:60  every must be a time such as 30m, 6h or 7d" in told.stderr


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-11-23T06:15", "2026-11-24T06:15", True),  # daily, in the morning
        ("2026-11-23T23:00", "2026-11-24T23:00", True),  # daily, in the evening
        ("2026-11-23T03:00", "2026-11-23T12:00", False),  # hourly: once a night
        ("2026-11-23T03:00", "2026-11-24T02:00", False),
        ("2026-11-23T03:00", "2026-11-24T03:00", True),
        ("2026-03-28T03:00", "2026-03-29T03:00", True),  # the night is an hour shorter
        ("2026-10-24T03:00", "2026-10-25T02:30", False),
    ],
)
def test_what_takes_many_requests_is_read_again_at_night(last: str, now: str, due: bool) -> None:
    """The first run after three, by the source's own clock, and no other."""
    import connectors

    stream = next(
        stream
        for name in connectors.names()
        for stream in connectors.load(name).streams
        if stream.changes and not stream.changes.cheap
    )
    at, instant = (datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC) for text in (last, now))
    reading = WholeReading(at, requests=400, rows=40_000)

    assert due == is_sweep_due(stream, reading, instant, OSLO, asked=False)
    assert is_sweep_due(stream, reading, instant, OSLO, asked=True)
    assert 3 == NIGHT.hour
