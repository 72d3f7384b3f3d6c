"""Days as sheets write them: 2026-11-23, or by a format that is stated."""

import re
from collections.abc import Iterable
from datetime import datetime

_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00.*", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OFFERED = (
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII), "%d.%m.%Y"),
    (re.compile(r"\d{8}", re.ASCII), "%Y%m%d"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII), "%Y-%m-%dT%H:%M:%S"),
    (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4}", re.ASCII), "%Y-%m-%d %H:%M:%S %z"),
    (re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}", re.ASCII), "%b %d, %Y"),
)


def read_days(texts: Iterable[str], day_format: str | None) -> dict[str, str]:
    """
    Return each day as 2026-11-23; what is none is left out. Of a time the day counts that is written, in its own zone.

    Args:
        texts: as they stand in the file.
        day_format: as strftime has it; without one only ISO days, and times at midnight, are days.
    """
    if day_format is None:
        return {text: match[1] if (match := _MIDNIGHT.fullmatch(text)) else text for text in texts if _is_iso(text)}
    found = {}
    for text in set(texts):
        try:
            found[text] = datetime.strptime(text, day_format).date().isoformat()  # noqa: DTZ007 - only the day counts
        except ValueError:
            continue
    return found


def offered_format(texts: Iterable[str]) -> str | None:
    """Return the format that fits all days, where they are written in one of those that exports have."""
    wanted = set(texts)
    return next((name for form, name in _OFFERED if wanted and all(map(form.fullmatch, wanted))), None)


def _is_iso(text: str) -> bool:
    return bool(_ISO.fullmatch(text) or _MIDNIGHT.fullmatch(text))
