"""Vendors that give either an access token alone, or a refresh token to get new ones with (LinkedIn, Pinterest)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar, Self, TypeVar

from pydantic import SecretStr, model_validator

from connectors.auth.long_lived import watched
from connectors.auth.tokens import basic, refresh, with_token
from connectors.http.response import Answer
from connectors.source import Pull
from okr_config.models import SourceSettings


class RenewableSettings(SourceSettings):
    """A login: `access_token`, or `refresh_token` with the app's `client_id` and `client_secret`."""

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("refresh_token", "client_id", "client_secret"),
    )

    access_token: SecretStr | None = None
    """Token of a login; without a refresh_token it is used until it ends."""
    refresh_token: SecretStr | None = None
    """What new tokens are fetched with, as the login in the browser gave it; it needs client_id and client_secret."""
    client_id: str | None = None
    """Id of your app at the vendor."""
    client_secret: SecretStr | None = None
    """Secret of your app at the vendor."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.refresh_token and not (self.client_id and self.client_secret):
            raise ValueError("refresh_token needs client_id and client_secret")
        if not self.access_token and not self.refresh_token:
            raise ValueError("give either access_token, or refresh_token with client_id and client_secret")
        return self


RenewableT = TypeVar("RenewableT", bound=RenewableSettings)


def ask(
    pull: Pull[RenewableT],
    call: Callable[[Mapping[str, str]], Answer],
    *,
    token: str,
    is_basic: bool,
    lives: timedelta,
) -> tuple[Answer, tuple[str, ...]]:
    """
    Call with a bearer token: a fresh one where it can be renewed, else the configured one.

    Args:
        pull: whose settings have the credentials.
        call: asks with the headers it is given.
        token: path or address of the token endpoint.
        is_basic: the app logs in there by HTTP Basic, else in the form.
        lives: how long an access token that cannot be renewed lives.

    Returns:
        The answer, and what a person must do about the token.
    """
    settings = pull.settings
    if settings.refresh_token and settings.client_id and settings.client_secret:
        configured, secret = settings.refresh_token, settings.client_secret.get_secret_value()
        headers = {"authorization": basic(settings.client_id, secret)} if is_basic else {}
        fields = {} if is_basic else {"client_id": settings.client_id, "client_secret": secret}
        pull.client.keep_secret(headers.get("authorization", "").rpartition(" ")[2])
        answer = with_token(
            pull.client,
            lambda: refresh(pull, configured, token, fields, headers=headers),
            lambda value: call({"authorization": f"Bearer {value}"}),
        )
        return answer, ()
    plain = watched(pull, settings.access_token or SecretStr(""), lives)
    return call({"authorization": f"Bearer {plain.value}"}), plain.notes
