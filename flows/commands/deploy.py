"""`okr deploy`: the folder's schedule on a work pool of a Prefect server, and the `prefect.yaml` that says so."""

from pathlib import Path

import click

from flows.commands._options import project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.run import prefect_settings
from flows.run.deployment import MARK, as_yaml, pool_for
from okr_config.errors import UsageError


@click.command()
@project_options
@click.option("--pool", required=True, metavar="NAME", help="The work pool whose workers run the folder.")
@click.option("--image", metavar="IMAGE", help="Of a docker or kubernetes pool: the image that has okr in it.")
@click.option("--force", is_flag=True, help="Write over a prefect.yaml that is not from here.")
def deploy(home: Path | None, *, pool: str, image: str | None, force: bool) -> None:
    """
    Have the workers of a Prefect work pool run the folder.

    Writes prefect.yaml and applies it; done again it renews what is there. One machine needs none of this: okr serve.
    """
    with project_at(home) as project:
        deploy_to(project, pool, image, force=force)


def deploy_to(project: Project, pool_name: str, image: str | None, *, force: bool) -> None:
    """
    Write `prefect.yaml` and apply it.

    Raises:
        ConfigError: when the config is wrong, its cron line and zone among it.
        UsageError: when no server is named or it cannot run this, or a file is in the way; nothing is changed then.
        OkrError: when the server does not answer.
    """
    config = project.config(need_secrets=False)
    schedule = config.project.schedule
    timezone = schedule.timezone or config.timezone
    path = project.home / "prefect.yaml"
    if path.exists() and not force and not path.read_text(encoding="utf-8", errors="replace").startswith(MARK):
        raise UsageError(
            "there is a prefect.yaml that okr deploy did not write",
            where=str(path),
            next_step="move it aside, or write over it: okr deploy --force",
        )
    if not prefect_settings.api_configured(project.environ):
        raise UsageError(
            "no Prefect server is named",
            where="looked for PREFECT_API_URL and the active Prefect profile",
            next_step="set PREFECT_API_URL, or stay on this machine: okr serve",
        )
    prefect_settings.apply_defaults()
    from flows.deployments import deploy as apply  # noqa: PLC0415 - Prefect takes seconds to import
    from flows.deployments import kind_of_pool  # noqa: PLC0415 - as above
    from flows.pipeline import api_answers, tags_of  # noqa: PLC0415 - as above

    if not api_answers():
        raise prefect_settings.no_answer(project.environ)
    kind = kind_of_pool(pool_name)
    if kind != "process" and not image:
        raise UsageError(
            f"a {kind} pool runs an image, and none is named",
            where=f"work pool {pool_name}",
            next_step=f"okr deploy --pool {pool_name} --image IMAGE (docs/running.md has a Containerfile)",
        )
    pool = pool_for(pool_name, kind, project.home, image)
    text = as_yaml(project.id, tags_of(project), schedule.cron, timezone, pool)
    project.world.write(path, text.encode(), 0o644)
    name = apply(project, schedule.cron, timezone, pool)
    output.say(f"wrote      {path}")
    output.say(f"deployed   {name}, {schedule.cron} ({timezone}), in work pool {pool_name}")
    output.next_step(f"prefect worker start --pool {pool_name}, where the folder is; then okr status")
