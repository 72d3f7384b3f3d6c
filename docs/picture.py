"""
Draw `docs/page.png`: the top of the demo's page as a browser shows it, in few colours. Run by `just picture`.

It plays the demo in a folder that is thrown away, and needs a Chromium, Chrome or Edge.
"""

import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

TARGET = Path(__file__).with_name("page.png")
LARGEST = 200_000
_WIDTH = 1280
_TALLEST = 1680
_FREQUENT, _SPANNING = 64, 96
_GAP = 20
_WHITE = (255, 255, 255)


def main() -> None:
    """Draw it."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "okr-demo"
        drawn = folder / "page.png"
        _okr("demo", str(folder))
        _okr("report", "--home", str(folder), "--lang", "en", "--png", "-o", str(drawn))
        picture = reduce(Image.open(drawn))
    if len(picture) > LARGEST:
        sys.exit(f"{len(picture)} bytes are more than a README should ask for: lower _TALLEST or _SPANNING")
    TARGET.write_bytes(picture)
    print(f"{TARGET.name}: {len(picture)} bytes")


def reduce(page: Image.Image) -> bytes:
    """Keep the top of a page, down to a gap between two cards, in few colours."""
    page = page.convert("RGB")
    page = page.resize((_WIDTH, round(page.height * _WIDTH / page.width)), Image.Resampling.LANCZOS)
    page = page.crop((0, 0, _WIDTH, _last_gap(page)))
    few = _with_few_colours(page)
    content = BytesIO()
    few.save(content, "PNG", optimize=True)
    return content.getvalue()


def _with_few_colours(page: Image.Image) -> Image.Image:
    """Paint with the colours a page is mostly made of, as they are, and with those that span the rest."""
    pixels = np.asarray(page).reshape(-1, 3)
    colours, place, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    frequent = colours[np.argsort(-counts)[:_FREQUENT]]
    spanning = page.quantize(_SPANNING, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = np.unique(np.concatenate([frequent, np.array(spanning, np.uint8).reshape(-1, 3)]), axis=0)
    apart = ((colours[:, None].astype(int) - palette[None].astype(int)) ** 2).sum(axis=2)
    few = Image.fromarray(apart.argmin(axis=1).astype(np.uint8)[place.reshape(-1)].reshape(page.height, page.width))
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def _last_gap(page: Image.Image) -> int:
    """Return the middle of the lowest band of white that is high enough, above the height that is wanted."""
    top = page.crop((0, 0, page.width, min(page.height, _TALLEST)))
    inked = [
        row for row in range(top.height) if top.crop((0, row, top.width, row + 1)).getcolors(1) != [(top.width, _WHITE)]
    ]
    gaps = [(above + below) // 2 for above, below in pairwise(inked) if below - above > _GAP]
    return gaps[-1] if gaps else top.height


def _okr(*arguments: str) -> None:
    subprocess.run([sys.executable, "-c", "from flows.cli import main; main()", *arguments], check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    main()
