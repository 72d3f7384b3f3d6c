"""Whom a message goes to, by an address that is a secret."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from okr_config.errors import UsageError


@dataclass(frozen=True)
class Recipient:
    """
    Somebody to tell.

    name: the service and a fingerprint of the address, to be shown and stored. open: makes what sends there; one that
    has sent would wait before it sends again.
    """

    name: str
    open: Callable[[], Any] = field(repr=False)


def recipient_of(address: str) -> Recipient:
    """
    Read an address as apprise writes it, or the webhook of a service as the service shows it.

    Raises:
        UsageError: when no service is known for it; the address is not repeated.
    """
    # requests alone take a fifth of a second to import
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415

    # it tells of what fails by its logger, address and all
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    # no picture of somebody else's beside our words, nothing kept on disk, and no secret sent on to another host
    asset = AppriseAsset(app_id="okr", app_desc="okr", app_url="", image_url_mask="", http_redirects=False)

    def open_service() -> Any:  # noqa: ANN401 - one of a hundred classes
        return Apprise.instantiate(address, asset=asset, suppress_exceptions=True)

    service = open_service()
    if service is None:
        raise UsageError(
            "no service is known for this address",
            where="notify in okr_config/project.yaml, or --to; it is not repeated here",
            next_step="give the webhook as Slack, Teams or Discord shows it, or mailto://user:password@host?to=...",
        )
    # it counts each try that it would make itself
    if len(service) > service.retry + 1:
        raise UsageError(
            "the address names several at once: where one of them fails, the others would be told twice",
            where="notify in okr_config/project.yaml, or --to; it is not repeated here",
            next_step="an entry, or a --to, for each of them",
        )
    kind = address.partition("://")[0].lower()
    if kind in ("http", "https"):
        protocol = service.secure_protocol or service.protocol
        kind = protocol if isinstance(protocol, str) else protocol[0]
    return Recipient(f"{kind}-{sha256(address.encode()).hexdigest()[:8]}", open_service)
