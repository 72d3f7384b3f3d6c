"""Names of hosts."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether a name or address is this machine's own, whatever a name server says."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
