"""Fixtures of the commands' tests."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.flows.project_folder import AUTUMN, Folder


@pytest.fixture
def shop(folder: Folder) -> Folder:
    """Return a folder that has run on the 54th of 92 days."""
    first = datetime(2026, 9, 20, tzinfo=UTC).date()
    rows = [f"sheet.{name},{first + timedelta(days=n)},2" for n in range(64) for name in ("sales", "calls")]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")
    folder.write("okr_config/objectives/term.yaml", AUTUMN)
    folder.run()
    return folder
