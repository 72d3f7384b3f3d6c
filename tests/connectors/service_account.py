"""A service account of Google's shape, whose key opens nothing."""

import json
from typing import Any

from joserfc.jwk import RSAKey

from tests.connectors.loopback import Request

KEY = RSAKey.generate_key(2048, private=True)
ACCOUNT = {
    "type": "service_account",
    "project_id": "okr-test",
    "private_key_id": "CANARY-key-id-93b1",
    "private_key": KEY.as_pem(private=True).decode(),
    "client_email": "okr@okr-test.iam.gserviceaccount.com",
    "token_uri": "https://oauth2.googleapis.com/token",
}
CREDENTIALS = json.dumps(ACCOUNT)
TOKEN = "CANARY-ya29-5f0c2a1d7e"


def grant(request: Request) -> Any:  # noqa: ANN401 - JSON is anything
    """Grant a token to whoever asks the token endpoint."""
    return (
        {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"} if request.path.endswith("/token") else None
    )
