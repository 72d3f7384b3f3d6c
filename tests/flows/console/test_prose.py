"""Words that are wider than the terminal go on below where they began (flows.console.output, .terminal)."""

import sys

import pytest

from flows.console import output
from flows.console.terminal import Terminal

SENTENCE = "newer numbers are due and have not come since yesterday"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every stream be a terminal of 30 cells."""
    monkeypatch.setattr(output, "terminal_of", lambda _stream: Terminal(width=30))


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (SENTENCE, ["newer numbers are due and have", "not come since yesterday"]),
        (
            f"stale   {SENTENCE}",
            ["stale   newer numbers are due", "        and have not come", "        since yesterday"],
        ),
        (f"    {SENTENCE}", ["    newer numbers are due and", "    have not come since", "    yesterday"]),
        ("short", ["short"]),
        ("", [""]),
        (f"next: okr sql '{SENTENCE}'", [f"next: okr sql '{SENTENCE}'"]),
        (f"  next: okr {SENTENCE}", [f"  next: okr {SENTENCE}"]),
        (f"one\n{SENTENCE}", ["one", "newer numbers are due and have", "not come since yesterday"]),
        ("a-label-that-is-wide-by-itself  " + SENTENCE, None),
    ],
)
def test_prose_wraps_below_where_it_began(
    line: str, lines: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind a label and its gap, or the first letter; a command stays whole, so that it can be copied."""
    output.put_prose(line)

    printed = capsys.readouterr().out.splitlines()
    if lines is None:
        assert [] == [part for part in printed[1:] if part.startswith(" ")]
    else:
        assert lines == printed


@pytest.mark.usefixtures("narrow")
def test_data_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is the next step."""
    output.put(SENTENCE)
    output.next_step(SENTENCE)

    assert (f"{SENTENCE}\n", f"next: {SENTENCE}\n") == capsys.readouterr()


def test_a_pipe_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever its length."""
    assert not sys.stdout.isatty()

    output.put_prose(SENTENCE * 9)
    output.say(SENTENCE * 9)

    assert (f"{SENTENCE * 9}\n", f"{SENTENCE * 9}\n") == capsys.readouterr()
