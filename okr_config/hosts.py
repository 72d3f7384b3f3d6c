"""Names of hosts."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host is written as this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
