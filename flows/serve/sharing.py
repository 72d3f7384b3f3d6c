"""
Addresses that work by themselves: each names one thing and carries a signature of its name, by a key that serve keeps.

A wiki, a calendar program or a screen on a wall can neither sign in nor keep a cookie. Who has an address sees what it
shows, and nothing else; a new key (the old file deleted, `okr serve` started again) ends all of them.
"""

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from flows.console import output
from okr_config.world import World

_KEY_BYTES = 32
_SIGNATURE = 32  # letters of hex: 128 bits
_BEFORE = "/shared/"
_SHARED = re.compile(rf"(?:/[a-z0-9_-]+)?{_BEFORE}(?P<signature>[0-9a-f]{{{_SIGNATURE}}})/(?P<what>[A-Za-z0-9_./-]+)")


def is_shared(path: str) -> bool:
    """Tell whether a path has the form of such an address: it is right or there is nothing, whoever asks."""
    return _SHARED.fullmatch(path) is not None


@dataclass(frozen=True)
class Signer:
    """Signs what may be shared, and knows its own signatures."""

    key: bytes = field(repr=False)

    def address_of(self, what: str) -> str:
        """Return the address of something, below that of its folder: `shared/SIGNATURE/badge/ten.svg`."""
        return f"{_BEFORE.lstrip('/')}{self._signature(what)}/{what}"

    def opened(self, path: str) -> str | None:
        """Return what an address names; None where its signature is none of this key's."""
        found = _SHARED.fullmatch(path) if path.startswith(_BEFORE) else None
        if not found or not hmac.compare_digest(found["signature"], self._signature(found["what"])):
            return None
        return found["what"]

    def _signature(self, what: str) -> str:
        return hmac.new(self.key, b"okr share\n" + what.encode(), sha256).hexdigest()[:_SIGNATURE]


def signer_of(home: Path, world: World) -> Signer:
    """
    Return the signer of a folder; its key is made once and stays in `.okr/serve.key`.

    Where that can be neither read nor written, it is one for this time, which is said.
    """
    path = home / ".okr" / "serve.key"
    try:
        if not path.exists():
            world.write(path, world.token(_KEY_BYTES), 0o600)
        key = path.read_bytes()
    except OSError as error:
        output.say(f"addresses to share last as long as this server: {path}: {error.strerror}")
        key = b""
    return Signer(key if len(key) >= _KEY_BYTES else world.token(_KEY_BYTES))
