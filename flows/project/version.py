"""The version of this program, told to every run."""

from importlib.metadata import version

VERSION = version("okr")
