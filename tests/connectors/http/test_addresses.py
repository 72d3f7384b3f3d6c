"""Which addresses may be asked."""

import socket
from typing import Any

import pytest

from connectors.http.addresses import check_base, is_loopback, resolve
from connectors.http.errors import RequestError

REFUSED = [
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "fd00::1",
]


def _known(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    def look_up(*_: Any, **__: Any) -> list[Any]:  # noqa: ANN401 - as the library has it
        return entries

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """One private address among public ones is enough."""
    _known(monkeypatch, "93.184.216.34", address)

    with pytest.raises(RequestError, match="private network"):
        resolve("shop.example", 443, insecure=False)


def test_public_addresses_are_returned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that were found, without repetition."""
    _known(monkeypatch, "93.184.216.34", "93.184.216.34", "2606:2800:220:1::1")

    assert ["93.184.216.34", "2606:2800:220:1::1"] == resolve("shop.example", 443, insecure=False)


def test_insecure_allows_private_but_never_link_local(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop in one's own network may be asked; a cloud's metadata may not."""
    _known(monkeypatch, "10.0.0.1")
    assert ["10.0.0.1"] == resolve("shop.local", 80, insecure=True)

    _known(monkeypatch, "169.254.169.254")
    with pytest.raises(RequestError, match="private network"):
        resolve("shop.local", 80, insecure=True)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0x7f.1", False), ("shop.example", False)],
)
def test_loopback_is_what_is_written_so(host: str, expected: bool) -> None:
    """Tricky ways to write it are not taken for a test server."""
    assert expected == is_loopback(host)


@pytest.mark.parametrize(
    "url", ["https://shop.example/prefix", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:1"]
)
def test_good_addresses_pass(url: str) -> None:
    """Anywhere by https, this machine by http too."""
    assert url == str(check_base(url, insecure=False))


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "http://0x7f.1",
        "http://[::ffff:127.0.0.1]",
        "https://a@shop.example",
        "https://a.",
        "https://",
        "x",
    ],
)
def test_bad_addresses_do_not(url: str) -> None:
    """Plain http elsewhere, a login, a trailing dot, no host, no scheme."""
    with pytest.raises(RequestError):
        check_base(url, insecure=False)


def test_insecure_allows_plain_http() -> None:
    """When the settings say so."""
    assert "http://shop.local" == str(check_base("http://shop.local", insecure=True))
