"""
Access tokens that live sixty days and can be exchanged for a new one while they live (Instagram, Threads).

The vendor does not tell how old the token in `.env` is. It is exchanged a day after it was first seen, for an
exchange wants a day's age; from then on its end is known, and it is exchanged from day 45 on. The newest is kept in the
vault. A failing exchange ends no pull: the old token works until its end, and each run tells which day that is.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from connectors.source import Pull
from okr_config.errors import SourceError

_LIVES = timedelta(days=60)
_RENEWED_BEFORE = timedelta(days=15)
_YOUNGEST = timedelta(days=1)


@dataclass(frozen=True)
class LongLived:
    """An access token, and when it ends: at the latest, where its age is not known. `notes`: what a person must do."""

    value: str = field(repr=False)
    ends_at: datetime
    notes: tuple[str, ...] = ()

    def warnings(self, source_id: str) -> tuple[tuple[str, str], ...]:
        """Return its notes as `okr doctor` shows them, with what to do."""
        return tuple((note, f"okr connect {source_id}") for note in self.notes)


def long_lived(pull: Pull[Any], configured: SecretStr, path: str, grant_type: str) -> LongLived:
    """
    Return the newest token that grew out of the configured one, exchanged where it is time.

    Args:
        pull: whose vault keeps it.
        configured: the token in `.env`.
        path: where it is exchanged.
        grant_type: what the vendor calls that.
    """

    def renew() -> LongLived:
        with pull.vault.locked(pull.settings.id):
            return _renew(pull, configured, path, grant_type)

    return pull.client.once("long-lived token", renew)


def watched(pull: Pull[Any], configured: SecretStr, lives: timedelta) -> LongLived:
    """
    Return a token that nobody but its owner can renew, and note from fifteen days before its end which day that is.

    Args:
        pull: whose vault remembers when the token was first seen.
        configured: the token in `.env`.
        lives: how long one lives.
    """
    token = configured.get_secret_value()
    kept = pull.vault.read(pull.settings.id, token)
    if not kept:
        pull.vault.keep(pull.settings.id, token, {"seen_at": pull.now.isoformat()})
    ends_at = datetime.fromisoformat(kept.get("seen_at", pull.now.isoformat())) + lives
    note = f"the access token ends on {ends_at:%Y-%m-%d} at the latest: log in again before"
    return LongLived(token, ends_at, (note,) if pull.now >= ends_at - _RENEWED_BEFORE else ())


def _renew(pull: Pull[Any], configured: SecretStr, path: str, grant_type: str) -> LongLived:
    origin = configured.get_secret_value()
    kept = pull.vault.read(pull.settings.id, origin)
    token = kept.get("access_token", origin)
    pull.client.keep_secret(token)
    if not kept:
        pull.vault.keep(pull.settings.id, origin, {"seen_at": pull.now.isoformat()})
    seen_at = datetime.fromisoformat(kept.get("seen_at", pull.now.isoformat()))
    is_known = "ends_at" in kept
    ends_at = datetime.fromisoformat(kept["ends_at"]) if is_known else seen_at + _LIVES
    if pull.now < (ends_at - _RENEWED_BEFORE if is_known else seen_at + _YOUNGEST):
        return LongLived(token, ends_at)
    try:
        return _exchange(pull, origin, token, path, grant_type)
    except SourceError as error:
        note = f"the access token could not be renewed ({error.reason}): it ends on {ends_at:%Y-%m-%d} at the latest"
        return LongLived(token, ends_at, (note,))


def _exchange(pull: Pull[Any], origin: str, token: str, path: str, grant_type: str) -> LongLived:
    granted = pull.client.get(path, params={"grant_type": grant_type, "access_token": token}).json()
    following = granted.get("access_token") if isinstance(granted, dict) else None
    if not isinstance(following, str) or not following:
        raise SourceError("gives no token", reason="unauthorized")
    pull.client.keep_secret(following)
    seconds = granted.get("expires_in")
    lives = timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else _LIVES
    ends_at = pull.now + lives
    pull.vault.keep(pull.settings.id, origin, {"access_token": following, "ends_at": ends_at.isoformat()})
    return LongLived(following, ends_at)
