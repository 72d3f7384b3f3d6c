"""What an account is called for good: told with its rows, so that another one under its handle or key is seen."""

import pytest

from tests.connectors.cases import case_of, pull_case
from tests.connectors.loopback import Loopback


@pytest.mark.parametrize(
    ("connector", "expected"),
    [
        ("bluesky", "did:plc:"),
        ("mastodon", "11"),
        ("pinterest", "912345678901234567"),
        ("square", "M1"),
        ("twitch", "123"),
        ("x", "1700000000000000001"),
        ("youtube", "UC"),
    ],
)
def test_the_account_is_told_by_its_lasting_id(loopback: Loopback, connector: str, expected: str) -> None:
    """Neither the handle nor the key that the settings name."""
    account = pull_case(loopback, connector).account or ""

    assert account.startswith(expected)
    assert account not in map(str, case_of(connector)["settings"].values())
