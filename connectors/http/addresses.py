"""Which addresses a source may be asked at: https, public hosts; loopback for test servers; others on request."""

import ipaddress
import socket

import httpx

from connectors.http.errors import RequestError
from okr_config.hosts import is_loopback

_REFUSED = "unreachable"


def check_base(url: str, *, insecure: bool) -> httpx.URL:
    """
    Parse the address of a source.

    Args:
        url: scheme, host, maybe port and path prefix.
        insecure: plain http and private addresses are allowed.

    Raises:
        RequestError: when it is not an address we would send a credential to.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise RequestError(_REFUSED, "is not a valid URL") from error
    if parsed.userinfo:
        raise RequestError(_REFUSED, "is refused: a URL must not hold a login")
    if not parsed.host or parsed.host.endswith("."):
        raise RequestError(_REFUSED, "is refused: a URL needs a host name, without a dot at its end")
    plain_allowed = insecure or is_loopback(parsed.host)
    if parsed.scheme != "https" and not (parsed.scheme == "http" and plain_allowed):
        raise RequestError(_REFUSED, "is refused: only https is spoken to it; plain http needs insecure: true")
    return parsed


def resolve(host: str, port: int, *, insecure: bool) -> list[str]:
    """
    Look a host up once and return its addresses, all checked, so that no second look-up can slip another one in.

    Raises:
        OSError: when the name is not known.
        RequestError: when an address lies in a private or local network.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
    for address in map(ipaddress.ip_address, addresses):
        if address.is_link_local or not (address.is_global or insecure or (is_loopback(host) and address.is_loopback)):
            raise RequestError(
                _REFUSED, "is refused: its name leads into a private network, which needs insecure: true"
            )
    return addresses
