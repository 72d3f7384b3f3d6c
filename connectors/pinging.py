"""
Telling a dead-man address how a run goes.

A service such as healthchecks.io waits to be asked, and tells somebody when it no longer is, or when a failure is told:
the address itself means success, /start and /fail behind its path the others. The address is a secret.
"""

from typing import Literal

import httpx

from connectors.http.addresses import check_base
from connectors.http.client import Client
from connectors.http.errors import RequestError
from okr_config.errors import SourceError
from okr_config.models import PingSettings, SourceSettings
from okr_config.world import World

Signal = Literal["start", "success", "failure"]

PATIENCE = 20.0
"""Seconds for all tries together: a run is not to wait for whoever watches it."""

_TIMEOUT = 5.0
_SUFFIX = {"start": "/start", "success": "", "failure": "/fail"}


def ping(address: PingSettings, signal: Signal, world: World) -> str | None:
    """
    Tell one signal, where it is wanted; tried again for a moment.

    Returns:
        None when it was heard, else why not, in words that hold nothing of the address but its host.
    """
    if signal not in address.on:
        return None
    settings = SourceSettings(
        id="ping", connector="ping", timeout=_TIMEOUT, budget=PATIENCE, insecure=address.insecure
    ).with_filled(_secrets(address))
    try:
        url = check_base(address.url.get_secret_value(), insecure=address.insecure)
        path = url.path.rstrip("/") + _SUFFIX[signal]
        target = url.copy_with(path=path or "/")
        origin = str(url.copy_with(raw_path=b"/")).rstrip("/")
        with Client(settings=settings, vendor_url=origin, headers={}, rate=None, concurrency=1, world=world) as client:
            client.get(str(target), text=True)
    except RequestError as error:
        return f"the address of ping {error.what}"
    except SourceError as error:
        return f"ping ({signal}) was not heard: {error.what}"
    return None


def _secrets(address: PingSettings) -> tuple[str, ...]:
    """Return the address and each part of it that may be the secret one."""
    whole = address.url.get_secret_value()
    try:
        url = httpx.URL(whole)
    except httpx.InvalidURL:
        return (whole,)
    return (whole, *filter(None, (*url.path.split("/"), url.query.decode())))
