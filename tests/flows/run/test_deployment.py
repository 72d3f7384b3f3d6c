"""What a deployment's file says for each kind of work pool (flows.run.deployment)."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.run.deployment import KINDS, MARK, as_yaml, pool_for

HOME = Path("/srv/shops/a shop: #1")


def _templates() -> dict[str, Any]:
    """Return the job templates that ship with Prefect, by kind of pool."""
    spec = find_spec("prefect")
    assert spec
    assert spec.origin
    views = Path(spec.origin).parent / "server" / "api" / "collections_data" / "views"
    packages = json.loads((views / "aggregate-worker-metadata.json").read_text())
    return {kind: worker for package in packages.values() for kind, worker in package.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_yaml_that_the_pool_understands(kind: str) -> None:
    """Every job variable is one of the kind's own template, of the type it wants; odd names and paths survive."""
    pool = pool_for("p: 1", kind, HOME, "registry.example/okr:1")

    text = as_yaml("shop", ["okr", "shop"], "15 6 * * *", "Europe/Oslo", pool)

    (deployment,) = YAML(typ="safe").load(text)["deployments"]
    wanted = _templates()[kind]["default_base_job_configuration"]["variables"]["properties"]
    assert text.startswith(MARK)
    assert {"name": "p: 1", "job_variables": pool.job_variables} == deployment["work_pool"]
    assert set(pool.job_variables) <= set(wanted)
    assert [{"cron": "15 6 * * *", "timezone": "Europe/Oslo"}] == deployment["schedules"]


@pytest.mark.parametrize(
    ("kind", "found_at", "mounted"),
    [("process", str(HOME), None), ("docker", "/project", [f"{HOME}:/project"]), ("kubernetes", "/project", None)],
)
def test_each_kind_finds_the_folder(kind: str, found_at: str, mounted: list[str] | None) -> None:
    """A process in its place, a container where it is mounted."""
    pool = pool_for("p", kind, HOME, "okr")

    assert {"OKR_HOME": found_at} == pool.job_variables["env"]
    assert mounted == pool.job_variables.get("volumes")
