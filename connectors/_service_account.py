"""Google's service accounts: a JSON key that the owner puts into `.env`, and the tokens got with it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr

from connectors._answers import Answer
from connectors._client import Client
from connectors._source import Pull
from connectors._tokens import service_account, with_token
from connectors._trouble import Trouble

HOSTS = ("oauth2.googleapis.com",)
"""Where tokens are got; the key itself names the address."""

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
        Trouble: unauthorized, when the credentials are not a service account's, or are refused.
    """
    account = pull.client.once("account", lambda: read_account(credentials, pull.home, pull.client))
    return with_token(
        pull.client,
        lambda: service_account(pull.client, account, scope),
        lambda token: call({"authorization": f"Bearer {token}"}),
    )


def read_account(credentials: SecretStr, home: Path, client: Client) -> Mapping[str, str]:
    """
    Return the fields of a service account's JSON key; its private key is kept out of every text.

    Raises:
        Trouble: unauthorized, when it is none.
    """
    text = credentials.get_secret_value()
    try:
        account = orjson.loads(text if text.lstrip().startswith("{") else (home / text).read_bytes())
    except OSError as error:
        raise Trouble("unauthorized", "cannot be asked: the file that credentials names cannot be read") from error
    except ValueError as error:
        raise Trouble("unauthorized", "cannot be asked: credentials is not the JSON key of an account") from error
    fields = account if isinstance(account, dict) else {}
    if missing := [name for name in _FIELDS if not isinstance(fields.get(name), str)]:
        raise Trouble("unauthorized", f"cannot be asked: credentials has no {', '.join(missing)}")
    client.keep_secret(fields["private_key"])
    return {name: fields[name] for name in (*_FIELDS, "private_key_id") if isinstance(fields.get(name), str)}
