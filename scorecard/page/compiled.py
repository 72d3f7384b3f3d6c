"""Compiled templates, kept where Python keeps compiled modules: compiling the page's takes a tenth of a small run."""

import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps what the templates of a folder compile to; where that cannot be written, it costs time and nothing else."""

    def __init__(self, templates: Path) -> None:
        self.folder = Path(cache_from_source(str(templates / "template.py"))).parent
        super().__init__(str(self.folder), "%s.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template's code, if it was kept."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a template's code, if Python may keep code at all."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
