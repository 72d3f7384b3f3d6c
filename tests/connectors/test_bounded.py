"""Which streams read no further than their window (connectors.source)."""

import inspect
from functools import partial
from typing import Any

import pytest

import connectors
from connectors.source import Stream


def _reads_the_end(stream: Stream[Any]) -> bool:
    pull: Any = stream.pull
    while isinstance(pull, partial):
        pull = pull.func
    text = inspect.getsource(inspect.getmodule(pull) or pull)
    return any(word in text for word in ("window.end", "window.days", "spans("))


@pytest.mark.parametrize("name", connectors.names())
def test_a_stream_says_whether_its_window_has_an_end(name: str) -> None:
    """Where its end is not looked at a pull reads to the present, and a backfill asks once, not by months."""
    past = [stream for stream in connectors.load(name).streams if stream.mode != "snapshot" and name != "file"]

    assert [(stream.name, stream.bounded) for stream in past] == [
        (stream.name, _reads_the_end(stream)) for stream in past
    ]
