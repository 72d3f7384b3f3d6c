"""Which account a source reads, as its settings name it."""

from urllib.parse import urlsplit

from okr_config.hosts import is_loopback
from okr_config.models import SourceSettings

_ADDRESSES = ("base_url", "url")
_CASED = (*_ADDRESSES, "path")


def folded(key: str, name: str) -> str:
    """Return a name as vendors compare it; only of paths does letter case matter."""
    return (name if key in _CASED else name.casefold()).lstrip("@").rstrip("/")


def account_of(settings: SourceSettings) -> str | None:
    """
    Return what names a source's account, None where its settings name none or only a secret does.

    An address counts by host and path: http or https, a leading www and the port of a server on this machine make no
    other account; nor does `base_url`, which may be a proxy's.
    """
    keys = [key for key in type(settings).identity if key not in {"base_url", "connector"}]
    values = {key: getattr(settings, key) for key in keys}
    named = {key: str(value) for key, value in values.items() if value not in {None, ""}}
    if not settings.follows_account or not named or any(not isinstance(values[key], str | int) for key in named):
        return None
    return " ".join(_host_and_path(name) if key in _ADDRESSES else folded(key, name) for key, name in named.items())


def _host_and_path(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port is None or is_loopback(host) else f":{parts.port}"
    return f"{host}{port}{parts.path.rstrip('/')}"
