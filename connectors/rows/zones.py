"""The zone that a vendor tells, and the configured one where it tells none that is known."""

from zoneinfo import ZoneInfo


def known_zone(name: object, otherwise: ZoneInfo) -> ZoneInfo:
    """Return the zone of a name as a vendor gave it, whatever that is; another where it names none."""
    try:
        # KeyError: no such zone; the others: no name of a zone at all, such as a path
        return ZoneInfo(name) if isinstance(name, str) and name else otherwise
    except (KeyError, ValueError, OSError):
        return otherwise
