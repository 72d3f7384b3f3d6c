"""What a run tells while it goes on: one event a happening, shown as a line or as JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Event:
    """
    One happening of a run.

    kind: `start` and `end` come exactly once, also when the run fails; `step` is one stream landed or failed, or one
    other step done; `log` is a remark. fields: plain values, none of them secret.
    """

    kind: Literal["start", "step", "log", "end"]
    what: str
    fields: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the event as one flat JSON object."""
        flat = asdict(self)
        fields = flat.pop("fields")
        return {"event": flat.pop("kind"), **flat, **{name: _plain(value) for name, value in fields.items()}}


Tell = Callable[[Event], None]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
