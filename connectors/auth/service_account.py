"""Google's service accounts: a JSON key that the owner puts into `.env`, and the tokens got with it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from connectors.auth.tokens import Token, read_token, request_token, with_token
from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.source import Pull

HOSTS = ("oauth2.googleapis.com",)
"""Where tokens are got; the key itself names the address."""

_ASSERTION_LIVES = timedelta(hours=1)

_FIELDS = ("client_email", "private_key", "token_uri")


def ask(pull: Pull[Any], credentials: SecretStr, scope: str, call: Callable[[Mapping[str, str]], Answer]) -> Answer:
    """
    Call with a service account's token.

    Args:
        pull: the pull it belongs to.
        credentials: the account's JSON key, or the path of its file from the project folder.
        scope: what the token is for.
        call: asks with the headers given.

    Raises:
        RequestError: unauthorized, when the credentials are not a service account's, or are refused.
    """
    account = pull.client.once("account", lambda: read_account(credentials, pull.home, pull.client))
    return with_token(
        pull.client,
        lambda: service_account(pull.client, account, scope),
        lambda token: call({"authorization": f"Bearer {token}"}),
    )


def service_account(client: Client, account: Mapping[str, str], scope: str) -> Token:
    """
    Exchange a signed assertion for a token, as Google's service accounts do (RFC 7523).

    Args:
        client: the source's; the host of the account's `token_uri` is one of its hosts.
        account: the JSON key: client_email, private_key, private_key_id, token_uri.
        scope: what the token is for.

    Raises:
        RequestError: unauthorized, also when the key is not one.
    """
    now = client.now()
    claims = {
        "iss": account["client_email"],
        "scope": scope,
        "aud": account["token_uri"],
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTION_LIVES).timestamp()),
    }
    try:
        key = RSAKey.import_key(account["private_key"])
        assertion = jwt.encode({"alg": "RS256", "kid": account.get("private_key_id", "")}, claims, key)
    except ValueError as error:
        raise RequestError(
            "unauthorized", "cannot be asked: private_key in the credentials is not an RSA key"
        ) from error
    client.keep_secret(assertion)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return read_token(client, request_token(client, account["token_uri"], form))


def read_account(credentials: SecretStr, home: Path, client: Client) -> Mapping[str, str]:
    """
    Return the fields of a service account's JSON key; its private key is kept out of every text.

    Raises:
        RequestError: unauthorized, when it is none.
    """
    text = credentials.get_secret_value()
    try:
        account = orjson.loads(text if text.lstrip().startswith("{") else (home / text).read_bytes())
    except OSError as error:
        raise RequestError("unauthorized", "cannot be asked: the file that credentials names cannot be read") from error
    except ValueError as error:
        raise RequestError("unauthorized", "cannot be asked: credentials is not the JSON key of an account") from error
    fields = account if isinstance(account, dict) else {}
    if missing := [name for name in _FIELDS if not isinstance(fields.get(name), str)]:
        raise RequestError("unauthorized", f"cannot be asked: credentials has no {', '.join(missing)}")
    client.keep_secret(fields["private_key"])
    return {name: fields[name] for name in (*_FIELDS, "private_key_id") if isinstance(fields.get(name), str)}
