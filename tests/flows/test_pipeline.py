"""The same run as a recorded Prefect flow, and the schedule, against a real Prefect server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow
"""Prefect needs half a minute to start; one server serves the whole module."""


@pytest.fixture(scope="module")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real Prefect server on loopback and yield its address."""
    from flows import serving
    from okr_config.world import real_world

    before = dict(os.environ)
    home = tmp_path_factory.mktemp("prefect")
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS"] = "2"
    try:
        with serving.prefect_api(home, real_world(), lambda _text: None):
            yield os.environ["PREFECT_API_URL"]
    finally:
        os.environ.clear()
        os.environ.update(before)
