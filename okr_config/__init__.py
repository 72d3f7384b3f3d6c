"""
What we want: a project folder's YAML, read and checked. `load_config` is the door.

Names are imported when they are first used, so that a command that needs no config does not pay for reading one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_config.config import Config
    from okr_config.loading import load_config, load_project, names_without_value

_HOMES = {"Config": "config", **dict.fromkeys(("load_config", "load_project", "names_without_value"), "loading")}

__all__ = ["Config", "load_config", "load_project", "names_without_value"]


def __getattr__(name: str) -> object:
    """Import a name's module on its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
