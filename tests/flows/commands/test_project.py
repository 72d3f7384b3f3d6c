"""Which instant a day or a time on the command line is (flows.commands._project)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from flows.commands._project import instant_of
from okr_config.errors import UsageError
from tests.conftest import Clock
from tests.flows.project_folder import Folder


@pytest.fixture
def oslo(folder: Folder) -> Folder:
    """Return a folder whose days are Oslo's; there it is 00:30 of the 24th."""
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    clock = folder.world.clock
    assert isinstance(clock, Clock)
    clock.now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    return folder


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        (None, None),
        (date(2026, 11, 24), None),
        (date(2026, 11, 23), datetime(2026, 11, 23, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 22, tzinfo=UTC)),
        (datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1))), datetime(2026, 11, 20, 8, tzinfo=UTC)),
    ],
)
def test_a_day_is_its_end_in_the_folders_zone(
    oslo: Folder, given: date | datetime | None, instant: datetime | None
) -> None:
    """A day that is not over yet is now; an instant is what it says."""
    assert instant == instant_of(given, oslo.project())


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (date(2026, 11, 25), "2026-11-25 is in the future"),
        (datetime(2026, 11, 20, 9), "the instant has no time zone"),  # noqa: DTZ001 - that it has none is the point
    ],
)
def test_what_is_no_instant_is_told(oslo: Folder, given: date | datetime, what: str) -> None:
    """A day to come, and a time of nowhere."""
    with pytest.raises(UsageError) as caught:
        instant_of(given, oslo.project())

    assert what == caught.value.what
