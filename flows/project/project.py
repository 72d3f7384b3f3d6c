"""
A project folder, opened: where its files lie and which clock it lives by.

A folder whose `project.yaml` has `sandbox: <day>` pulls from the built-in sandbox, and its clock stands at the evening
of that day; everything else about it is an ordinary project folder.
"""

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import connectors
from flows.project.paths import Published, project_folder, published_copy, warehouse_address, world_of
from okr_config import Config, load_config, load_project
from okr_config.errors import ConfigError, WarehouseError, way_out
from okr_config.models import ProjectSettings
from okr_config.world import World
from warehouse.door import Door, door_at

SANDBOX_URL = "OKR_SANDBOX_URL"


@dataclass(frozen=True)
class Project:
    """A project folder with the world its commands run in."""

    home: Path
    settings: ProjectSettings
    world: World
    environ: Mapping[str, str]

    @property
    def id(self) -> str:
        """What the project is called on a Prefect server: its own id, else the folder's name and a hash of its path."""
        if self.settings.id:
            return self.settings.id
        path = self.home.resolve()
        name = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-") or "okr"
        return f"{name}-{sha256(str(path).encode()).hexdigest()[:6]}"

    @property
    def name(self) -> str | None:
        """What the team or its shop is called, None where nobody says."""
        return self.settings.name

    @property
    def warehouse(self) -> Door:
        """What runs write: a DuckDB file, or a lake."""
        return self.warehouse_at(warehouse_address(self.environ, self.settings.warehouse))

    @property
    def published(self) -> Path:
        """The copy that people and programs read."""
        return published_copy(self.warehouse.path)

    @property
    def backups(self) -> Path:
        """The folder that backups, and what was set aside, are kept in."""
        return self.home / ".okr" / "backups"

    @property
    def page(self) -> Path:
        """The newest page."""
        return self.reading.page

    @property
    def reading(self) -> Published:
        """What people read of the folder."""
        return Published(self.home, self.published, self.world, self.settings.schedule.cron)

    def warehouse_at(self, address: str) -> Door:
        """
        Return the warehouse of an address, as this folder reaches it.

        Raises:
            UsageError: when the address is of another kind, or lacks what its kind needs.
        """
        return door_at(address, self.home, lake=self.settings.lake, project=self.settings.id)

    def config(self, *, need_secrets: bool = True) -> Config:
        """
        Read the folder's config.

        Raises:
            ConfigError: with every problem of every file.
        """
        return load_config(self.home, self.environ, connectors.settings_models(), need_secrets=need_secrets)

    def customer_key(self) -> Callable[[str], str]:
        """
        Return the function that turns a vendor's customer id into a keyed hash; the key never leaves the folder.

        Before the first run there is none: then it is one of this moment, with which nothing is kept.
        """
        key = self._customer_key() or self.world.token(32)
        return lambda customer: hmac.digest(key, customer.encode(), "sha256").hex()[:32]

    def customer_key_fingerprint(self) -> str | None:
        """Return what tells the customer key from any other, None where there is none."""
        key = self._customer_key()
        return _key_fingerprint(key) if key else None

    def make_customer_key(self) -> str:
        """Make the folder's customer key; return its fingerprint."""
        key = self.world.token(32)
        self.world.write(self._customer_key_path, key, 0o600)
        return _key_fingerprint(key)

    @property
    def _customer_key_path(self) -> Path:
        return self.home / ".okr" / "customer.key"

    def _customer_key(self) -> bytes:
        try:
            return self._customer_key_path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            what = f"the key that customers are hashed with cannot be read: {error.strerror}"
            raise WarehouseError(what, where=str(self._customer_key_path), next_step=way_out(error)) from error


def _key_fingerprint(key: bytes) -> str:
    return hmac.new(key, b"fingerprint", sha256).hexdigest()[:16]


def open_project(home: Path | None, environ: Mapping[str, str], world: World) -> Project:
    """
    Open the project folder: the one given, else `OKR_HOME`, else the current one.

    Raises:
        UsageError: when it holds no `okr_config`.
        ConfigError: when its `project.yaml` is wrong.
    """
    folder = project_folder(home, environ)
    try:
        settings = load_project(folder, environ)
    except ConfigError:
        # whatever else is wrong should be told in the same go
        load_config(folder, environ, connectors.settings_models())
        raise
    if settings.sandbox:
        world = world_of(world, settings.sandbox)
    return Project(home=folder, settings=settings, world=world, environ=environ)


@contextmanager
def sources_reachable(project: Project) -> Iterator[Project]:
    """Start the sandbox where the folder lives by it; elsewhere change nothing."""
    if not project.settings.sandbox or SANDBOX_URL in project.environ:
        yield project
        return
    from connectors.sandbox import serve  # noqa: PLC0415 - few folders live by the sandbox, and it is large

    with serve(project.world.clock) as sandbox:
        yield replace(project, environ={**project.environ, SANDBOX_URL: sandbox.url})
