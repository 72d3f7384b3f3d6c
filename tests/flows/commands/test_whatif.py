"""`okr whatif`: what becomes of a key result under assumptions (flows.commands.whatif)."""

import pytest

from tests.flows.project_folder import Folder


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("whatif", "nobody"), "unknown key result 'nobody'"),
        (("whatif", "by-hand"), "nothing is foreseen for by-hand"),
        (("whatif", "sales", "--repeat-last", "40"), "that cannot be assumed: there are not so many days left"),
        (("whatif", "later", "--per-day", "2"), "that cannot be assumed: only totals and levels"),
    ],
)
def test_what_cannot_be_asked(halfway: Folder, arguments: tuple[str, ...], what: str) -> None:
    """Wrong questions end with exit code 2, and say what, where and what next."""
    result = halfway.ask(*arguments)

    assert 2 == result.exit_code
    assert what in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[-1].startswith("  next: ")
