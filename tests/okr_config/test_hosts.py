"""Names of hosts: which of them are this machine."""

import pytest

from okr_config.hosts import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine(host: str) -> None:
    """Its name and every address of the loopback."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "::", "192.168.0.1", "example.com", "localhost.example.com", "2130706433"])
def test_any_other(host: str) -> None:
    """All interfaces are not the loopback, and a name that is no address is somebody else's."""
    assert not is_loopback(host)
