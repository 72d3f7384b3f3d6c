"""Importing ahead: what a later step needs is fetched while an earlier one waits for a source, a query or DuckDB."""

from contextlib import suppress
from importlib import import_module
from threading import Thread


def import_ahead(*modules: str) -> None:
    """Import modules in a thread; whoever imports one meanwhile waits for it, and hears what is wrong with it."""
    Thread(target=_fetch, args=modules, name="import ahead").start()


def _fetch(*modules: str) -> None:
    for module in modules:
        with suppress(ImportError):  # told where it is needed
            import_module(module)
