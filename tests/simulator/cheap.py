"""What a life leaves out, or does once, so that it is cheap: nothing that the oracle looks at in that step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest.mock import patch

from flows.report import pages
from flows.run import steps
from okr_config import yaml_files
from warehouse import engine


@contextmanager
def cheaply() -> Iterator[None]:
    """
    Play on: DuckDB has one thread, a YAML text is parsed once, nothing waits for the disk.

    What a crash leaves is the folder as it lay then, so that no flush decides over it.
    """
    with (
        patch.dict(engine.SETTINGS, threads=1),  # type: ignore[arg-type]  # a dict it is
        patch.object(yaml_files, "parse_document", lru_cache(maxsize=64)(yaml_files.parse_document)),
        patch.object(os, "fsync", lambda _descriptor: None),
    ):
        yield


@contextmanager
def without_page(*, is_left_out: bool) -> Iterator[None]:
    """Where it is left out, draw no page and compare with no vendor's page either."""
    if not is_left_out:
        yield
        return
    with (
        patch.object(pages, "page_problem", lambda *_args, **_kwargs: None),
        patch.object(steps, "compare_totals", lambda *_args, **_kwargs: None),
    ):
        yield
