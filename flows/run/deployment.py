"""
A folder's deployment on a work pool, as plain values and as the `prefect.yaml` that says the same.

The file is for whoever keeps it in version control or applies it with `prefect deploy --all`; `okr deploy` writes and
applies both from these values.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("process", "docker", "kubernetes")
"""The kinds of work pools that a folder can be deployed to."""

DESCRIPTION = "Pulls the sources, scores the key results, publishes."
MARK = "# written by okr deploy"
"""The first words of a file that may be written over."""

_MOUNTED = "/project"
"""Where a container finds the folder."""


@dataclass(frozen=True)
class Pool:
    """A work pool and what its workers need to know of the folder."""

    name: str
    job_variables: Mapping[str, Any]


def pool_for(name: str, kind: str, home: Path, image: str | None) -> Pool:
    """
    Return how a pool of a kind runs a folder.

    A process works in the folder itself; a container finds it mounted at /project. Of Kubernetes the pool's own job
    template says which volume that is.
    """
    if kind == "process":
        return Pool(name, {"env": {"OKR_HOME": str(home)}, "working_dir": str(home)})
    variables: dict[str, Any] = {"image": image, "env": {"OKR_HOME": _MOUNTED}}
    if kind == "docker":
        return Pool(name, variables | {"volumes": [f"{home}:{_MOUNTED}"], "auto_remove": True})
    return Pool(name, variables | {"finished_job_ttl": 86_400})


def as_yaml(project_id: str, tags: Sequence[str], cron: str, timezone: str, pool: Pool) -> str:
    """Return the `prefect.yaml` of a deployment; JSON's scalars and mappings are YAML's."""
    variables = "".join(f"        {name}: {json.dumps(value)}\n" for name, value in pool.job_variables.items())
    return f"""\
{MARK}; change okr_config/project.yaml and run it again, or apply this: prefect --no-prompt deploy --all
name: okr
deployments:
  - name: {json.dumps(project_id)}
    entrypoint: flows.pipeline.okr_run
    description: {json.dumps(DESCRIPTION)}
    tags: {json.dumps(list(tags))}
    parameters: {{"due": true}}
    concurrency_limit: {{limit: 1, collision_strategy: CANCEL_NEW}}
    schedules:
      - {{cron: {json.dumps(cron)}, timezone: {json.dumps(timezone)}}}
    work_pool:
      name: {json.dumps(pool.name)}
      job_variables:
{variables}"""
