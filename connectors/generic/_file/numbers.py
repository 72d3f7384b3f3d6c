"""
Numbers as sheets write them: with thousands marks and decimal commas, by one format that is stated or proven.

A format is proven when it is the only one, of those that read every number of the file, or when all that do agree:
1.234 alone may be 1234 or a little more than 1, and is not guessed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from okr_config.errors import SourceError

NumberFormat = Literal["1,234.5", "1.234,5", "1 234,5"]
_BLANKS = " \u00a0\u2009\u202f'\u2019"
_SHAPES: Mapping[str, tuple[str, str]] = {  # thousands marks and decimal mark
    "1234.5": ("", "."),
    "1,234.5": (",", "."),
    "1.234,5": (".", ","),
    "1 234,5": (_BLANKS, ","),
}


def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?:(?P<mark>[{re.escape(thousands)}])\d{{3}}(?:(?P=mark)\d{{3}})*)|" if thousands else ""
    return re.compile(
        rf"(?P<sign>[-+\u2212]?)(?P<whole>{grouped}\d+)(?:{re.escape(decimal)}(?P<rest>\d+))?(?P<power>[eE][-+]?\d+)?",
        re.ASCII,
    )


_PATTERNS = {name: _pattern(*shape) for name, shape in _SHAPES.items()}


def read_numbers(texts: Iterable[str], stated: NumberFormat | None, *, local: bool, where: str) -> dict[str, str]:
    """
    Return each number as plain digits with a decimal point; what is no number is left out.

    Args:
        texts: as they stand in the file.
        stated: the format, where the source says it.
        local: whether decimal commas are as likely as points: not so where commas part the cells.
        where: the file, for errors.

    Raises:
        SourceError: bad_rows, where the numbers can be read in two ways.
    """
    wanted = set(texts)
    if stated:
        return _read(wanted, stated)
    readings = {name: _read(wanted, name) for name in _SHAPES}
    readable = set().union(*readings.values())
    if not local and len(readings["1234.5"]) == len(readable):
        return readings["1234.5"]
    whole = {name: reading for name, reading in readings.items() if len(reading) == len(readable)}
    best = list(whole.values()) or [readings["1234.5"]]
    for text in sorted(wanted & readable):
        if len({reading[text] for reading in best if text in reading}) > 1:
            raise SourceError(
                f"{where}: {text} can be read in two ways, and no other number of the file tells which",
                reason="bad_rows",
                next_step='write number_format: "1,234.5", "1.234,5" or "1 234,5" in okr_config/sources.yaml',
            )
    return best[0]


def _read(texts: Iterable[str], name: str) -> dict[str, str]:
    pattern = _PATTERNS[name]
    found = {text: pattern.fullmatch(text) for text in texts}
    return {text: _plain(match) for text, match in found.items() if match}


def _plain(match: re.Match[str]) -> str:
    sign = "-" if match["sign"] in {"-", "\u2212"} else ""
    rest = f".{match['rest']}" if match["rest"] else ""
    return sign + re.sub(r"\D", "", match["whole"]) + rest + (match["power"] or "")
