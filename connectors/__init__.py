"""
Rows from APIs: one file a source, found by its file name under `shop`, `analytics`, `social` and `generic`.

Importing this package is cheap; a connector and what it needs is imported when it is asked for.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.source import Source
    from okr_config.models import SourceSettings

# httpx loads its own command, and with it rich and pygments, wherever they happen to be installed: a tenth of a start
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # what stands for a module that is not there

_FOLDERS = ("shop", "analytics", "social", "generic")


def names() -> tuple[str, ...]:
    """Names of all connectors, sorted."""
    return tuple(sorted(_modules()))


def names_of(kind: str) -> tuple[str, ...]:
    """Names of the connectors of a kind, sorted: shop, analytics, social or generic."""
    return tuple(sorted(name for name, module in _modules().items() if module.split(".")[1] == kind))


def load(name: str) -> "Source[Any]":
    """
    Import a connector and return its declaration.

    Raises:
        KeyError: when no connector has this name.
    """
    source: Source[Any] = import_module(module_of(name)).SOURCE
    return source


def module_of(name: str) -> str:
    """
    Return the name of the module that a connector is.

    Raises:
        KeyError: when no connector has this name.
    """
    return _modules()[name]


def settings_models() -> "Mapping[str, type[SourceSettings]]":
    """Settings model of every connector, imported when looked up."""
    return _SettingsModels()


class _SettingsModels(Mapping[str, "type[SourceSettings]"]):
    def __getitem__(self, name: str) -> "type[SourceSettings]":
        return load(name).settings

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())


@cache
def _modules() -> Mapping[str, str]:
    here = Path(__file__).parent
    return {
        path.stem: f"{__name__}.{folder}.{path.stem}"
        for folder in _FOLDERS
        for path in (here / folder).glob("*.py")
        if not path.stem.startswith("_")
    }
