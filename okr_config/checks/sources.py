"""
Checks of sources.yaml.

They look at what is written rather than at finished settings, so that a source that lacks a variable is checked for
everything else. No value of a source is ever repeated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from okr_config.accounts import folded
from okr_config.documents import Spot, child, text_of
from okr_config.errors import Problem
from okr_config.hosts import is_loopback
from okr_config.models import SourceSettings
from okr_config.shaping import Shaped
from okr_config.zones import zone_problems

_ADDRESSES = ("base_url", "url")


@dataclass(frozen=True)
class Draft:
    """
    One entry of sources.yaml.

    model: its connector's settings, None where the connector is unknown. common: what all sources take, as far as it
    could be read. own: all of it, None without a model.
    """

    spot: Spot
    model: type[SourceSettings] | None
    common: Shaped[SourceSettings]
    own: Shaped[SourceSettings] | None


def source_problems(drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Yield what is wrong between settings of a source, and between sources."""
    accounts: dict[_Account, Spot] = {}
    ids = {text_of(draft.spot.node, "id") for draft in drafts}
    for draft in drafts:
        old = text_of(draft.spot.node, "renamed_from")
        if old and old in ids:
            yield from draft.spot.at("renamed_from").tell(
                f"renamed_from names {old}, which is configured", next_step="remove the source of that id"
            )
        yield from zone_problems(draft.spot.at("timezone"), text_of(draft.spot.node, "timezone"))
        yield from _address_problems(draft)
        account = _account(draft)
        if account is None:
            continue
        if account in accounts:
            yield from draft.spot.at(account.key).tell(
                "the same account is configured twice",
                hint=f"first at {accounts[account].where}",
                next_step="remove one of the two",
            )
        accounts.setdefault(account, draft.spot)


@dataclass(frozen=True)
class _Account:
    """What tells accounts apart; `key` is the setting to point at."""

    names: tuple[str, ...]
    key: str = field(compare=False)


def _account(draft: Draft) -> _Account | None:
    """Return what names the account, None where that cannot be told."""
    if draft.model is None:
        return None
    node, keys = draft.spot.node, (*draft.model.identity, "base_url")
    written = [key for key in draft.model.identity if text_of(node, key)]
    if not written or any(draft.spot.at(key).missing() for key in keys if child(node, key)):
        return None
    names = (text_of(node, "connector") or "", *(folded(key, text_of(node, key) or "") for key in keys))
    return _Account(names, written[0])


def _address_problems(draft: Draft) -> Iterator[Problem]:
    for key in _ADDRESSES:
        address, at = text_of(draft.spot.node, key), draft.spot.at(key)
        if address is None:
            continue
        scheme, host = _scheme_and_host(address)
        if scheme not in {"http", "https"} or not host:
            yield from at.tell(f"{key} must be an address such as https://shop.example")
        elif scheme == "http" and not is_loopback(host) and draft.common.model and not draft.common.model.insecure:
            hint = "plain http is only for this machine; anyone between could read the credentials"
            yield from at.tell(f"{key} is plain http", hint=hint, next_step="use https, or insecure: true")


def _scheme_and_host(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        return "", ""
    return parts.scheme, host or ""
