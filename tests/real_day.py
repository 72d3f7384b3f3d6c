"""Who may read the real day, and what keeps everybody else from it: what passed today passes tomorrow."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
MAY_READ_IT = {
    "tests/test_real_day.py": "names what it looks for",
    "tests/conftest.py": "makes worlds whose day is set",
    "tests/okr_config/test_world.py": "asks the real world what it is",
    "tests/flows/conftest.py": "starts the Prefect server the next two use",
    "tests/flows/test_pipeline.py": "a real Prefect server keeps its schedule by the machine's clock",
    "tests/flows/test_schedule_survives.py": "the same",
    "tests/flows/notify/tls.py": "certificates hold by the machine's clock",
    "tests/live/": "real servers have clocks of their own",
}
"""Files and folders, and why."""


class _NoDay(datetime):
    """Stands where the product reads the machine's clock: okr_config.world is the only such place."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> NoReturn:  # type: ignore[override]  # noqa: ARG003 - of datetime
        pytest.fail("reads the real day: give a world whose clock is set (tests/flows/command.py)")


@pytest.fixture(scope="module", autouse=True)
def no_test_reads_the_real_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail whatever in this process asks the real world for the time, however it got there."""
    name = request.path.relative_to(ROOT).as_posix() if request.path.is_relative_to(ROOT) else ""
    with pytest.MonkeyPatch.context() as patch:
        if not name.startswith(tuple(MAY_READ_IT)):
            patch.setattr("okr_config.world.datetime", _NoDay)
        yield
