"""Where files lie: a path, a pattern, or an address; and what is in them, however it is packed."""

import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from connectors.source import Pull, SettingsT
from okr_config.errors import SourceError

_MOST_BYTES = 256 * 1024 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Content:
    """A file's bytes. name: as people call it. suffix: of its name, `.gz` apart, in small letters."""

    name: str
    suffix: str
    data: bytes


def is_address(path: str) -> bool:
    """Whether a path is one of the web."""
    return path.lower().startswith(("https://", "http://"))


def origin(path: str) -> str | None:
    """Return scheme and host of an address; None for a file of this machine."""
    parts = urlsplit(path)
    return f"{parts.scheme}://{parts.netloc}" if is_address(path) else None


def read_all(pull: Pull[SettingsT], path: str) -> Iterator[Content]:
    """
    Read what a path leads to.

    Raises:
        SourceError: not_found, or when it cannot be read.
    """
    if is_address(path):
        yield _download(pull, path)
        return
    for found in find_files(pull.home, path):
        try:
            data = found.read_bytes()
        except OSError as error:
            raise SourceError(f"{found.name} cannot be read: {error.strerror}", reason="bad_answer") from error
        yield _unpacked(found.name, data)


def find_files(home: Path, pattern: str) -> list[Path]:
    """
    Return the files of a path or pattern, by name.

    A name that is there is itself, whatever signs it has. A pattern leaves out hidden files, as a shell does. Letters
    with marks are found in either form: a Mac writes the mark behind the letter.

    Raises:
        SourceError: not_found.
    """
    forms = list(dict.fromkeys([pattern, *(unicodedata.normalize(form, pattern) for form in ("NFC", "NFD"))]))
    exact = next((home / form for form in forms if (home / form).is_file()), None)
    if exact:
        return [exact]
    found = {path for form in forms for path in _matches(home, form) if path.is_file()}
    if not found:
        raise SourceError(
            f"there is no file {pattern}", reason="not_found", next_step="correct path in okr_config/sources.yaml"
        )
    return sorted(found)


def _matches(home: Path, pattern: str) -> Iterator[Path]:
    below = Path(pattern)
    root, rest = (Path(below.anchor), below.relative_to(below.anchor)) if below.is_absolute() else (home, below)
    if not rest.parts:
        return
    shows_hidden = any(part.startswith(".") for part in rest.parts)
    try:
        for path in root.glob(str(rest)):
            if shows_hidden or not any(part.startswith(".") for part in path.relative_to(root).parts):
                yield path
    except (ValueError, NotImplementedError):
        return


def _download(pull: Pull[SettingsT], address: str) -> Content:
    asked = address
    for _ in range(_MOST_REDIRECTS):
        parts = urlsplit(asked)
        is_own = origin(asked) == origin(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "") if is_own else asked
        answer = pull.client.get(target, headers={"accept": "*/*"}, expect=_REDIRECTS, text=True)
        if answer.status not in _REDIRECTS:
            name = PurePosixPath(unquote(parts.path)).name or parts.netloc
            return _unpacked(name, answer.body)
        asked = urljoin(asked, answer.headers.get("location", ""))
    raise SourceError("the address leads from one to the next without end", reason="redirect")


def _unpacked(name: str, data: bytes) -> Content:
    plain = name.removesuffix(".gz").removesuffix(".GZ")
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(_MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{name} is packed, and cut off or damaged", reason="bad_answer") from error
    if len(data) > _MOST_BYTES:
        raise SourceError(
            f"{name} is larger than 256 MB", reason="bad_answer", next_step="use several files, or Parquet"
        )
    return Content(name, PurePosixPath(plain).suffix.lower(), data)
