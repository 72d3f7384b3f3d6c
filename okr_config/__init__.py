"""What a team wants: its YAML as frozen models. `load_config` is the only door."""

from okr_config.config import Config
from okr_config.loading import load_config, load_project

__all__ = ["Config", "load_config", "load_project"]
