"""Fixtures of the config's tests."""

from pathlib import Path

import pytest

from tests.okr_config.config_folder import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a good folder with one key result and one file source."""
    made = Project(tmp_path)
    made.key_results("      - {id: ten, title: Ten, metric: shop.units_sold, kind: total, target: 10}\n")
    made.write("okr_config/sources.yaml", "sources:\n  - {id: sheet, connector: file, path: numbers/*.csv}\n")
    return made
