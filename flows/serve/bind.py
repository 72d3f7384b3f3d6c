"""
Where the page is served: which address, which port, and whether a token is wanted.

This machine alone needs no token. Another host must be asked for, and then there is one: `OKR_SERVE_TOKEN`, from the
environment or `.env`, else one that is made for this time and told once.
"""

import errno
import socket
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from flows.project.paths import Published
from flows.serve.access import Guard
from flows.serve.health import Report
from flows.serve.http_server import Respond, serving
from flows.serve.sharing import signer_of
from flows.serve.site import Appearance, Site
from okr_config.errors import UsageError
from okr_config.hosts import is_loopback
from okr_config.world import World

TOKEN = "OKR_SERVE_TOKEN"  # noqa: S105 - the name of a variable, not its value
PORT = 8642
"""Where nothing else is asked for; another free one where this is taken."""

_SHORTEST_TOKEN = 16
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - told apart here, bound to only when asked for
_TOKEN_BYTES = 24
_WAITING = 64


@dataclass(frozen=True)
class Door:
    """What was asked for: host, port (None: the usual one, or any that is free), and the token that was set."""

    host: str = "127.0.0.1"
    port: int | None = None
    token: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, host: str, port: int | None, *, home: Path, environ: Mapping[str, str]) -> "Door":
        """
        Take the token from the environment, else from the folder's `.env`.

        Raises:
            UsageError: when it is too short to keep anyone out.
        """
        from okr_config.environment import Variables, read_dotenv

        token = Variables(environ, read_dotenv(home)[0]).get(TOKEN)
        if token is not None and (len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
            raise UsageError(
                f"the token is no good: {_SHORTEST_TOKEN} printable letters at least",
                where=f"{TOKEN}, in the environment or in .env",
                next_step='python -c "import secrets; print(secrets.token_urlsafe(24))"',
            )
        return cls(host, port, token)


@dataclass(frozen=True)
class Address:
    """Where the page is. link: safe to pass on. first_link: with the token, for the person at the terminal alone."""

    link: str
    first_link: str = field(repr=False)


@contextmanager
def open_site(
    published: Published, door: Door, health: Callable[[], Report], appearance: Appearance | None = None
) -> Iterator[Address]:
    """
    Serve a published folder for as long as the block lasts.

    Raises:
        UsageError: when the address cannot be had.
    """
    signer = signer_of(published.home, published.world)

    def site_of(guard: Guard) -> Respond:
        site = Site(published, guard, health, signer, appearance)
        site.warm()
        return site.respond

    with open_door(door, published.world, site_of) as address:
        yield address


@contextmanager
def open_door(door: Door, world: World, site_of: Callable[[Guard], Respond]) -> Iterator[Address]:
    """
    Answer behind a door for as long as the block lasts, with what `site_of` makes of the checks of who may ask.

    Raises:
        UsageError: when the address cannot be had.
    """
    token = door.token
    if token is None and not is_loopback(door.host):
        token = urlsafe_b64encode(world.token(_TOKEN_BYTES)).decode()
    with _listen(door) as listener:
        port = listener.getsockname()[1]
        with serving(listener, site_of(Guard(token, f"okr-{port}")), world):
            link = f"http://{_named(door.host)}:{port}/"
            yield Address(link, f"{link}?{urlencode({'token': token})}" if token else link)


def _listen(door: Door) -> socket.socket:
    """Take the port that was asked for; the usual one, or any, where none was."""
    try:
        return _bind(door.host, PORT if door.port is None else door.port)
    except OSError as error:
        if door.port is None and error.errno == errno.EADDRINUSE:
            return _bind(door.host, 0)
        raise UsageError(
            f"the page cannot be served on {door.host}, port {PORT if door.port is None else door.port}",
            where=error.strerror or type(error).__name__,
            next_step="okr serve --port 0 takes any port that is free",
        ) from error


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=_WAITING)


def _named(host: str) -> str:
    """Return a host as an address has it; one that means every network of this machine by the machine's name."""
    host = host.strip("[]")
    if host in _EVERYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
