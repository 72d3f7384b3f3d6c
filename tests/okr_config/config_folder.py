"""A project folder to write and load, and the settings of three connectors to load it with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator

from okr_config import Config, load_config
from okr_config.errors import ConfigError
from okr_config.models import Model, SourceSettings


class ShopSettings(SourceSettings):
    """A shop with one of two kinds of credentials."""

    identity: ClassVar[tuple[str, ...]] = ("shop",)

    shop: str
    access_token: SecretStr | None = None
    client_secret: SecretStr | None = None

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        if not (self.access_token or self.client_secret):
            raise ValueError("access_token or client_secret is needed")
        return self


class Pagination(Model):
    """How the pages of an API follow each other."""

    type: Literal["cursor", "none"] = "none"
    start: int = 1


class JsonSettings(SourceSettings):
    """Any API, with headers."""

    identity: ClassVar[tuple[str, ...]] = ("url",)

    url: str
    headers: Mapping[str, str] = Field(default_factory=dict)
    params: Mapping[str, str] = Field(default_factory=dict)
    metric: str
    unit: str = "count"
    currency: str | None = None
    additive: bool = True
    grain: str = "day"
    pagination: Pagination = Pagination()


class FileSettings(SourceSettings):
    """Numbers from a file."""

    identity: ClassVar[tuple[str, ...]] = ("path",)
    brings_metrics: ClassVar[bool] = True

    path: str


CONNECTORS: Mapping[str, type[SourceSettings]] = {
    "file": FileSettings,
    "http_json": JsonSettings,
    "shopify": ShopSettings,
}

HEAD = """\
period: {id: term, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
"""


@dataclass
class Project:
    """A project folder in a temporary place."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the folder."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def key_results(self, text: str) -> None:
        """Write an objective file whose first key result stands on line 7."""
        self.write("okr_config/objectives/term.yaml", HEAD + text)

    def told_of(self, key_result: str) -> list[str]:
        """Return the problems of one key result on line 7, written in braces from column 9; their file left out."""
        self.key_results(f"      - {{{key_result}}}\n")
        return [problem.removeprefix("okr_config/objectives/term.yaml:7:") for problem in self.problems()]

    def load(self, *, need_secrets: bool = True) -> Config:
        """Load it."""
        return load_config(self.home, self.environ, CONNECTORS, need_secrets=need_secrets)

    def problems(self, *, need_secrets: bool = True) -> list[str]:
        """Return the problems as users see them, none for a good folder."""
        try:
            self.load(need_secrets=need_secrets)
        except ConfigError as error:
            return [str(problem) for problem in error.problems]
        return []
